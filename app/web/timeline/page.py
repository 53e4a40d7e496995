"""A page of the log, put in the form in which the templates show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby

from flask import url_for
from sqlalchemy import Engine

from app.auth import route_rules
from app.domain.events.catalogue import EventType
from app.domain.events.labels import EVENT_NAMES
from app.domain.events.model import Event
from app.domain.fields import name_key
from app.domain.suggestions import closest
from app.services.reads import approvals, period_closes, timeline
from app.services.reads.timeline import EventContext, Page
from app.services.recording import corrections
from app.services.recording.batches import Author
from app.services.verification.verify_log import DAMAGE
from app.store.log.timeline import LoggedEvent
from app.web.fund.address import FundAddress
from app.web.shared import event_slugs, payload_fields, wording
from app.web.shared.formats import counted
from app.web.shared.payload_fields import PayloadField
from app.web.timeline.address import TimelineAddress

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Batch:
    """Events that belong together, newest first; one alone is a batch of its own."""

    entries: list[LoggedEvent]

    @property
    def events(self) -> list[Event]:
        """Its events, newest first."""
        return [entry.event for entry in self.entries]

    @property
    def name(self) -> str:
        """What it is."""
        types = {event.event_type for event in self.events}
        corrects = EventType.EVENT_VOIDED in types and len(types) > 1
        return "Correction" if corrects else counted(len(self.entries), "event")

    @property
    def types(self) -> str:
        """How many events it has of each type."""
        counts = Counter(EVENT_NAMES[event.event_type] for event in self.events)
        return ", ".join(f"{name} × {count}" for name, count in counts.items())

    @property
    def effective_on(self) -> date | None:
        """The effective date of all of them; None where they differ."""
        days = {event.effective_on for event in self.events}
        return days.pop() if len(days) == 1 else None

    @property
    def voided(self) -> int:
        """How many of them are voided."""
        return sum(entry.voided_by is not None for entry in self.entries)


@dataclass(frozen=True)
class TimelineView:
    """The events that a reader asked for, and what belongs to them."""

    address: TimelineAddress
    page: Page
    around: EventContext
    today: date
    needs_approval: bool = False  # whether what the reader marks needs somebody else
    closed_through: date | None = None

    @property
    def batches(self) -> list[Batch]:
        """The events, those in one that follow each other with the same correlation id."""
        by_batch = groupby(
            self.page.entries,
            lambda entry: entry.event.correlation_id or entry.event.sequence,
        )
        return [Batch(list(entries)) for _, entries in by_batch]

    @property
    def whole_fund(self) -> FundAddress:
        """Where the fund is seen as it stands, with all that is known."""
        return FundAddress(self.address.fund_id, self.today)

    @property
    def types(self) -> dict[str, list[tuple[str, str, bool]]]:
        """The types to choose from: value, name, and whether it is chosen; by group."""
        chosen = self.address.filters.event_types
        return {
            group: [(each.value, EVENT_NAMES[each], each in chosen) for each in types]
            for group, types in wording.EVENT_GROUPS.items()
        }

    @property
    def chosen_types(self) -> str:
        """Which types are chosen, briefly."""
        match self.address.filters.event_types:
            case []:
                return "All types"
            case [only]:
                return EVENT_NAMES[only]
            case several:
                return counted(len(several), "type")

    @property
    def found(self) -> str:
        """How much of the log this is."""
        if self.address.faults or not self.page.entries:
            return "No events"
        sequences = [entry.event.sequence for entry in self.page.entries]
        if len(sequences) == 1:
            return f"Event {sequences[0]:,} of {self.around.head:,}"
        shown = f"{len(sequences)} events, #{sequences[0]} to #{sequences[-1]}"
        return f"{shown}, of {self.around.head:,}"

    def fault(self, name: str) -> str:
        """Tell what is wrong with a filter, and what was typed; empty where nothing is."""
        if name not in self.address.faults:
            return ""
        given = self.address.given[name]
        typed = given if isinstance(given, str) else ", ".join(given)
        return f"“{typed}”: {self.address.faults[name]}"

    @property
    def near(self) -> list[str]:
        """Names like the one asked for, where it is part of none."""
        asked = name_key(self.address.given.get("company", ""))
        names = {name_key(name): name for name in self.around.companies}
        if not asked or any(asked in key for key in names):
            return []
        return [names[key] for key in closest(asked, names, 3)]

    def on_its_day(self, event: Event) -> str:
        """Write the address of the fund on the day on which an event took effect."""
        return FundAddress(self.address.fund_id, self.today).on(event.effective_on).url

    def of_company(self, event: Event) -> str:
        """Write the address of the company that an event is about, on its day; empty for none."""
        if not event.company_id:
            return ""
        there = FundAddress(self.address.fund_id, self.today).on(event.effective_on)
        return there.company_url(event.company_id)

    def as_known_then(self, event: Event) -> str:
        """Write the address of the fund on that day, as it was known once this was recorded.

        What was recorded with it was known with it. A close is about the last day that it closed:
        what was known of that was reported.
        """
        there = FundAddress(self.address.fund_id, self.today)
        if event.event_type is EventType.PERIOD_CLOSED:
            day = date.fromisoformat(event.payload["closed_through"])
            return there.on(day).knowing_through(event.sequence).url
        return there.on(event.effective_on).knowing_at(event.recorded_at).url

    def is_readable(self, event: Event) -> bool:
        """Whether an event is as it was written, as far as that can be seen by reading it."""
        try:
            self.subject(event), self.gist(event), self.fields(event), wording.amount(event)
            self.as_known_then(event)
        except DAMAGE:
            return False
        return True

    def link_to(self, sequence: int) -> str:
        """Write the address of an event: on this page where it is there."""
        if any(entry.event.sequence == sequence for entry in self.page.entries):
            return f"#event-{sequence}"
        return self.address.around(sequence)

    def fields(self, event: Event) -> list[PayloadField]:
        """Return all that an event carries."""
        return payload_fields.payload_fields(event, self.around.currency, self.around.names)

    def author(self, event: Event) -> str:
        """Name who recorded an event; who is nobody here is shown as the log has them."""
        return self.around.names.get(event.recorded_by, event.recorded_by)

    def subject(self, event: Event) -> str:
        """Name whom or what an event is about, by its name then and by its name now."""
        company = self.around.company_names.of(event, date.max, self.around.head)
        return wording.subject(event, company)

    def offers(self, entry: LoggedEvent) -> dict[str, str]:
        """Return the ways to take an event back that whoever looks may go: name and address."""
        event = entry.event
        author = route_rules.author("form") if route_rules.may("analyst") else None
        if entry.voided_by or author is None or self._is_closed_to(event, author):
            return {}
        fund_id, sequence = self.address.fund_id, event.sequence
        ways = {
            way: url_for(f"record.{way.lower()}", fund_id=fund_id, sequence=sequence)
            for way in self._ways(event, author)
        }
        if self.needs_approval and event.event_type is EventType.VALUATION_UPDATED:
            ways["New mark, for approval"] = url_for("valuations.index", fund_id=fund_id)
        return ways

    def _is_closed_to(self, event: Event, author: Author) -> bool:
        """Return whether an event lies in closed books, which only a GP may adjust."""
        closed = self.closed_through
        return closed is not None and event.effective_on <= closed and not author.may_adjust

    def _ways(self, event: Event, author: Author) -> Iterator[str]:
        has_form = event_slugs.type_of(event_slugs.slug(event.event_type)) is not None
        needs = self.needs_approval
        if has_form and corrections.may_correct(event, author, needs_approval=needs):
            yield "Correct"
        if corrections.may_take_back(event, author, needs_approval=needs):
            yield "Void"

    def gist(self, event: Event) -> str:
        """Say in a few words what an event is about."""
        return payload_fields.gist(event, self.around.currency)


def load_timeline_page(engine: Engine, address: TimelineAddress) -> TimelineView:
    """Read the part of a log that an address asks for. Raises UnknownFundError."""
    page = Page([], None)
    if not address.faults:
        page = timeline.timeline_page(engine, address.fund_id, address.filters, PAGE_SIZE)
    around = timeline.background(engine, address.fund_id, page)
    needs_approval = route_rules.may("analyst") and approvals.needed_by(
        engine, address.fund_id, route_rules.author("form")
    )
    closed = period_closes.closed_through(engine, address.fund_id, around.head)
    return TimelineView(address, page, around, datetime.now(UTC).date(), needs_approval, closed)
