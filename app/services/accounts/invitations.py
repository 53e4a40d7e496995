"""Asks people into funds, and says nothing of who is known here before they accept."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, Engine

from app.domain.accounts.audit import AuditKind
from app.domain.accounts.roles import Role
from app.domain.errors import PeopleError
from app.domain.fields import name_key
from app.services.accounts import audit, people
from app.services.accounts.memberships import record_role
from app.store.accounts import invitations, memberships
from app.store.accounts.invitations import Invitation
from app.store.accounts.people import Person

MOST = 100  # that a fund may have on their way
_GONE = "is not open (any more): it was withdrawn, answered, or too long ago"


def of_fund(engine: Engine, fund_id: UUID) -> list[Invitation]:
    """List a fund's invitations that nobody accepted yet, the newest first."""
    with engine.connect() as connection:
        return invitations.of_fund(connection, fund_id)


def of_person(engine: Engine, person: Person) -> list[Invitation]:
    """List the invitations that a person has not answered yet, the newest first."""
    with engine.connect() as connection:
        return invitations.of_email(connection, person.email)


def invite(engine: Engine, fund_id: UUID, email: str, role: Role, inviter: Person) -> str:
    """Ask who has an email into a fund, whether anybody has it or not; return the email.

    Raises PeopleError.
    """
    email = people.checked_email(people.typed_email(email))
    with engine.begin() as connection:
        memberships.lock(connection, fund_id)
        invitations.forget_old(connection, fund_id)
        _check_new(connection, fund_id, email)
        invitations.add(connection, fund_id, email, role, inviter.id)
        after = {"role": role.value}
        audit.record(connection, AuditKind.INVITED, about=email, fund_id=fund_id, after=after)
    return email


def withdraw(engine: Engine, fund_id: UUID, email: str) -> None:
    """Take an invitation back. Raises PeopleError where there is none."""
    with engine.begin() as connection:
        if not invitations.withdraw(connection, fund_id, people.typed_email(email)):
            raise PeopleError("invitation", "", _GONE)
        kind = AuditKind.INVITATION_WITHDRAWN
        audit.record(connection, kind, about=people.typed_email(email), fund_id=fund_id)


def accept(engine: Engine, fund_id: UUID, person: Person) -> Role:
    """Come into a fund as one was asked to; return the role there.

    Who is in it already keeps the role that they have. Raises PeopleError.
    """
    with engine.begin() as connection:
        memberships.lock(connection, fund_id)
        role = invitations.take(connection, fund_id, person.email)
        if role is None:
            raise PeopleError("invitation", "", _GONE)
        if held := memberships.role_of(connection, fund_id, person.id):
            return held
        memberships.grant(connection, fund_id, person.id, role)
        record_role(connection, fund_id, person, None, role)
    return role


def decline(engine: Engine, fund_id: UUID, person: Person) -> None:
    """Say no, which who asked is not told. Raises PeopleError."""
    with engine.begin() as connection:
        if not invitations.decline(connection, fund_id, person.email):
            raise PeopleError("invitation", "", _GONE)
        kind = AuditKind.INVITATION_DECLINED
        audit.record(connection, kind, about=person, fund_id=fund_id)


def _check_new(connection: Connection, fund_id: UUID, email: str) -> None:
    """See that somebody may be asked; who is in the fund is on its page, by their emails."""
    for member in memberships.listed(connection, fund_id):
        if name_key(member.person.email) == name_key(email):
            reason = f"is in this fund already, as {member.role.label}: change that role instead"
            raise PeopleError("email", member.person.email, reason)
    open_ones = invitations.of_fund(connection, fund_id)
    others = [each for each in open_ones if name_key(each.email) != name_key(email)]
    if len(others) >= MOST:
        reason = f"cannot be asked: {MOST} invitations are open, withdraw one first"
        raise PeopleError("email", email, reason)
