"""Reads a fund's log: its head, its events, and what was known at a moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from sqlalchemy import ColumnElement, Connection, Engine, Text, cast, or_, select

from app.domain.errors import BeyondKnowledgeError, UnknownFundError
from app.domain.events import Event, upcast
from app.domain.fields import name_key
from app.domain.payloads import EventType
from app.store.chain import Break, first_break
from app.store.driver import driver_connection
from app.store.rows import Row
from app.store.states import Head
from app.store.tables import event

_HEAD = "SELECT sequence, recorded_at, chain_hash FROM ledger_head WHERE fund_id = %s"
EVENT_COLUMNS = (
    "sequence",
    "id",
    "event_type",
    "schema_version",
    "effective_on",
    "payload",
    "recorded_at",
    "recorded_by",
    "source",
    "correlation_id",
    "causation_id",
    "loaded_at",
)
_EVENTS = f"""
    SELECT {", ".join(EVENT_COLUMNS)}
    FROM event WHERE fund_id = %s AND sequence BETWEEN %s AND %s ORDER BY sequence
"""
_ROWS = """
    SELECT sequence, id, event_type, schema_version, effective_on, payload, payload_hash,
        causation_id, correlation_id, recorded_at, recorded_by, source, loaded_at, chain_hash,
        name_key
    FROM event WHERE fund_id = %s ORDER BY sequence
"""
_KNOWN_BY = """
    SELECT sequence FROM event WHERE fund_id = %s AND recorded_at <= %s
    ORDER BY recorded_at DESC, sequence DESC LIMIT 1
"""


def head_of(connection: Connection, fund_id: UUID) -> Head:
    """Read the committed head, without a lock. Raises UnknownFundError."""
    row = driver_connection(connection).execute(_HEAD, (fund_id,)).fetchone()
    if row is None:
        raise UnknownFundError(f"no fund has the id {fund_id}")
    return Head(row[0], row[1])


@dataclass(frozen=True, slots=True)
class Filters:
    """Which events to read; dates are effective dates and inclusive, None means any."""

    start: date | None = None
    end: date | None = None
    event_type: EventType | None = None
    company: str | None = None  # any of its names, or its id
    before: int | None = None  # only sequences below this one


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event with the sequence of the void that took it out of force, if one did."""

    event: Event
    voided_by: int | None


def events_through(
    connection: Connection, fund_id: UUID, through: int, *, first: int = 1
) -> list[Event]:
    """Read a log up to a sequence, each event in the newest shape of its type."""
    rows = driver_connection(connection).execute(_EVENTS, (fund_id, first, through))
    return [event_of(row) for row in rows]


def newest(
    connection: Connection, fund_id: UUID, filters: Filters, limit: int
) -> list[LoggedEvent]:
    """Read the newest events that pass the filters."""
    void = event.alias("void")
    query = (
        select(
            *(event.c[name] for name in EVENT_COLUMNS),
            select(void.c.sequence)
            .where(void.c.fund_id == fund_id, void.c.voids == event.c.sequence)
            .scalar_subquery(),
        )
        .where(event.c.fund_id == fund_id, *_conditions(fund_id, filters))
        .order_by(event.c.sequence.desc())
        .limit(limit)
    )
    return [LoggedEvent(event_of(row), row[-1]) for row in connection.execute(query)]


def known_at(engine: Engine, fund_id: UUID, instant: datetime) -> int:
    """Resolve an instant (inclusive) to the last sequence that was known then; 0 where none was.

    An instant after the head's `recorded_at` waits, in a short transaction of its own, for any
    append in flight, so that its answer stays what it is. Raises BeyondKnowledgeError for an
    instant that has not come yet, and UnknownFundError.
    """
    with engine.begin() as connection:
        head = head_of(connection, fund_id)
        if instant > head.recorded_at:
            return _known_now(connection, fund_id, instant)
        row = driver_connection(connection).execute(_KNOWN_BY, (fund_id, instant)).fetchone()
        return row[0] if row else 0


def verify(connection: Connection, fund_id: UUID) -> Break | None:
    """Check a fund's whole log; None where it is as it was written. Raises UnknownFundError."""
    head = driver_connection(connection).execute(_HEAD, (fund_id,)).fetchone()
    if head is None:
        raise UnknownFundError(f"no fund has the id {fund_id}")
    return first_break(fund_id, _rows(connection, fund_id), (head[0], head[1], bytes(head[2])))


def _known_now(connection: Connection, fund_id: UUID, instant: datetime) -> int:
    driver = driver_connection(connection)
    row = driver.execute(
        "SELECT sequence, recorded_at FROM ledger_head WHERE fund_id = %s FOR SHARE", (fund_id,)
    ).fetchone()
    clock = driver.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    assert clock is not None
    latest = max(clock[0], row[1])
    if instant > latest:
        raise BeyondKnowledgeError(
            "known_at",
            instant.astimezone(UTC).isoformat(),
            f"nobody knows this yet: ask for {latest.astimezone(UTC).isoformat()} or earlier",
        )
    if instant >= row[1]:
        return int(row[0])
    known = driver.execute(_KNOWN_BY, (fund_id, instant)).fetchone()
    return known[0] if known else 0


def event_of(row: Sequence[Any]) -> Event:
    """Make an event, in the newest shape of its type, of its `EVENT_COLUMNS`."""
    return Event(
        sequence=row[0],
        id=row[1],
        event_type=EventType(row[2]),
        effective_on=row[4],
        payload=upcast(EventType(row[2]), row[3], row[5]),
        recorded_at=row[6],
        recorded_by=row[7],
        source=row[8],
        correlation_id=row[9],
        causation_id=row[10],
        loaded_at=row[11],
    )


def _conditions(fund_id: UUID, filters: Filters) -> Iterator[ColumnElement[bool]]:
    if filters.start:
        yield event.c.effective_on >= filters.start
    if filters.end:
        yield event.c.effective_on <= filters.end
    if filters.event_type:
        yield event.c.event_type == filters.event_type.value
    if filters.before is not None:
        yield event.c.sequence < filters.before
    if filters.company:
        named = event.alias("named")
        bearers = select(named.c.company_id).where(
            named.c.fund_id == fund_id, named.c.name_key == name_key(filters.company)
        )
        yield or_(
            event.c.company_id.in_(bearers),
            cast(event.c.company_id, Text) == filters.company.lower(),
        )


def _rows(connection: Connection, fund_id: UUID) -> Iterator[Row]:
    """Stream the rows, however many there are."""
    with driver_connection(connection).cursor("verify", row_factory=class_row(Row)) as cursor:
        cursor.itersize = 5_000
        cursor.execute(_ROWS, (fund_id,))
        yield from cursor
