"""The log as people read it: newest first, filtered, a page at a time."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Engine

from app.domain.errors import BeyondKnowledgeError
from app.domain.events import Event
from app.domain.payloads import EventType
from app.store import history
from app.store.history import Filters, LoggedEvent

DEFAULT_LIMIT, MAX_LIMIT = 100, 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events a reader wants; dates are effective dates and inclusive."""

    start: date | None = None
    end: date | None = None
    event_type: str | None = None
    company: str | None = None  # any of its names, or its id
    limit: int = DEFAULT_LIMIT
    before: int | None = None  # only sequences below this one


@dataclass(frozen=True, slots=True)
class Page:
    """Some events, newest first, and where the next page begins (None after the last)."""

    entries: list[LoggedEvent]
    next_cursor: int | None


def page(engine: Engine, fund_id: UUID, wanted: Wanted) -> Page:
    """Read one page of a fund's log.

    Raises UnknownFundError, and BeyondKnowledgeError for a type that does not exist.
    """
    filters = Filters(
        start=wanted.start,
        end=wanted.end,
        event_type=_event_type(wanted.event_type),
        company=wanted.company,
        before=wanted.before,
    )
    with engine.connect() as connection:
        history.head_of(connection, fund_id)
        entries = history.newest(connection, fund_id, filters, wanted.limit + 1)
    more = len(entries) > wanted.limit
    entries = entries[: wanted.limit]
    return Page(entries, entries[-1].event.sequence if more else None)


def between(engine: Engine, fund_id: UUID, first: int, last: int) -> list[Event]:
    """Read the events from one sequence to another, both included, oldest first."""
    with engine.connect() as connection:
        return history.events_through(connection, fund_id, last, first=first)


def _event_type(text: str | None) -> EventType | None:
    if text is None:
        return None
    if text.upper() in EventType.__members__:
        return EventType(text.upper())
    near = difflib.get_close_matches(text.upper(), list(EventType.__members__), 1)
    mend = f"did you mean {near[0]}?" if near else f"use one of {', '.join(EventType)}"
    raise BeyondKnowledgeError("type", text, f"is not a type of event: {mend}")
