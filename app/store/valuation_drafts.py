"""Drafts of valuation rounds: found, begun and changed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, func, literal_column, select, text, update
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from app.store.tables import OPEN_ROUND, valuation_draft

Status = Literal["draft", "submitted", "returned", "recorded", "discarded"]
Cells = dict[str, dict[str, str]]  # by company id and field; empty ones are left out


@dataclass(frozen=True, slots=True)
class ValuationDraft:
    """A round of one quarter end, before it is recorded and after."""

    fund_id: UUID
    id: UUID
    as_of: date
    cells: Cells  # as typed
    typed_by: Cells  # the id of the person who typed or emptied a cell
    version: int
    status: Status
    prepared_by: UUID
    comment: str | None
    commented_by: UUID | None
    changed_at: datetime
    changed_by: UUID
    submitted_through: int | None
    first_sequence: int | None
    last_sequence: int | None

    @property
    def is_open(self) -> bool:
        """Return whether it is still to be recorded."""
        return self.status in {"draft", "submitted", "returned"}

    @property
    def is_editable(self) -> bool:
        """Return whether its cells may change: not while a GP looks at it."""
        return self.status in {"draft", "returned"}


_COLUMNS = tuple(valuation_draft.c[each.name] for each in fields(ValuationDraft))
_OPEN = text(OPEN_ROUND)


def begin(connection: Connection, fund_id: UUID, as_of: date, person_id: UUID) -> ValuationDraft:
    """Begin a round of a quarter end; where one is open, give that one."""
    values = {
        "fund_id": fund_id, "id": uuid7(), "as_of": as_of, "cells": {}, "typed_by": {},
        "version": 1, "status": "draft", "prepared_by": person_id, "changed_by": person_id,
        "changed_at": func.clock_timestamp(),
    }  # fmt: skip
    statement = insert(valuation_draft).values(values)
    connection.execute(
        statement.on_conflict_do_nothing(index_elements=["fund_id", "as_of"], index_where=_OPEN)
    )
    found = latest(connection, fund_id, as_of)
    assert found is not None
    return found


def latest(
    connection: Connection, fund_id: UUID, as_of: date, *, lock: bool = False
) -> ValuationDraft | None:
    """Find the round of a quarter end: the open one, else the one begun last, if not discarded."""
    query = (
        select(*_COLUMNS)
        .where(
            valuation_draft.c.fund_id == fund_id,
            valuation_draft.c.as_of == as_of,
            valuation_draft.c.status != "discarded",
        )
        .order_by(literal_column(OPEN_ROUND).desc(), valuation_draft.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query.with_for_update() if lock else query).first()
    return ValuationDraft(*row) if row else None


def find_draft(
    connection: Connection, fund_id: UUID, draft_id: UUID, *, lock: bool = False
) -> ValuationDraft | None:
    """Find a round by its id, locked until the transaction ends where that is asked for."""
    query = select(*_COLUMNS).where(
        valuation_draft.c.fund_id == fund_id, valuation_draft.c.id == draft_id
    )
    row = connection.execute(query.with_for_update() if lock else query).first()
    return ValuationDraft(*row) if row else None


def listed(connection: Connection, fund_id: UUID) -> list[ValuationDraft]:
    """List a fund's rounds but for discarded ones, the latest quarter end first."""
    query = (
        select(*_COLUMNS)
        .where(valuation_draft.c.fund_id == fund_id, valuation_draft.c.status != "discarded")
        .order_by(valuation_draft.c.as_of.desc(), valuation_draft.c.id.desc())
    )
    return [ValuationDraft(*row) for row in connection.execute(query)]


def change(
    connection: Connection,
    draft: ValuationDraft,
    person_id: UUID,
    **values: Any,  # noqa: ANN401 (columns)
) -> ValuationDraft:
    """Change a round that the transaction has locked; its version moves on."""
    query = (
        update(valuation_draft)
        .where(valuation_draft.c.fund_id == draft.fund_id, valuation_draft.c.id == draft.id)
        .values(
            **values,
            version=valuation_draft.c.version + 1,
            changed_at=func.clock_timestamp(),
            changed_by=person_id,
        )
        .returning(*_COLUMNS)
    )
    return ValuationDraft(*connection.execute(query).one())
