"""Who has which role in a fund."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from app.domain.accounts.roles import Role
from app.store.accounts.people import COLUMNS, Person
from app.store.accounts.tables import person
from app.store.tables import fund, membership


@dataclass(frozen=True, slots=True)
class Member:
    """A person with a role in a fund."""

    person: Person
    role: Role


def listed(connection: Connection, fund_id: UUID) -> list[Member]:
    """List a fund's people by name."""
    query = (
        select(*COLUMNS, membership.c.role)
        .join_from(membership, person)
        .where(membership.c.fund_id == fund_id)
        .order_by(func.lower(person.c.name), person.c.email_key)
    )
    return [Member(Person(*values), Role(role)) for *values, role in connection.execute(query)]


def role_of(connection: Connection, fund_id: UUID, person_id: UUID) -> Role | None:
    """Return the role of a person in a fund."""
    query = select(membership.c.role).where(_is(fund_id, person_id))
    role = connection.scalar(query)
    return Role(role) if role else None


def grant(connection: Connection, fund_id: UUID, person_id: UUID, role: Role) -> None:
    """Grant a person a role in a fund, in place of the one they have."""
    values = {"fund_id": fund_id, "person_id": person_id, "role": role.value}
    statement = insert(membership).values(values)
    connection.execute(
        statement.on_conflict_do_update("membership_pkey", set_={"role": role.value})
    )


def remove(connection: Connection, fund_id: UUID, person_id: UUID) -> None:
    """Take a person's role in a fund away."""
    connection.execute(delete(membership).where(_is(fund_id, person_id)))


def lock(connection: Connection, fund_id: UUID) -> None:
    """Let nobody else change who is in a fund until the transaction ends."""
    query = select(fund.c.id).where(fund.c.id == fund_id)
    connection.execute(query.with_for_update(key_share=True))


def active_gps(connection: Connection, fund_id: UUID) -> set[UUID]:
    """Return the general partners of a fund who may sign in."""
    query = (
        select(person.c.id)
        .join_from(membership, person)
        .where(membership.c.fund_id == fund_id, membership.c.role == Role.GP, person.c.is_active)
    )
    return set(connection.scalars(query))


def funds_seen(connection: Connection, person_id: UUID, fund_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these funds a person sees: an administrator all that there are."""
    theirs = select(membership.c.fund_id).where(membership.c.person_id == person_id)
    admins = select(person.c.id).where(person.c.id == person_id, person.c.is_admin)
    sees = or_(fund.c.id.in_(theirs), admins.exists())
    return set(connection.scalars(select(fund.c.id).where(fund.c.id.in_(fund_ids), sees)))


def funds_by_person(connection: Connection) -> dict[UUID, int]:
    """Count the funds of each person who has any."""
    query = select(membership.c.person_id, func.count()).group_by(membership.c.person_id)
    return {row[0]: row[1] for row in connection.execute(query)}


def _is(fund_id: UUID, person_id: UUID) -> ColumnElement[bool]:
    return (membership.c.fund_id == fund_id) & (membership.c.person_id == person_id)
