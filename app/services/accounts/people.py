"""People: added, found, changed; there is always an administrator."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Engine

from app.domain.accounts.audit import AuditKind
from app.domain.errors import PeopleError
from app.domain.fields import Name
from app.services.accounts import audit, password_proof, passwords
from app.store.accounts import memberships, people, tokens
from app.store.accounts.people import Person, Visitor
from app.store.database.connections import reading

_EMAIL = re.compile(r"[^\s@<>()\",;:\\]+@[^\s@<>()\",;:\\]+")
_EMAIL_LENGTH = 254
_LAST_ADMIN = (
    "is the last administrator: make somebody else one first, or nobody could add people any more"
)


def visitor(engine: Engine, person_id: UUID, fund_id: UUID | None = None) -> Visitor | None:
    """Find an active person, with a fund and their role in it."""
    with reading(engine) as driver:
        found = people.visitor(driver, person_id, fund_id)
    return found if found and found.person.is_active else None


def anybody(engine: Engine) -> bool:
    """Return whether the site has any people."""
    with engine.connect() as connection:
        return people.count(connection) > 0


def everybody(engine: Engine) -> list[tuple[Person, int]]:
    """List all people by name, with how many funds they are in."""
    with engine.connect() as connection:
        funds = memberships.funds_by_person(connection)
        return [(person, funds.get(person.id, 0)) for person in people.listed(connection)]


def names(engine: Engine, texts: Iterable[str]) -> dict[str, str]:
    """Return the names of those whom texts of the log mean, as far as they are people here."""
    wanted = set(texts)
    if not wanted:
        return {}
    with engine.connect() as connection:
        return people.names(connection, wanted)


def named(engine: Engine, email: str) -> Person:
    """Find a person by email. Raises PeopleError."""
    with engine.connect() as connection:
        return found(connection, email)


def found(connection: Connection, email: str) -> Person:
    """Find a person by email in a transaction. Raises PeopleError."""
    person = people.find_by_email(connection, typed_email(email))
    if person is None:
        reason = "is nobody's here: look for a slip, or let an administrator add them"
        raise PeopleError("email", typed_email(email), reason)
    return person


def only_administrator(engine: Engine) -> Person | None:
    """Return the administrator where there is exactly one who is active."""
    with engine.connect() as connection:
        found = [each for each in people.listed(connection) if each.is_admin and each.is_active]
    return found[0] if len(found) == 1 else None


def add(
    engine: Engine, email: str, name: str, password: str | None = None, *, is_admin: bool = False
) -> tuple[Person, str]:
    """Add a person; return them with their password, made up where none is given.

    Raises PeopleError.
    """
    email, name = checked_email(email), _checked_name(name)
    if password is not None:
        passwords.check(password, email, name)
    password = password or passwords.made_up()
    password_hash = passwords.hashed(password)
    with engine.begin() as connection:
        person = people.add(connection, email, name, password_hash, is_admin=is_admin)
        after = {"name": person.name, "is_admin": is_admin}
        audit.record(connection, AuditKind.PERSON_ADDED, about=person, after=after)
    return person, password


def renew_password(
    engine: Engine, person_id: UUID, password: str | None = None
) -> tuple[Person, str]:
    """Return who has lost theirs a new password, made up where none is given; end their sessions.

    Raises PeopleError.
    """
    with engine.connect() as connection:
        person = _known(people.find_person(connection, person_id))
    if password is not None:
        passwords.check(password, person.email, person.name)
    password = password or passwords.made_up()
    return set_password(engine, person_id, password, AuditKind.PASSWORD_GIVEN), password


def change_password(engine: Engine, person: Person, present: str, new: str) -> Person:
    """Change a password, and end all other sessions. Raises PeopleError.

    Raises TooManyAttemptsError where the present one was wrong too often.
    """
    if not password_proof.proves(engine, person, present):
        audit.record_failure(engine, AuditKind.PASSWORD_REFUSED, person)
        raise PeopleError("present", "", "is not your present password: type it once more")
    with engine.connect() as connection:
        kept = people.password_hash(connection, person.id)
    if passwords.matches(kept, new):
        raise PeopleError("password", "", "is the present one: choose another")
    passwords.check(new, person.email, person.name)
    return set_password(engine, person.id, new, AuditKind.PASSWORD_CHANGED)


def set_password(engine: Engine, person_id: UUID, password: str, kind: AuditKind) -> Person:
    """Set a password, and end the person's sessions."""
    password_hash = passwords.hashed(password)
    with engine.begin() as connection:
        _known(people.find_person(connection, person_id))
        people.end_sessions(connection, person_id)
        changed = _known(people.change(connection, person_id, password_hash=password_hash))
        audit.record(connection, kind, about=changed)
    return changed


def sign_out_everywhere(engine: Engine, person_id: UUID) -> None:
    """End all sessions of a person."""
    with engine.begin() as connection:
        people.end_sessions(connection, person_id)
        person = _known(people.find_person(connection, person_id))
        audit.record(connection, AuditKind.ALL_SESSIONS_ENDED, about=person)


def set_active(engine: Engine, person_id: UUID, *, active: bool) -> Person:
    """Let a person sign in, or no more. Raises PeopleError for the last administrator."""
    kind = AuditKind.PERSON_REACTIVATED if active else AuditKind.PERSON_DEACTIVATED
    return _change(engine, person_id, active, kind, is_active=active)


def set_admin(engine: Engine, person_id: UUID, *, admin: bool) -> Person:
    """Make a person an administrator, or no more. Raises PeopleError for the last one."""
    kind = AuditKind.ADMINISTRATOR_MADE if admin else AuditKind.ADMINISTRATOR_REMOVED
    return _change(engine, person_id, admin, kind, is_admin=admin)


def _change(
    engine: Engine,
    person_id: UUID,
    gives: bool,  # noqa: FBT001
    kind: AuditKind,
    **values: bool,
) -> Person:
    with engine.begin() as connection:
        if not gives and people.lock_administrators(connection) == {person_id}:
            last = _known(people.find_person(connection, person_id))
            raise PeopleError("person", last.name, _LAST_ADMIN)
        was = _known(people.find_person(connection, person_id))
        changed = _known(people.change(connection, person_id, **values))
        after: dict[str, object] = {**values}
        if values.get("is_active") is False:
            people.end_sessions(connection, person_id)
            after["tokens_revoked"] = tokens.revoke_all(connection, person_id)
        before = {name: getattr(was, name) for name in values}
        audit.record(connection, kind, about=changed, before=before, after=after)
    return changed


def typed_email(text: str) -> str:
    """Read what may be an email as it was typed, in a form that a database can look for."""
    return text.replace("\0", "").strip()[:_EMAIL_LENGTH]


def checked_email(email: str) -> str:
    """Read an email. Raises PeopleError."""
    email = email.strip()
    if len(email) > _EMAIL_LENGTH or not _EMAIL.fullmatch(email):
        raise PeopleError("email", email, "is no email: write one such as maya@example.com")
    return email


def _checked_name(name: str) -> str:
    try:
        return TypeAdapter(Name).validate_python(name)
    except ValidationError as error:
        raise PeopleError("name", name.strip(), error.errors()[0]["msg"]) from error


def _known(person: Person | None) -> Person:
    if person is None:
        raise PeopleError("person", "", "nobody has this id: load the list of people again")
    return person
