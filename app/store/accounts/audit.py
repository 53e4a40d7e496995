"""The audit's table: appended to under a locked head, and verified from its first row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from psycopg.rows import kwargs_row
from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from app.domain.accounts.audit import AuditKind
from app.domain.events.event_json import canonical_json
from app.store.database.connections import driver_connection
from app.store.log.hash_chain import GENESIS, Break, digest

Values = dict[str, Any]  # as JSON


class AuditEntry(NamedTuple):
    """An event before it has a place in the chain."""

    id: UUID
    kind: str
    actor_id: UUID | None
    actor: str
    about_id: UUID | None
    about: str | None
    fund_id: UUID | None
    before: Values | None
    after: Values | None
    address: str | None
    device: str | None
    request_id: str | None


class AuditRow(NamedTuple):
    """An event as its row stands in the table."""

    sequence: int
    occurred_at: datetime
    entry: AuditEntry
    chain_hash: bytes


class AuditVerification(NamedTuple):
    """What a verification of the chain found."""

    verified_at: datetime
    events: int  # how many the chain should hold
    broken: str | None  # where, and what is wrong


_COLUMNS = ", ".join(AuditEntry._fields)
# The clock is read once the head is locked, so that no event lies before the one it follows.
_LOCK = """
    WITH locked AS MATERIALIZED (
        SELECT sequence, occurred_at, chain_hash FROM audit_head FOR NO KEY UPDATE
    )
    SELECT sequence + 1, greatest(clock_timestamp(), occurred_at), chain_hash FROM locked
"""
_APPEND = f"""
    WITH written AS (
        INSERT INTO audit_event (sequence, occurred_at, chain_hash, {_COLUMNS})
        VALUES ({", ".join(["%s"] * (3 + len(AuditEntry._fields)))})
        RETURNING sequence, occurred_at, chain_hash
    )
    UPDATE audit_head SET sequence = written.sequence, occurred_at = written.occurred_at,
        chain_hash = written.chain_hash
    FROM written
"""
_COUNT = """
    SELECT count(*) FROM (
        SELECT FROM audit_event WHERE kind = %s AND occurred_at > clock_timestamp() - interval '1h'
        ORDER BY sequence DESC LIMIT %s
    ) AS recent
"""
_IS_DUE = """
    SELECT EXISTS (SELECT FROM audit_event WHERE sequence = 1 AND occurred_at < %(since)s)
        AND NOT EXISTS (SELECT FROM audit_event WHERE kind = %(kind)s AND occurred_at >= %(since)s)
"""
_LATEST = (
    "SELECT occurred_at, after FROM audit_event WHERE kind = %s ORDER BY sequence DESC LIMIT 1"
)
_HEAD = "SELECT sequence, occurred_at, chain_hash FROM audit_head"
_ROWS = f"""
    SELECT sequence, occurred_at, chain_hash, {_COLUMNS} FROM audit_event ORDER BY sequence
"""
_STREAMED = 5_000  # rows in memory at a time


def append(connection: Connection, entry: AuditEntry) -> AuditRow:
    """Append an event in the connection's transaction, which holds the head from then on."""
    driver = driver_connection(connection)
    head = driver.execute(_LOCK).fetchone()
    assert head is not None
    sequence, occurred_at, previous = head
    row = AuditRow(sequence, occurred_at, entry, link(previous, sequence, occurred_at, entry))
    values = [Jsonb(each) if isinstance(each, dict) else each for each in entry]
    driver.execute(_APPEND, (row.sequence, row.occurred_at, row.chain_hash, *values))
    return row


def count_within_an_hour(connection: Connection, kind: str, most: int) -> int:
    """Count the events of a kind within the last hour, up to so many."""
    counted = driver_connection(connection).execute(_COUNT, (kind, most)).fetchone()
    assert counted is not None
    return int(counted[0])


def is_due(connection: Connection, kind: str, since: datetime) -> bool:
    """Return whether the audit began before a moment, and recorded none of a kind since."""
    due = driver_connection(connection).execute(_IS_DUE, {"kind": kind, "since": since}).fetchone()
    assert due is not None
    return bool(due[0])


def latest_verification(driver: psycopg.Connection) -> AuditVerification | None:
    """Return what the last verification of the chain found; None where there was none."""
    row = driver.execute(_LATEST, (AuditKind.AUDIT_VERIFIED,)).fetchone()
    if row is None:
        return None
    verified_at, found = row
    return AuditVerification(verified_at, found["events"], found.get("broken"))


def link(previous: bytes, sequence: int, occurred_at: datetime, entry: AuditEntry) -> bytes:
    """Hash an event onto the chain."""
    moment = occurred_at.astimezone(UTC).isoformat(timespec="microseconds")
    position = (previous, str(sequence).encode(), moment.encode())
    return digest((*position, *(_bytes(each) for each in entry)))


def verify(connection: Connection) -> tuple[int, Break | None]:
    """Check the whole chain against itself and its head; return how many events it should hold."""
    head = driver_connection(connection).execute(_HEAD).fetchone()
    if head is None:
        return 0, Break(1, "cannot be checked: the head is missing")
    return head[0], first_break(_rows(connection), head)


def first_break(rows: Iterable[AuditRow], head: tuple[int, datetime, bytes]) -> Break | None:
    """Return the first place at which the chain is not as it was written."""
    sequence, occurred_at, chain_hash = 0, None, GENESIS
    for row in rows:
        sequence += 1
        if reason := _fault(row, sequence, occurred_at, chain_hash):
            return Break(sequence, reason)
        occurred_at, chain_hash = row.occurred_at, row.chain_hash
    if sequence < head[0]:
        return Break(sequence + 1, f"is missing: the head is at {head[0]}")
    if sequence > head[0]:
        return Break(head[0] + 1, f"lies beyond the head, which is at {head[0]}")
    if chain_hash != head[2] or (occurred_at and occurred_at != head[1]):
        return Break(sequence, "does not match the head")
    return None


def _fault(row: AuditRow, expected: int, after: datetime | None, previous: bytes) -> str | None:
    if row.sequence != expected:
        return f"is missing: the next event is {row.sequence}"
    if row.chain_hash != link(previous, row.sequence, row.occurred_at, row.entry):
        return "its fields do not give its chain hash"
    if after and row.occurred_at < after:
        return "occurred before the event that precedes it"
    return None


def _bytes(value: object) -> bytes:
    """Write a field so that no two values of it are alike: a missing one is not an empty one."""
    match value:
        case None:
            return b""
        case UUID():
            return value.bytes
        case dict():
            return canonical_json(value)
        case _:
            return b"=" + str(value).encode()


def _rows(connection: Connection) -> Iterator[AuditRow]:
    with driver_connection(connection).cursor("audit", row_factory=kwargs_row(_row)) as cursor:
        cursor.itersize = _STREAMED
        cursor.execute(_ROWS)
        yield from cursor


def _row(sequence: int, occurred_at: datetime, chain_hash: bytes, **entry: Any) -> AuditRow:  # noqa: ANN401 - the columns of the entry
    return AuditRow(sequence, occurred_at, AuditEntry(**entry), chain_hash)
