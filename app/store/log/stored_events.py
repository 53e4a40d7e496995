"""Reads a fund's log: its head, its events, and what was known at a moment."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row
from sqlalchemy import Connection, Engine

from app.domain.errors import BeyondKnowledgeError, UnknownFundError
from app.domain.events.catalogue import EventType
from app.domain.events.model import Event
from app.domain.events.upcasts import upcast
from app.store.database.connections import driver_connection
from app.store.log.hash_chain import Break, first_break
from app.store.log.rows import Head, Row

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
_NUMBERED = f"""
    SELECT {", ".join(EVENT_COLUMNS)}
    FROM event WHERE fund_id = %s AND sequence = ANY(%s) ORDER BY sequence
"""
_AUTHORS = """
    SELECT DISTINCT person FROM event, LATERAL (VALUES (recorded_by), (
        CASE WHEN source = 'form' THEN payload ->> 'prepared_by' END)) AS by (person)
    WHERE fund_id = %s AND sequence <= %s AND person IS NOT NULL
"""
_NAMINGS = "SELECT count(*) FROM event WHERE fund_id = %s AND name_key IS NOT NULL"
_ROWS = """
    SELECT sequence, id, event_type, schema_version, effective_on, payload, payload_hash,
        causation_id, correlation_id, recorded_at, recorded_by, source, loaded_at, chain_hash,
        name_key
    FROM event WHERE fund_id = %s ORDER BY sequence
"""
_STREAMED = 5_000  # rows in memory at a time
_KNOWN_BY = """
    SELECT sequence FROM event WHERE fund_id = %s AND recorded_at <= %s
    ORDER BY recorded_at DESC, sequence DESC LIMIT 1
"""


def head_of(connection: Connection, fund_id: UUID) -> Head:
    """Read the committed head, without a lock. Raises UnknownFundError."""
    return head_seen(driver_connection(connection), fund_id)


def head_seen(driver: psycopg.Connection, fund_id: UUID) -> Head:
    """Read the head as the connection sees it. Raises UnknownFundError."""
    row = driver.execute(_HEAD, (fund_id,)).fetchone()
    if row is None:
        raise UnknownFundError(f"no fund has the id {fund_id}")
    return Head(row[0], row[1])


def end_seen(driver: psycopg.Connection, fund_id: UUID) -> tuple[int, bytes]:
    """Return the head's sequence and chain hash. Raises UnknownFundError."""
    row = driver.execute(_HEAD, (fund_id,)).fetchone()
    if row is None:
        raise UnknownFundError(f"no fund has the id {fund_id}")
    return row[0], bytes(row[2])


def events_through(
    connection: Connection, fund_id: UUID, through: int, *, first: int = 1
) -> list[Event]:
    """Read a log up to a sequence, each event in the newest shape of its type."""
    rows = driver_connection(connection).execute(_EVENTS, (fund_id, first, through))
    return [event_of(row) for row in rows]


def stream_events(connection: Connection, fund_id: UUID, through: int) -> Iterator[Event]:
    """Stream a log up to a sequence, however long it is."""
    with driver_connection(connection).cursor("events") as cursor:
        cursor.itersize = _STREAMED
        cursor.execute(_EVENTS, (fund_id, 1, through))
        for row in cursor:
            yield event_of(row)


def authors(connection: Connection, fund_id: UUID, through: int) -> list[str]:
    """Return everybody who recorded or prepared something up to a sequence, as the log has them."""
    rows = driver_connection(connection).execute(_AUTHORS, (fund_id, through))
    return [row[0] for row in rows]


def namings(connection: Connection, fund_id: UUID) -> int:
    """Count the events that bring a company's name into use: as many as companies, or more."""
    row = driver_connection(connection).execute(_NAMINGS, (fund_id,)).fetchone()
    assert row is not None
    return int(row[0])


def events_numbered(
    connection: Connection, fund_id: UUID, sequences: Collection[int]
) -> list[Event]:
    """Read the events with these sequences, oldest first."""
    return numbered(driver_connection(connection), fund_id, sequences)


def numbered(driver: psycopg.Connection, fund_id: UUID, sequences: Collection[int]) -> list[Event]:
    """Read the same as the connection sees them."""
    rows = driver.execute(_NUMBERED, (fund_id, list(sequences)))
    return [event_of(row) for row in rows]


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
            f"has not come yet: ask for {latest.astimezone(UTC).isoformat()} or earlier",
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


def _rows(connection: Connection, fund_id: UUID) -> Iterator[Row]:
    """Stream the rows, however many there are."""
    with driver_connection(connection).cursor("verify", row_factory=class_row(Row)) as cursor:
        cursor.itersize = _STREAMED
        cursor.execute(_ROWS, (fund_id,))
        yield from cursor


def events_by_day(driver: psycopg.Connection, fund_id: UUID, through: int) -> dict[date, int]:
    """Count the events through a sequence, by their effective dates."""
    query = """
        SELECT effective_on, count(*) FROM event
        WHERE fund_id = %s AND sequence <= %s GROUP BY effective_on
    """
    return dict(driver.execute(query, (fund_id, through)).fetchall())
