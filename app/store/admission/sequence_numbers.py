"""Turns what was admitted into rows: numbered, dated and chained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from uuid_utils.compat import uuid7

from app.domain.admission.admission import Admitted
from app.domain.events.catalogue import EventType
from app.domain.events.upcasts import newest_version
from app.observability import request_ids
from app.store.admission.batches import Author
from app.store.log.hash_chain import link
from app.store.log.rows import Row

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class LockedHead:
    """The end of a log, as it was locked, and the clock then."""

    sequence: int
    recorded_at: datetime
    chain_hash: bytes
    builds: int
    clock: datetime


def chained(
    fund_id: UUID, head: LockedHead, facts: Sequence[Admitted], author: Author
) -> Iterator[Row]:
    """Turn what was admitted into rows that are numbered, dated and chained."""
    now = max(head.clock.astimezone(UTC), head.recorded_at + _TICK) if head.sequence else head.clock
    chain_hash = head.chain_hash
    correlation_id = correlation_of(facts, author)
    for sequence, fact in enumerate(facts, head.sequence + 1):
        row = row_of(sequence, fact, author, now, correlation_id)
        chain_hash = link(chain_hash, fund_id, row)
        yield row._replace(chain_hash=chain_hash)


def row_of(
    sequence: int, fact: Admitted, author: Author, now: datetime, correlation_id: UUID | None
) -> Row:
    """Write a fact as a row that has yet to be chained."""
    return Row(
        sequence=sequence,
        id=uuid7(),
        event_type=fact.event_type,
        schema_version=newest_version(fact.event_type),
        effective_on=fact.effective_on,
        payload=fact.payload,
        payload_hash=fact.payload_hash,
        causation_id=fact.causation_id,
        correlation_id=fact.correlation_id or correlation_id,
        recorded_at=fact.recorded_at or now,
        recorded_by=fact.recorded_by or author.recorded_by,
        source=author.source,
        loaded_at=now if fact.recorded_at else None,
        chain_hash=b"",
        name_key=fact.name_key,
    )


def correlation_of(facts: Sequence[Admitted], author: Author) -> UUID | None:
    """Tell what a batch belongs to: a correction to itself, all else to the request it came by.

    A correction, which is a void with what takes its target's place, has an id of its own: a
    request's can be sent twice, and two corrections must not be taken for one. A file is no
    correction, whatever voids are among its rows, and no deed of one request.
    """
    if author.source == "import":
        return None
    voids = any(fact.event_type is EventType.EVENT_VOIDED for fact in facts)
    return uuid7() if voids and len(facts) > 1 else request_ids.correlation_id()
