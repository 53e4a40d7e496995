"""The hash chain: what makes a changed, lost, moved or added event show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from app.domain.events.catalogue import EventType
from app.domain.events.event_json import hash_with_note, payload_hash
from app.domain.fields import name_key
from app.store.log.rows import Row

GENESIS = bytes(32)
_MOMENT_SIZE = len("2012-03-31T00:00:00.000000+00:00").to_bytes(4, "big")


@dataclass(frozen=True, slots=True)
class Break:
    """The first place at which a log is not as it was written."""

    sequence: int
    reason: str


def link(previous: bytes, fund_id: UUID, row: Row) -> bytes:
    """Hash one event onto the chain: SHA-256 over its fields, each preceded by its length."""
    before, after = around_moment(previous, fund_id, row)
    return sha256(before + _instant(row.recorded_at) + after).digest()


def around_moment(previous: bytes, fund_id: UUID, row: Row) -> tuple[bytes, bytes]:
    """Return what is hashed before the moment of recording, and after it.

    The moment itself is in ISO form, in UTC with microseconds: of 32 characters.
    """
    before = (
        previous,
        fund_id.bytes,
        str(row.sequence).encode(),
        row.id.bytes,
        row.event_type.encode(),
        str(row.schema_version).encode(),
        row.effective_on.isoformat().encode(),
        _content(row),
        _id(row.causation_id),
        _id(row.correlation_id),
    )
    after = (row.recorded_by.encode(), row.source.encode(), _instant(row.loaded_at))
    return _sized(before) + _MOMENT_SIZE, _sized(after)


def first_break(
    fund_id: UUID, rows: Iterable[Row], head: tuple[int, datetime, bytes]
) -> Break | None:
    """Check a whole log, in the order of its sequences, against itself and its head."""
    sequence, recorded_at, chain_hash = 0, None, GENESIS
    for row in rows:
        sequence += 1
        reason = next(_faults(row, sequence, recorded_at), None)
        if not reason and row.chain_hash != link(chain_hash, fund_id, row):
            reason = "its fields do not give its chain hash"
        if reason:
            return Break(sequence, reason)
        recorded_at, chain_hash = row.recorded_at, row.chain_hash
    head_sequence, head_recorded_at, head_hash = head
    if sequence < head_sequence:
        return Break(sequence + 1, f"is missing: the head is at {head_sequence}")
    if sequence > head_sequence:
        return Break(head_sequence + 1, f"lies beyond the head, which is at {head_sequence}")
    if chain_hash != head_hash or (recorded_at and recorded_at != head_recorded_at):
        return Break(sequence, "does not match the head")
    return None


def _faults(row: Row, expected: int, previous: datetime | None) -> Iterator[str]:
    if row.sequence != expected:
        yield f"is missing: the next event is {row.sequence}"
    if row.payload_hash not in _hashes(row):
        yield "its payload or date does not give its payload hash"
    if row.name_key != name_in_use(row.event_type, row.payload):
        yield "its name key does not belong to its payload"
    if previous and row.recorded_at < previous:
        yield "was recorded before the event that precedes it"


def _hashes(row: Row) -> tuple[bytes, bytes]:
    """Return what identifies a fact without its note, and what did so at first, with it."""
    day, payload = row.effective_on, row.payload
    return payload_hash(day, payload), hash_with_note(day, payload)


def _content(row: Row) -> bytes:
    """Return what stands for a payload in the chain: its hash, and the note that it leaves out."""
    note = row.payload.get("note")
    if note is None or row.payload_hash == hash_with_note(row.effective_on, row.payload):
        return row.payload_hash
    return row.payload_hash + sha256(note.encode()).digest()


def name_in_use(event_type: str, payload: dict[str, Any]) -> str | None:
    """Return the company name that an event brings into use, folded."""
    if event_type == EventType.COMPANY_ADDED:
        return name_key(payload["company"])
    new_name = payload.get("new_name")
    return name_key(new_name) if new_name else None


def digest(fields: Iterable[bytes]) -> bytes:
    """Return the SHA-256 of fields, each preceded by its length."""
    return sha256(_sized(fields)).digest()


def _sized(fields: Iterable[bytes]) -> bytes:
    return b"".join([len(field).to_bytes(4, "big") + field for field in fields])


def _id(value: UUID | None) -> bytes:
    return value.bytes if value else b""


@lru_cache(maxsize=256)  # all events of a batch share theirs
def _instant(value: datetime | None) -> bytes:
    return value.astimezone(UTC).isoformat(timespec="microseconds").encode() if value else b""
