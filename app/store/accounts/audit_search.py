"""Searches the audit: by kind, person, fund and days, in either direction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from app.domain.accounts.audit import AuditKind
from app.store.accounts.tables import audit_event
from app.store.tables import fund

_STREAMED = 1_000  # rows in memory at a time


@dataclass(frozen=True, slots=True)
class AuditFilters:
    """Which events to read; days are UTC and inclusive, None means any."""

    kind: AuditKind | None = None
    person_id: UUID | None = None  # who did it, or whom it was done to
    person: str | None = None  # the same by what they were called then, where they have no id here
    fund_id: UUID | None = None
    start: date | None = None
    end: date | None = None
    before: int | None = None  # only sequences below this one
    after: int | None = None  # only sequences above this one


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """What somebody did, as it was recorded, with the present name of the fund."""

    sequence: int
    occurred_at: datetime
    kind: str
    actor_id: UUID | None
    actor: str
    about_id: UUID | None
    about: str | None
    fund_id: UUID | None
    fund_name: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    address: str | None
    device: str | None
    request_id: str | None


_COLUMNS = tuple(
    fund.c.name if name == "fund_name" else audit_event.c[name]
    for name in AuditEvent.__dataclass_fields__
)


def newest(connection: Connection, filters: AuditFilters, limit: int) -> list[AuditEvent]:
    """Read the newest events that pass the filters."""
    query = _query(filters).order_by(audit_event.c.sequence.desc()).limit(limit)
    return [AuditEvent(*row) for row in connection.execute(query)]


def stream(connection: Connection, filters: AuditFilters, most: int) -> Iterator[AuditEvent]:
    """Stream the oldest events that pass the filters, so many at most."""
    query = _query(filters).order_by(audit_event.c.sequence).limit(most)
    streaming = connection.execution_options(yield_per=_STREAMED)
    for row in streaming.execute(query):
        yield AuditEvent(*row)


def _query(filters: AuditFilters) -> Select[Any]:
    joined = audit_event.outerjoin(fund, fund.c.id == audit_event.c.fund_id)
    return select(*_COLUMNS).select_from(joined).where(*_conditions(filters))


def _conditions(filters: AuditFilters) -> Iterator[ColumnElement[bool]]:
    event = audit_event.c
    if filters.kind:
        yield event.kind == filters.kind.value
    if filters.person_id:
        yield or_(event.actor_id == filters.person_id, event.about_id == filters.person_id)
    elif filters.person:
        called = filters.person.lower()
        yield or_(func.lower(event.actor) == called, func.lower(event.about) == called)
    if filters.fund_id:
        yield event.fund_id == filters.fund_id
    if filters.start:
        yield event.occurred_at >= _midnight(filters.start)
    if filters.end:
        yield event.occurred_at < _midnight(filters.end + timedelta(days=1))
    if filters.before is not None:
        yield event.sequence < filters.before
    if filters.after is not None:
        yield event.sequence > filters.after


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
