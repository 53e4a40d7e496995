"""Signing in: an email and its password, not tried too often."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Engine

from app.domain.accounts.audit import AuditKind
from app.domain.accounts.sign_in_delays import network_of
from app.services.accounts import audit, passwords
from app.services.accounts.password_proof import proves, wait_for
from app.services.accounts.people import typed_email
from app.store.accounts import login_attempts, people
from app.store.accounts.login_attempts import Attempt
from app.store.accounts.people import Person


def sign_in(
    engine: Engine,
    email: str,
    password: str,
    address: str,
    browsers: Mapping[str, str] | None = None,
) -> Person | None:
    """Return the person whose email and password these are; None takes as long, whatever is wrong.

    `browsers` is what the browser at work is known by to people, by their ids. Raises
    TooManyAttemptsError, whether the password is right or not.
    """
    email = typed_email(email)
    with engine.connect() as connection:
        person = people.find_by_email(connection, email)
        kept = people.password_hash(connection, person.id) if person else None
    browser = browsers.get(str(person.id)) if person and browsers else None
    attempt = Attempt(email, network_of(address), browser)
    wait_for(engine, attempt)
    if not passwords.matches(kept, password) or person is None or not person.is_active:
        audit.record_failure(engine, AuditKind.SIGN_IN_FAILED, person or email)
        return None
    with engine.begin() as connection:
        login_attempts.clear(connection, attempt)
        if kept and passwords.is_dated(kept):
            people.change(connection, person.id, password_hash=passwords.hashed(password))
        audit.record(connection, AuditKind.SIGNED_IN, about=person, actor=person)
    return person


def is_confirmed(engine: Engine, person: Person, password: str) -> bool:
    """Return whether a password is that of the person who is signed in.

    Raises TooManyAttemptsError, whether the password is right or not.
    """
    if not proves(engine, person, password):
        audit.record_failure(engine, AuditKind.PASSWORD_REFUSED, person)
        return False
    with engine.begin() as connection:
        audit.record(connection, AuditKind.PASSWORD_CONFIRMED, about=person, actor=person)
    return True
