"""The log as people read it: newest first, filtered, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine

from app.domain.errors import BeyondKnowledgeError
from app.domain.events.catalogue import EventType
from app.domain.events.model import Event
from app.domain.fields import name_key
from app.domain.state.company_names import CompanyNames
from app.domain.suggestions import closest
from app.services.reads import log_cache
from app.services.reads.approvals import preparer_of
from app.store.accounts import people
from app.store.log import lookups, stored_events
from app.store.log import timeline as log_pages
from app.store.log.timeline import Filters, LoggedEvent

DEFAULT_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Page:
    """Some events, newest first, and where the next page begins (None after the last)."""

    entries: list[LoggedEvent]
    next_cursor: int | None


@dataclass(frozen=True, slots=True)
class EventContext:
    """What a reader of a page of the log needs besides its events."""

    head: int  # the last sequence of the log
    currency: str
    companies: list[str]  # every name that a company ever bore
    targets: Mapping[int, Event]  # what the page's voids took out of force, by sequence
    names: Mapping[str, str]  # of the people who recorded the events, as far as they are known
    company_names: CompanyNames  # of every company, at any time
    voids: Mapping[int, Event]  # what took the page's events out of force, by their sequences
    replacements: Mapping[int, Sequence[Event]]  # what was recorded in their place


def timeline_page(
    engine: Engine, fund_id: UUID, filters: Filters, limit: int = DEFAULT_LIMIT
) -> Page:
    """Read one page of a fund's log; the next one begins below its cursor.

    Raises UnknownFundError.
    """
    with engine.connect() as connection:
        stored_events.head_of(connection, fund_id)
        entries = log_pages.newest(connection, fund_id, filters, limit + 1)
    more = len(entries) > limit
    entries = entries[:limit]
    return Page(entries, entries[-1].event.sequence if more else None)


def background(engine: Engine, fund_id: UUID, page: Page) -> EventContext:
    """Read what belongs to a page. Raises UnknownFundError."""
    payloads = (entry.event.payload for entry in page.entries)
    voided = {payload["voids"] for payload in payloads if "voids" in payload}
    taken_back = {entry.event.sequence for entry in page.entries if entry.voided_by}
    with engine.connect() as connection:
        head = stored_events.head_of(connection, fund_id).sequence
        targets = stored_events.events_numbered(connection, fund_id, voided) if voided else []
        voids = log_pages.voids_of(connection, fund_id, taken_back) if taken_back else []
        replacing = log_pages.replacing(connection, fund_id, voids) if voids else []
        recorded = (*(entry.event for entry in page.entries), *voids)
        prepared = {preparer for event in recorded if (preparer := preparer_of(event))}
        names = people.names(connection, prepared | {event.recorded_by for event in recorded})
        currency = lookups.currency_of(connection, fund_id)
        companies = lookups.company_names(connection, fund_id)
    return EventContext(
        head,
        currency,
        companies,
        {event.sequence: event for event in targets},
        names,
        log_cache.company_names(engine, fund_id, head),
        {void.payload["voids"]: void for void in voids},
        _replacements(page, voids, replacing),
    )


def _replacements(
    page: Page, voids: Sequence[Event], replacing: Sequence[Event]
) -> dict[int, Sequence[Event]]:
    """Return what took the place of each event: of its type and company, in the same correction."""
    targets = {entry.event.sequence: entry.event for entry in page.entries}
    return {
        void.payload["voids"]: [
            each
            for each in replacing
            if _takes_the_place(each, targets[void.payload["voids"]], void)
        ]
        for void in voids
    }


def _takes_the_place(event: Event, target: Event, void: Event) -> bool:
    same = (event.event_type, event.company_id) == (target.event_type, target.company_id)
    return same and event.correlation_id == void.correlation_id and event.sequence > target.sequence


def between(engine: Engine, fund_id: UUID, first: int, last: int) -> list[Event]:
    """Read the events from one sequence to another, both included, oldest first."""
    with engine.connect() as connection:
        return stored_events.events_through(connection, fund_id, last, first=first)


def check_company(engine: Engine, fund_id: UUID, named: str) -> None:
    """See that a company ever bore a name, or has it as its id.

    Raises BeyondKnowledgeError with the closest names, and UnknownFundError.
    """
    with engine.connect() as connection:
        stored_events.head_of(connection, fund_id)
        if log_pages.is_company(connection, fund_id, named):
            return
        names = {name_key(name): name for name in lookups.company_names(connection, fund_id)}
    near = [names[key] for key in closest(name_key(named), names, 3, 0.5)]
    mend = f"did you mean {', '.join(near)}?" if near else "leave it out to read of all companies"
    raise BeyondKnowledgeError("company", named, f"is no company of this fund: {mend}")


def event_type_named(text: str) -> EventType:
    """Read an event type in any case. Raises BeyondKnowledgeError for one that does not exist."""
    if text.upper() in EventType.__members__:
        return EventType(text.upper())
    near = closest(text.upper(), EventType.__members__)
    mend = f"did you mean {near[0]}?" if near else f"use one of {', '.join(EventType)}"
    raise BeyondKnowledgeError("type", text, f"is not a type of event: {mend}")
