"""Sessions of browsers, kept by the server: which go on, and how each of them ends."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Engine

from app.config import Settings
from app.domain.accounts.audit import AuditKind
from app.services.accounts import audit
from app.store.accounts import web_sessions
from app.store.accounts.people import Person
from app.store.accounts.web_sessions import Lifetime, Present, WebSession
from app.store.database.connections import reading
from app.store.database.outages import spared_when_full

CONFIRMED_FOR = timedelta(minutes=10)


def lifetime(settings: Settings) -> Lifetime:
    """Return how long sessions last on this site."""
    idle = timedelta(minutes=settings.session_idle_minutes)
    return Lifetime(idle, timedelta(hours=settings.session_hours), CONFIRMED_FOR)


def begin(engine: Engine, person: Person, lifetime: Lifetime) -> UUID:
    """Begin a session of a person who gave their password just now, where they are at work."""
    address, device = audit.whereabouts()
    with engine.begin() as connection:
        return web_sessions.begin(connection, person, address, device, lifetime)


def present(
    engine: Engine, session_id: UUID, fund_id: UUID | None, lifetime: Lifetime
) -> Present | None:
    """Find a session that goes on, with whose it is; None where it ended, or they may not come."""
    with reading(engine) as driver:
        found = web_sessions.find_session(driver, session_id, fund_id, lifetime)
    return found if found and found.visitor.person.is_active else None


def touch(engine: Engine, session_id: UUID) -> None:
    """Note that a session is in use; a disk that is full does not end it at once."""
    with engine.begin() as connection, spared_when_full(connection):
        web_sessions.touch(connection, session_id)


def confirm(engine: Engine, session_id: UUID) -> None:
    """Note that the password was given in a session just now."""
    with engine.begin() as connection:
        web_sessions.confirm(connection, session_id)


def listed(engine: Engine, person: Person, lifetime: Lifetime) -> list[WebSession]:
    """List a person's sessions that go on, the one used last first."""
    with engine.connect() as connection:
        return web_sessions.listed(connection, person, lifetime)


def sign_out(engine: Engine, person: Person, session_id: UUID) -> None:
    """End the session in which a person is at work."""
    _end(engine, person, session_id, AuditKind.SIGNED_OUT)


def end(engine: Engine, person: Person, session_id: UUID) -> None:
    """End a session of a person's, wherever it is; one that is over already stays so."""
    _end(engine, person, session_id, AuditKind.SESSION_ENDED)


def replace(engine: Engine, person_id: UUID, session_id: UUID) -> None:
    """End a session that gives way to a new one in the same browser."""
    with engine.begin() as connection:
        web_sessions.end(connection, person_id, session_id)


def _end(engine: Engine, person: Person, session_id: UUID, kind: AuditKind) -> None:
    with engine.begin() as connection:
        if ended := web_sessions.end(connection, person.id, session_id):
            after = {
                "began_at": ended.began_at,
                "session_address": ended.address,
                "session_device": ended.device,
            }
            audit.record(connection, kind, about=person, after=after, actor=person)
