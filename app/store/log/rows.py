"""An event as its row in the table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson


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


COLUMNS = Row._fields
TYPES = (
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
)
# As text: of binary rows the server keeps up to a thousand back before it writes any.
COPY = f"COPY event (fund_id, {', '.join(COLUMNS)}) FROM STDIN"
_PAYLOAD = COLUMNS.index("payload")


def values(row: Row) -> tuple[object, ...]:
    """Return what the columns of a row take."""
    return (*row[:_PAYLOAD], orjson.dumps(row.payload).decode(), *row[_PAYLOAD + 1 :])


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of a log."""

    sequence: int
    recorded_at: datetime
