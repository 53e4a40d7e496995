"""Reads a fund's log newest first, filtered, as far back as a page goes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    SelectBase,
    TextClause,
    Uuid,
    func,
    literal,
    select,
    text,
)

from app.domain.events.catalogue import EventType
from app.domain.events.model import Event
from app.domain.events.upcasts import upcast
from app.domain.fields import name_key
from app.store.log.stored_events import EVENT_COLUMNS, event_of
from app.store.log.tables import event

_earlier = event.alias("earlier")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which events to read; days are inclusive, None means any."""

    start: date | None = None  # effective dates
    end: date | None = None
    recorded_start: date | None = None  # UTC days
    recorded_end: date | None = None
    event_types: Collection[EventType] = ()  # none: of all types
    company: str | None = None  # any of its names, or its id
    company_in_part: bool = False  # whether that may be part of a name
    before: int | None = None  # only sequences below this one
    after: int | None = None  # only sequences above this one
    adjustments: bool = False  # only what was recorded into closed books


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event with the sequence and reason of the void that took it out of force, if one did."""

    event: Event
    voided_by: int | None
    void_reason: str | None


def newest(
    connection: Connection, fund_id: UUID, filters: Filters, limit: int
) -> list[LoggedEvent]:
    """Read the newest events that pass the filters."""
    page = (
        select(*(event.c[name] for name in EVENT_COLUMNS))
        .where(event.c.fund_id == fund_id, *_conditions(fund_id, filters))
        .order_by(event.c.sequence.desc())
        .limit(limit)
        .subquery("page")
    )
    void = event.alias("void")
    voids_it = (void.c.fund_id == fund_id) & (void.c.voids == page.c.sequence)
    query = (
        select(page, void.c.sequence, void.c.schema_version, void.c.payload)
        .join_from(page, void, voids_it, isouter=True)
        .order_by(page.c.sequence.desc())
    )
    return [_logged(row) for row in connection.execute(query)]


def _logged(row: Sequence[Any]) -> LoggedEvent:
    voided_by, version, void = row[-3:]
    reason = upcast(EventType.EVENT_VOIDED, version, void).get("reason", "") if voided_by else None
    return LoggedEvent(event_of(row), voided_by, reason)


def _conditions(fund_id: UUID, filters: Filters) -> Iterator[ColumnElement[bool] | TextClause]:
    if filters.start:
        yield event.c.effective_on >= filters.start
    if filters.end:
        yield event.c.effective_on <= filters.end
    if filters.event_types:
        yield event.c.event_type.in_([each.value for each in filters.event_types])
    if filters.before is not None:
        yield event.c.sequence < filters.before
    if filters.after is not None:
        yield event.c.sequence > filters.after
    if filters.adjustments:
        yield text("(event.payload ->> 'adjustment') = 'true'")  # as its index has it
    if filters.recorded_start:
        midnight = datetime.combine(filters.recorded_start, time.min, UTC)
        yield event.c.sequence > _last_recorded(fund_id, _earlier.c.recorded_at < midnight)
    if filters.recorded_end:
        last = datetime.combine(filters.recorded_end, time.max, UTC)
        yield event.c.sequence <= _last_recorded(fund_id, _earlier.c.recorded_at <= last)
    if filters.company:
        named = _companies(fund_id, filters.company, in_part=filters.company_in_part)
        yield event.c.company_id.in_(named)


def _last_recorded(fund_id: UUID, recorded: ColumnElement[bool]) -> ColumnElement[int]:
    """Find the last sequence recorded by a moment: a log is in the order of its recording."""
    last = (
        select(_earlier.c.sequence)
        .where(_earlier.c.fund_id == fund_id, recorded)
        .order_by(_earlier.c.recorded_at.desc(), _earlier.c.sequence.desc())
        .limit(1)
    )
    return func.coalesce(last.scalar_subquery(), 0)


def is_company(connection: Connection, fund_id: UUID, named: str) -> bool:
    """Return whether a company of the fund ever bore a name, or has it as its id."""
    bears = event.c.company_id.in_(_companies(fund_id, named))
    query = select(event.c.sequence).where(event.c.fund_id == fund_id, bears).limit(1)
    return connection.execute(query).first() is not None


def _companies(fund_id: UUID, named: str, *, in_part: bool = False) -> SelectBase:
    """Find the companies that ever bore a name, in part or in full, or have it as their id."""
    bearer = event.alias("bearer")
    key = name_key(named)
    bears = (
        bearer.c.name_key.contains(key, autoescape=True) if in_part else bearer.c.name_key == key
    )
    bearers = select(bearer.c.company_id).where(bearer.c.fund_id == fund_id, bears)
    try:
        return bearers.union(select(literal(UUID(named), Uuid)))
    except ValueError:
        return bearers


def voids_of(connection: Connection, fund_id: UUID, sequences: Collection[int]) -> list[Event]:
    """Read the voids that took these events out of force."""
    query = select(*(event.c[name] for name in EVENT_COLUMNS)).where(
        event.c.fund_id == fund_id, event.c.voids.in_(sequences)
    )
    return [event_of(row) for row in connection.execute(query.order_by(event.c.sequence))]


def together_with(connection: Connection, fund_id: UUID, one: Event, most: int = 50) -> list[Event]:
    """Read what was recorded with an event, or says that it belongs to it; oldest first."""
    belongs = event.c.recorded_at == one.recorded_at
    if one.correlation_id is not None:
        belongs |= event.c.correlation_id == one.correlation_id
    query = (
        select(*(event.c[name] for name in EVENT_COLUMNS))
        .where(event.c.fund_id == fund_id, event.c.sequence != one.sequence, belongs)
        .order_by(event.c.sequence)
        .limit(most)
    )
    return [event_of(row) for row in connection.execute(query)]


def replacing(connection: Connection, fund_id: UUID, voids: Collection[Event]) -> list[Event]:
    """Read what was recorded with these voids as belonging to the same corrections."""
    query = select(*(event.c[name] for name in EVENT_COLUMNS)).where(
        event.c.fund_id == fund_id,
        event.c.recorded_at.in_({void.recorded_at for void in voids}),
        event.c.correlation_id.in_({void.correlation_id for void in voids if void.correlation_id}),
        event.c.event_type != EventType.EVENT_VOIDED.value,
    )
    return [event_of(row) for row in connection.execute(query.order_by(event.c.sequence))]
