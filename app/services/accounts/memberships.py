"""Who is in a fund, and in which role; the last GP stays."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, Engine

from app.domain.accounts.audit import AuditKind
from app.domain.accounts.roles import Role
from app.domain.errors import PeopleError
from app.services.accounts import audit, people
from app.store.accounts import memberships
from app.store.accounts import people as stored_people
from app.store.accounts.memberships import Member
from app.store.accounts.people import Person

_LAST_GP = "is the last GP of this fund: make somebody else a GP first"


def members(engine: Engine, fund_id: UUID) -> list[Member]:
    """List a fund's people by name."""
    with engine.connect() as connection:
        return memberships.listed(connection, fund_id)


def grant(engine: Engine, fund_id: UUID, email: str, role: Role) -> Person:
    """Grant a person a role in a fund, in place of the one they have. Raises PeopleError."""
    with engine.begin() as connection:
        person = _addable(connection, email)
        before = memberships.role_of(connection, fund_id, person.id)
        _set_role(connection, fund_id, person, role)
        record_role(connection, fund_id, person, before, role)
    return person


def change(
    engine: Engine, fund_id: UUID, person_id: UUID, role: Role | None, *, undoes: bool = False
) -> tuple[Person, Role | None]:
    """Change a person's role in a fund, or take it away; return what it was before.

    Who is not in it comes in by an invitation alone, unless that `undoes` their removal. Raises
    PeopleError.
    """
    with engine.begin() as connection:
        person = stored_people.find_person(connection, person_id)
        before = memberships.role_of(connection, fund_id, person_id)
        may_be_in = undoes and role is not None and person is not None and person.is_active
        if person is None or (before is None and not may_be_in):
            raise PeopleError("person", "", "is not in this fund (any more): load the page again")
        _set_role(connection, fund_id, person, role)
        record_role(connection, fund_id, person, before, role)
    return person, before


def record_role(  # noqa: PLR0913, PLR0917 (where, whose, and what it was and is)
    connection: Connection,
    fund_id: UUID,
    person: Person,
    before: Role | None,
    after: Role | None,
    actor: Person | None = None,
) -> None:
    """Record in the audit that a person's role in a fund is another one."""
    kind = AuditKind.ROLE_CHANGED if after and before else AuditKind.ROLE_REMOVED
    audit.record(
        connection,
        AuditKind.ROLE_GRANTED if before is None else kind,
        about=person,
        fund_id=fund_id,
        before={"role": before.value} if before else None,
        after={"role": after.value} if after else None,
        actor=actor,
    )


def _addable(connection: Connection, email: str) -> Person:
    person = people.found(connection, email)
    if not person.is_active:
        reason = "may not sign in: let an administrator reactivate them first"
        raise PeopleError("email", person.email, reason)
    return person


def _set_role(connection: Connection, fund_id: UUID, person: Person, role: Role | None) -> None:
    memberships.lock(connection, fund_id)
    if role is not Role.GP and memberships.active_gps(connection, fund_id) == {person.id}:
        raise PeopleError("person", person.name, _LAST_GP)
    if role is None:
        memberships.remove(connection, fund_id, person.id)
    else:
        memberships.grant(connection, fund_id, person.id, role)
