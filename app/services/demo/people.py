"""The people of the demo fund: one of each role, and an administrator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Engine

from app.domain.accounts.audit import AuditKind
from app.domain.accounts.roles import Role
from app.services.accounts import audit, passwords
from app.services.accounts.memberships import record_role
from app.services.demo.entries.model import ANALYST, CONTROLLER, GP
from app.store.accounts import memberships, people


@dataclass(frozen=True, slots=True)
class Figure:
    """A person of the story; without a role they are an administrator."""

    email: str
    name: str
    role: Role | None


FIGURES = (
    Figure(GP, "Rosa Alvarez", Role.GP),
    Figure(ANALYST, "Maya Chen", Role.ANALYST),
    Figure("ingrid.solheim@example.com", "Ingrid Solheim", Role.VIEWER),
    Figure(CONTROLLER, "Tomas Lindqvist", None),
)


def bring_in(connection: Connection, password: str) -> None:
    """Add them all, with one password."""
    password_hash = passwords.hashed(password)
    for each in FIGURES:
        is_admin = each.role is None
        person = people.add(connection, each.email, each.name, password_hash, is_admin=is_admin)
        after = {"name": person.name, "is_admin": is_admin}
        audit.record(connection, AuditKind.PERSON_ADDED, about=person, after=after)


def take_part(connection: Connection, fund_id: UUID) -> None:
    """Grant them their roles in a fund, as far as they are here."""
    for each in FIGURES:
        person = people.find_by_email(connection, each.email)
        if person and each.role:
            before = memberships.role_of(connection, fund_id, person.id)
            memberships.grant(connection, fund_id, person.id, each.role)
            record_role(connection, fund_id, person, before, each.role)


def ids(connection: Connection) -> Mapping[str, str]:
    """Return the ids of those who are here, by the emails that the story tells them by."""
    found = {each.email: people.find_by_email(connection, each.email) for each in FIGURES}
    return {email: str(person.id) for email, person in found.items() if person}


def with_password(engine: Engine, password: str) -> list[Figure]:
    """Return those who are here and still have the password that they began with."""
    kept = []
    with engine.connect() as connection:
        for each in FIGURES:
            person = people.find_by_email(connection, each.email)
            if person and person.is_active:
                kept.append((each, people.password_hash(connection, person.id)))
    # They begin with one hash, which takes a while to try.
    hashes = {password_hash for _, password_hash in kept}
    good = {each for each in hashes if passwords.matches(each, password)}
    return [figure for figure, password_hash in kept if password_hash in good]
