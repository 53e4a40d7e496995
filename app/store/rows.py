"""An event as its row in the table, and how rows are written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

_COLUMNS = """
    fund_id, sequence, id, event_type, schema_version, effective_on, payload, payload_hash,
    causation_id, correlation_id, recorded_at, recorded_by, source, loaded_at, chain_hash, name_key
"""
_COPY = f"COPY event ({_COLUMNS}) FROM STDIN (FORMAT BINARY)"
_COPY_TYPES = [
    "uuid",
    "int8",
    "uuid",
    "text",
    "int2",
    "date",
    "jsonb",
    "bytea",
    "uuid",
    "uuid",
    "timestamptz",
    "text",
    "text",
    "timestamptz",
    "bytea",
    "text",
]


class Row(NamedTuple):
    """An event as its row stands in the table, in its order, not brought to any newer shape."""

    sequence: int
    id: UUID
    event_type: str
    schema_version: int
    effective_on: date
    payload: dict[str, Any]
    payload_hash: bytes
    causation_id: UUID | None
    correlation_id: UUID | None
    recorded_at: datetime
    recorded_by: str
    source: str
    loaded_at: datetime | None
    chain_hash: bytes
    name_key: str | None


_PAYLOAD = Row._fields.index("payload")
_INSERT = f"INSERT INTO event ({_COLUMNS}) VALUES ({', '.join(['%s'] * len(_COPY_TYPES))})"
# From so many rows on COPY is faster than INSERT, which can be sent together with other statements.
_MANY = 10


def write(cursor: psycopg.Cursor, fund_id: UUID, rows: Sequence[Row]) -> None:
    """Write rows into the table, in the cursor's transaction."""
    if len(rows) < _MANY:
        for row in rows:
            cursor.execute(_INSERT, _values(fund_id, row))
        return
    with cursor.copy(_COPY) as copy:
        copy.set_types(_COPY_TYPES)
        for row in rows:
            copy.write_row(_values(fund_id, row))


def may_be_sent_together(rows: Sequence[Row]) -> bool:
    """Tell whether the rows are written by statements that a pipeline takes."""
    return len(rows) < _MANY


def _values(fund_id: UUID, row: Row) -> tuple[object, ...]:
    return (fund_id, *row[:_PAYLOAD], Jsonb(row.payload), *row[_PAYLOAD + 1 :])
