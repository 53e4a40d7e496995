"""Signing in: an email and its password, not tried too often."""

from __future__ import annotations

from sqlalchemy import Engine

from app.domain.audit import AuditKind
from app.domain.errors import TooManyAttemptsError
from app.services import audit, passwords
from app.services.people import typed_email
from app.store import people, sign_in_attempts
from app.store.people import Person


def sign_in(engine: Engine, email: str, password: str, address: str) -> Person | None:
    """Give the person whose email and password these are; None takes as long, whatever is wrong.

    Raises TooManyAttemptsError, whether the password is right or not.
    """
    kinds = AuditKind.SIGNED_IN, AuditKind.SIGN_IN_FAILED
    return _judged(engine, email, password, address, kinds)


def is_confirmed(engine: Engine, person: Person, password: str, address: str) -> bool:
    """Tell whether a password is that of the person who is signed in.

    Raises TooManyAttemptsError, whether the password is right or not.
    """
    kinds = AuditKind.PASSWORD_CONFIRMED, AuditKind.PASSWORD_REFUSED
    return _judged(engine, person.email, password, address, kinds) is not None


def _judged(
    engine: Engine, email: str, password: str, address: str, kinds: tuple[AuditKind, AuditKind]
) -> Person | None:
    """Record the first of the kinds where the password is right, and the second where not."""
    email = typed_email(email)
    with engine.begin() as connection:
        wait = sign_in_attempts.seconds_to_wait(connection, email, address)
    if wait:
        raise TooManyAttemptsError(wait)
    with engine.connect() as connection:
        person = people.find_by_email(connection, email)
        kept = people.password_hash(connection, person.id) if person else None
    if not passwords.matches(kept, password) or person is None or not person.is_active:
        audit.record_failure(engine, kinds[1], person or email)
        return None
    with engine.begin() as connection:
        sign_in_attempts.clear(connection, email)
        if kept and passwords.is_dated(kept):
            people.change(connection, person.id, password_hash=passwords.hashed(password))
        audit.record(connection, kinds[0], about=person, actor=person)
    return person
