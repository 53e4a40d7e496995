"""What a fund asks of those who work on it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from app.store.tables import fund_setting


def valuations_need_approval(connection: Connection, fund_id: UUID) -> bool:
    """Tell whether a GP has to approve valuations that somebody else prepared."""
    asked = fund_setting.c.valuations_need_approval
    return bool(connection.scalar(select(asked).where(fund_setting.c.fund_id == fund_id)))


def set_approval(connection: Connection, fund_id: UUID, *, needed: bool) -> None:
    """Ask for a GP's approval of valuations, or not any more."""
    values = {"valuations_need_approval": needed}
    statement = insert(fund_setting).values(fund_id=fund_id, **values)
    connection.execute(statement.on_conflict_do_update("fund_setting_pkey", set_=values))
