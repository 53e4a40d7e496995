"""Invitations to funds: kept by email, whether somebody has it here or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.domain.accounts.roles import Role
from app.domain.fields import name_key
from app.store.accounts.tables import fund_invitation, person
from app.store.funds import Fund
from app.store.tables import fund

GOOD_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who is asked into a fund, as what, and by whom."""

    fund: Fund
    email: str
    role: Role
    invited_by: str
    invited_at: datetime


_NOW = func.clock_timestamp()
_STANDS = fund_invitation.c.invited_at > _NOW - GOOD_FOR


def add(connection: Connection, fund_id: UUID, email: str, role: Role, invited_by: UUID) -> None:
    """Ask somebody into a fund, once more where they were asked before."""
    said = {"email": email, "role": role.value, "invited_by": invited_by, "invited_at": _NOW}
    values = {"fund_id": fund_id, "email_key": name_key(email), **said}
    statement = insert(fund_invitation).values(values)
    again = {**said, "declined_at": None}
    connection.execute(statement.on_conflict_do_update("fund_invitation_pkey", set_=again))


def of_fund(connection: Connection, fund_id: UUID) -> list[Invitation]:
    """List a fund's invitations that nobody accepted yet, the newest first.

    Declined ones are among them: who asked is not told, or they would know who has the email.
    """
    return _listed(connection, fund_invitation.c.fund_id == fund_id)


def of_email(connection: Connection, email: str) -> list[Invitation]:
    """List the invitations that who has an email has not answered yet, the newest first."""
    theirs = fund_invitation.c.email_key == name_key(email)
    return _listed(connection, theirs & fund_invitation.c.declined_at.is_(None))


def decline(connection: Connection, fund_id: UUID, email: str) -> bool:
    """Note that an invitation is declined; False where there is none to be answered."""
    asked = _is(fund_id, email) & _STANDS & fund_invitation.c.declined_at.is_(None)
    query = update(fund_invitation).where(asked).values(declined_at=_NOW)
    return connection.execute(query).rowcount == 1


def take(connection: Connection, fund_id: UUID, email: str) -> Role | None:
    """Take an invitation out to be accepted; None where there is none to be answered."""
    asked = _is(fund_id, email) & _STANDS & fund_invitation.c.declined_at.is_(None)
    role = connection.scalar(delete(fund_invitation).where(asked).returning(fund_invitation.c.role))
    return Role(role) if role else None


def withdraw(connection: Connection, fund_id: UUID, email: str) -> bool:
    """Take an invitation back; False where there is none."""
    return connection.execute(delete(fund_invitation).where(_is(fund_id, email))).rowcount == 1


def forget_old(connection: Connection, fund_id: UUID) -> None:
    """Take away what nobody answered in time."""
    old = (fund_invitation.c.fund_id == fund_id) & ~_STANDS
    connection.execute(delete(fund_invitation).where(old))


def _is(fund_id: UUID, email: str) -> ColumnElement[bool]:
    theirs = fund_invitation.c.email_key == name_key(email)
    return (fund_invitation.c.fund_id == fund_id) & theirs


def _listed(connection: Connection, condition: ColumnElement[bool]) -> list[Invitation]:
    asked = fund_invitation.c
    query = (
        select(fund.c.id, fund.c.name, asked.email, asked.role, person.c.name, asked.invited_at)
        .select_from(fund_invitation.join(fund).join(person))
        .where(condition, _STANDS)
        .order_by(asked.invited_at.desc())
    )
    return [
        Invitation(Fund(fund_id, name), email, Role(role), invited_by, invited_at)
        for fund_id, name, email, role, invited_by, invited_at in connection.execute(query)
    ]
