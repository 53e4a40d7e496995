"""The audit of administration: who did what to whom, from where, before and after."""

from __future__ import annotations

import getpass
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, time
from uuid import UUID

from sqlalchemy import Connection, Engine
from uuid_utils.compat import uuid7

from app.domain.accounts.audit import AuditKind
from app.observability import request_ids
from app.store.accounts import audit, people
from app.store.accounts.audit import AuditEntry, Values
from app.store.accounts.people import Person
from app.store.database.connections import at_one_moment
from app.store.log.hash_chain import Break

_LONGEST = 254  # characters of a name or an address that is kept
_LONGEST_DEVICE = 200
_LONGEST_VALUE = 500
_MOST_VALUES = 20
MOST_FAILURES = 1_000  # of a kind that are recorded within an hour: anybody can cause them

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Origin:
    """Who is at work, and from where."""

    actor: Person | None = None
    address: str | None = None
    device: str | None = None


_at_work: ContextVar[Origin | None] = ContextVar("origin", default=None)


def begin(address: str | None, device: str | None) -> None:
    """Begin a request of somebody unknown yet, in this thread, which may have served another."""
    _at_work.set(Origin(None, address, device))


def acting(actor: Person) -> None:
    """Note who is at work in this request."""
    known = origin()
    _at_work.set(Origin(actor, known.address, known.device))


def end() -> None:
    """End the request."""
    _at_work.set(None)


@contextmanager
def on_behalf_of(engine: Engine, requested_by: str) -> Iterator[None]:
    """Do a job for the person with this id, who asked for it; for Asof itself where it is none."""
    before = _at_work.set(Origin(_person(engine, requested_by), None, "worker"))
    try:
        yield
    finally:
        _at_work.reset(before)


def _person(engine: Engine, text: str) -> Person | None:
    try:
        person_id = UUID(text)
    except ValueError:
        return None
    with engine.connect() as connection:
        return people.find_person(connection, person_id)


def origin() -> Origin:
    """Return who is at work; outside of requests it is a program of whoever runs the site."""
    return _at_work.get() or Origin(None, None, _program())


def whereabouts() -> tuple[str, str]:
    """Return the address and the device of who is at work, cut to what is kept."""
    known = origin()
    return _text(known.address or "unknown"), _text(known.device or "unknown", _LONGEST_DEVICE)


def record(  # noqa: PLR0913 (an event is what is said of it)
    connection: Connection,
    kind: AuditKind,
    *,
    about: Person | str | None = None,
    fund_id: UUID | None = None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    actor: Person | None = None,
) -> None:
    """Record an event in the caller's transaction: both are kept, or neither.

    Who did it, and from where, is who is at work, unless an `actor` is named. `about` is the
    person, or what else it is about in words. `before` and `after` are what was changed, by name:
    never a secret. Call it last in the transaction: it locks the head of the site's one chain,
    and everybody else who records waits until the transaction ends.
    """
    known = origin()
    actor = actor or known.actor
    audit.append(
        connection,
        AuditEntry(
            id=uuid7(),
            kind=kind.value,
            actor_id=actor.id if actor else None,
            actor=_text(actor.email if actor else _unnamed(known)),
            about_id=about.id if isinstance(about, Person) else None,
            about=_text(about.email if isinstance(about, Person) else about) if about else None,
            fund_id=fund_id,
            before=_values(before),
            after=_values(after),
            address=_text(known.address) if known.address else None,
            device=_text(known.device, _LONGEST_DEVICE) if known.device else None,
            request_id=request_ids.current(),
        ),
    )


def record_failure(engine: Engine, kind: AuditKind, about: Person | str) -> None:
    """Record what anybody can cause without an account, up to so much of it within an hour.

    What fails beyond that is left out, which the last event before it says.
    """
    with engine.begin() as connection:
        recent = audit.count_within_an_hour(connection, kind.value, MOST_FAILURES)
        if recent < MOST_FAILURES:
            left_out = {"further": "left out while there are so many within an hour"}
            is_last = recent == MOST_FAILURES - 1
            record(connection, kind, about=about, after=left_out if is_last else None)


def verify(engine: Engine) -> tuple[int, Break | None]:
    """Check the chain from its first event to its head; return how many events it should hold."""
    with at_one_moment(engine) as connection:
        return audit.verify(connection)


def verify_nightly(engine: Engine, now: datetime | None = None) -> None:
    """Verify the chain, unless it was since midnight (UTC) or is younger than that.

    What is found is the next event of the chain.
    """
    midnight = datetime.combine((now or datetime.now(UTC)).date(), time.min, UTC)
    with engine.connect() as connection:
        if not audit.is_due(connection, AuditKind.AUDIT_VERIFIED, midnight):
            return
    events, broken = verify(engine)
    found: dict[str, object] = {"events": events}
    if broken:
        found["broken"] = f"event {broken.sequence}: {broken.reason}"
        _log.error("The audit of administration is not as it was written: %s", found["broken"])
    with engine.begin() as connection:
        record(connection, AuditKind.AUDIT_VERIFIED, after=found)


def _unnamed(known: Origin) -> str:
    return "nobody signed in" if known.address else "whoever runs the site"


def _program() -> str:
    """Name the program at work: on the machine itself there is no browser."""
    try:
        return f"command line, as {getpass.getuser()}"
    except (OSError, KeyError):  # an account without a name
        return "command line"


def _values(given: Mapping[str, object] | None) -> Values | None:
    if not given:
        return None
    return {name: _value(value) for name, value in list(given.items())[:_MOST_VALUES]}


def _value(value: object) -> object:
    if value is None or isinstance(value, (bool, int)):
        return value
    return _text(str(value), _LONGEST_VALUE)


def _text(text: str, longest: int = _LONGEST) -> str:
    """Cut a text to what is kept, in characters that every database takes."""
    return text[:longest].replace("\0", "�").encode("utf-8", "replace").decode()
