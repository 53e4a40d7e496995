"""What explains a figure, put in the form in which the templates show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from sqlalchemy import Engine

from app.domain.events.catalogue import EventType
from app.domain.events.labels import EVENT_NAMES
from app.domain.events.model import Event
from app.domain.figures.contributions import FUND_AMOUNTS
from app.domain.figures.explanation import Explanation
from app.domain.money import ZERO
from app.domain.period_closes import Close, reported_at
from app.domain.state.company_names import CompanyNames
from app.domain.viewpoint import Viewpoint, parse_day
from app.services.reads import explanations, log_cache, period_closes, viewpoints
from app.services.reads.explanations import Asked, By, Entry, Group
from app.services.reads.viewpoints import Head
from app.web.fund import viewpoint_wording
from app.web.fund.address import FundAddress
from app.web.shared import wording
from app.web.shared.figure_names import figure_name
from app.web.shared.formats import short_date
from app.web.shared.wording import day_of

PAGE = 50  # events, or a few more


@dataclass(frozen=True, slots=True)
class Listing:
    """How the events are listed."""

    by: By | None = None
    group: str | None = None
    until: date | None = None
    skip: int = 0


@dataclass(frozen=True)
class ExplanationPage:
    """A figure from one viewpoint, where it comes from, and the way back."""

    address: FundAddress
    at: Viewpoint
    figure: str
    explanation: Explanation
    listing: Listing
    entries: list[Entry]
    groups: list[Group]
    earlier: Decimal | None  # what the events before those that are listed sum to
    before: date | None  # the last day of those
    members: int  # how many events the group has that is listed
    names: CompanyNames
    closes: Sequence[Close]
    currency: str
    known_on: date

    @cached_property
    def reported(self) -> Close | None:
        """The close whose report is seen here; None where it is none."""
        return reported_at(self.closes, self.at)

    @property
    def moment(self) -> str:
        """Where the view stands on both axes, in words."""
        through = self.address.through
        known = next((each for each in self.closes if str(each.sequence) == through), None)
        return viewpoint_wording.moment(self.address, self.known_on, self.reported, known)

    def url_of(self, name: str) -> str:
        """Write the address of the explanation of another figure, from the same viewpoint."""
        return self.address.explanation_url(name)

    def listed(self, **more: str) -> str:
        """Write the address of this page with its events listed otherwise."""
        return self.address.explanation_url(self.figure, **more)

    def file_url(self, to: str) -> str:
        """Write the address of all of it as a file."""
        return self.address.explanation_file_url(self.figure, to)

    @property
    def is_amount(self) -> bool:
        """Whether events add up to it."""
        return self.figure in FUND_AMOUNTS

    def subject(self, event: Event) -> str:
        """Name whom or what an event is about."""
        return wording.subject(event, self.names.of(event, self.at.as_of, self.at.through))

    def group_name(self, key: str) -> str:
        """Name a group of events."""
        if self.listing.by == "type":
            return EVENT_NAMES[EventType(key)]
        if self.listing.by == "company":
            return self.company(key) if key else "The fund itself"
        return key

    def company(self, company_id: str) -> str:
        """Name a company."""
        return self.names.at(company_id, self.at.as_of, self.at.through)

    @property
    def numerator(self) -> Decimal:
        """What is divided, where the figure is a ratio."""
        return sum((part.amount for part in self.explanation.parts), ZERO)

    @property
    def present_value(self) -> float:
        """What all flows are worth on the first day; nothing, but for rounding."""
        return sum(flow.present_value or 0 for flow in self.explanation.flows)

    @property
    def flow_sum(self) -> Decimal:
        """What all flows sum to: the profit."""
        return sum((flow.amount for flow in self.explanation.flows), ZERO)

    @property
    def notes(self) -> str:
        """Why there is no figure, or why it says little."""
        return wording.reason(self.explanation.reason)

    @property
    def total(self) -> Decimal:
        """What all groups sum to."""
        return sum((each.amount for each in self.groups), ZERO)

    @property
    def sum(self) -> Decimal:
        """What the events that are listed, and those before them, sum to."""
        if self.listing.group is not None:
            return self.total
        listed = sum((each.contribution.amount for each in self.entries), ZERO)
        return listed + (self.earlier or ZERO)

    @property
    def sum_name(self) -> str:
        """Name that sum."""
        if self.listing.group is not None:
            return f"All {self.group_name(self.listing.group)}"
        if self.listing.until:
            return f"{figure_name(self.figure)} on {short_date(self.listing.until)}"
        return figure_name(self.figure)

    @property
    def skips_to(self) -> str | None:
        """How many events of the group come after the next that could be listed, if any is left."""
        skip = self.listing.skip + PAGE
        return str(skip) if self.listing.group is not None and skip < self.members else None


def load_explanation_page(
    engine: Engine, address: FundAddress, at: Viewpoint, head: Head, figure: str, listing: Listing
) -> ExplanationPage:
    """Explain a figure at an address, whose viewpoint is settled."""
    asked = Asked(address.fund_id, at, figure)
    explained = explanations.load_explanation(engine, asked)
    names = log_cache.company_names(engine, address.fund_id, head.sequence)
    terms, _ = viewpoints.terms_and_figures(
        engine, address.fund_id, Viewpoint(address.today, head.sequence)
    )
    entries: list[Entry] = []
    groups: list[Group] = []
    earlier, before, members = None, None, 0
    if figure in FUND_AMOUNTS and listing.by is None:
        found = explanations.load_contributions(engine, asked, PAGE, listing.until)
        entries, earlier, before = found.entries, found.earlier, found.before
    elif figure in FUND_AMOUNTS and listing.by:
        groups = explanations.load_groups(engine, asked, listing.by)
        if listing.group is not None:
            of_group = explanations.load_members(engine, asked, listing.by, listing.group)
            members = len(of_group)
            end = max(members - listing.skip, 0)
            shown = of_group[max(end - PAGE, 0) : end]
            entries = explanations.load_entries(engine, address.fund_id, shown)
            groups = [each for each in groups if each.key == listing.group]
    return ExplanationPage(
        address,
        at,
        figure,
        explained.explanation,
        listing,
        entries,
        groups,
        earlier,
        before,
        members,
        names,
        period_closes.closes(engine, address.fund_id, head.sequence),
        terms.currency if terms else "",
        _known_on(engine, address, at),
    )


def _known_on(engine: Engine, address: FundAddress, at: Viewpoint) -> date:
    """Return the day up to which the view knows; today where it knows all."""
    if address.is_all_known:
        return address.today
    if address.known_at:
        return parse_day(address.known_at, "known_at")
    span = log_cache.span(engine, address.fund_id, at.through) if at.through else None
    return day_of(span.last_recorded_at) if span else address.today
