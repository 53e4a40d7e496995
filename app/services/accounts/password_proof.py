"""Whether somebody knows a password, which nobody may try too often."""

from __future__ import annotations

from sqlalchemy import Engine

from app.domain.errors import TooManyAttemptsError
from app.services.accounts import passwords
from app.store.accounts import login_attempts, people
from app.store.accounts.login_attempts import Attempt
from app.store.accounts.people import Person


def proves(engine: Engine, person: Person, password: str) -> bool:
    """Return whether somebody who is signed in as a person knows the password.

    They wait for the failures in their sessions, and nobody who signs in does. Raises
    TooManyAttemptsError.
    """
    attempt = Attempt(person.email, "", f"signed in as {person.id}")
    wait_for(engine, attempt)
    with engine.connect() as connection:
        kept = people.password_hash(connection, person.id)
    if not passwords.matches(kept, password):
        return False
    with engine.begin() as connection:
        login_attempts.clear(connection, attempt)
    return True


def wait_for(engine: Engine, attempt: Attempt) -> None:
    """Count an attempt. Raises TooManyAttemptsError where it comes too soon after others."""
    with engine.begin() as connection:
        wait = login_attempts.seconds_to_wait(connection, attempt)
    if wait:
        raise TooManyAttemptsError(wait)
