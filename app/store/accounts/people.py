"""People: found, added and changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from uuid_utils.compat import uuid7

from app.domain.accounts.roles import Role
from app.domain.accounts.token_scopes import TokenLimits
from app.domain.errors import PeopleError
from app.domain.fields import name_key
from app.store.accounts.tables import person, web_session
from app.store.funds import Fund
from app.store.log.rows import Head


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who may sign in while they are active."""

    id: UUID
    email: str
    name: str
    is_admin: bool
    is_active: bool
    session_epoch: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person, and their role in the fund that is asked for; no role where they have none."""

    person: Person
    role: Role | None = None
    fund: Fund | None = None  # the one that is asked for, if there is one
    head: Head | None = None  # of its log
    limits: TokenLimits | None = None  # of the token that they came with

    def may(self, needed: Role) -> bool:
        """Return whether they may do there what a role may: an administrator may all."""
        return self.has(needed) and (self.limits is None or self.limits.allow(needed))

    def has(self, needed: Role) -> bool:
        """Return whether they may do so themselves, whatever token they came with."""
        return self.person.is_admin or (self.role is not None and self.role.covers(needed))


COLUMNS = tuple(person.c[each.name] for each in fields(Person))
VISITOR_COLUMNS = f"""
        membership.role, fund.id, fund.name, head.sequence, head.recorded_at,
        {", ".join(f"person.{each.name}" for each in fields(Person))}
"""
VISITOR_JOINS = """
    LEFT JOIN membership
        ON membership.person_id = person.id AND membership.fund_id = %(fund)s::uuid
    LEFT JOIN fund ON fund.id = %(fund)s::uuid
    LEFT JOIN ledger_head AS head ON head.fund_id = fund.id
"""
# Every request with a token waits for this one.
_VISITOR = f"SELECT {VISITOR_COLUMNS} FROM person {VISITOR_JOINS} WHERE person.id = %(person)s"


def visitor(driver: psycopg.Connection, person_id: UUID, fund_id: UUID | None) -> Visitor | None:
    """Find a person with a fund, its head and their role in it, in one query."""
    given = {"person": person_id, "fund": fund_id}
    row = driver.execute(_VISITOR, given, binary=True).fetchone()
    return visitor_of(row) if row else None


def visitor_of(columns: Sequence[Any]) -> Visitor:
    """Make a visitor of the VISITOR_COLUMNS."""
    role, found_id, name, sequence, recorded_at, *values = columns
    fund = Fund(found_id, name) if found_id else None
    head = Head(sequence, recorded_at) if sequence is not None else None
    return Visitor(Person(*values), Role(role) if role else None, fund, head)


def find_person(connection: Connection, person_id: UUID) -> Person | None:
    """Find a person by their id."""
    return _one(connection, person.c.id == person_id)


def find_by_email(connection: Connection, email: str) -> Person | None:
    """Find a person by their email, in any case."""
    return _one(connection, person.c.email_key == name_key(email))


def listed(connection: Connection) -> list[Person]:
    """List all people by name."""
    query = select(*COLUMNS).order_by(func.lower(person.c.name), person.c.email_key)
    return [Person(*row) for row in connection.execute(query)]


def count(connection: Connection) -> int:
    """Count the people."""
    return connection.execute(select(func.count()).select_from(person)).scalar_one()


def names(connection: Connection, texts: Iterable[str]) -> dict[str, str]:
    """Return the names of those whom the texts mean, which are ids or emails."""
    keys = {text: name_key(text) for text in texts}
    ids = {text: UUID(text) for text in keys if _is_id(text)}
    query = select(person.c.id, person.c.email_key, person.c.name).where(
        or_(person.c.id.in_(ids.values()), person.c.email_key.in_(keys.values()))
    )
    found = {key: name for uuid, email, name in connection.execute(query) for key in (uuid, email)}
    meant = {text: ids.get(text, key) for text, key in keys.items()}
    return {text: found[key] for text, key in meant.items() if key in found}


def add(
    connection: Connection, email: str, name: str, password_hash: str, *, is_admin: bool
) -> Person:
    """Add a person. Raises PeopleError where somebody has the email."""
    values = {
        "id": uuid7(), "email": email, "email_key": name_key(email), "name": name,
        "password_hash": password_hash, "is_admin": is_admin, "is_active": True,
        "session_epoch": 1, "created_at": func.clock_timestamp(),
    }  # fmt: skip
    try:
        with connection.begin_nested():
            row = connection.execute(insert(person).values(values).returning(*COLUMNS)).one()
    except IntegrityError as error:
        raise PeopleError("email", email, "somebody has this email already") from error
    return Person(*row)


def password_hash(connection: Connection, person_id: UUID) -> str:
    """Return the hash of a person's password."""
    query = select(person.c.password_hash).where(person.c.id == person_id)
    return str(connection.execute(query).scalar_one())


def change(connection: Connection, person_id: UUID, **values: Any) -> Person | None:  # noqa: ANN401
    """Change what is said of a person."""
    query = update(person).where(person.c.id == person_id).values(values).returning(*COLUMNS)
    row = connection.execute(query).first()
    return Person(*row) if row else None


def end_sessions(connection: Connection, person_id: UUID) -> int:
    """End all sessions of a person; return the epoch that new ones carry."""
    connection.execute(delete(web_session).where(web_session.c.person_id == person_id))
    moved = person.c.session_epoch + 1
    query = update(person).where(person.c.id == person_id).values(session_epoch=moved)
    return int(connection.execute(query.returning(person.c.session_epoch)).scalar_one())


def lock(connection: Connection, person_id: UUID) -> bool:
    """Let nobody else change a person, or count what they have, until the transaction ends.

    Return whether they may sign in.
    """
    query = select(person.c.is_active).where(person.c.id == person_id)
    return bool(connection.scalar(query.with_for_update(key_share=True)))


def lock_administrators(connection: Connection) -> set[UUID]:
    """Return the active administrators, and let nobody else change who they are."""
    active = select(person.c.id).where(person.c.is_admin, person.c.is_active)
    return set(connection.scalars(active.order_by(person.c.id).with_for_update()))


def _one(connection: Connection, condition: ColumnElement[bool]) -> Person | None:
    row = connection.execute(select(*COLUMNS).where(condition)).first()
    return Person(*row) if row else None


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
