"""What explains a figure, put in the form in which the templates show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
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
from app.services.documents.explanation import value_text
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
    """The figure, and how its events are listed."""

    figure: str
    by: By | None = None
    group: str | None = None
    until: date | None = None
    skip: int = 0
    company: str | None = None  # whose amount it is, where it is not the fund's


@dataclass(frozen=True, slots=True)
class Listed:
    """The events that a page lists, or their groups."""

    entries: list[Entry] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    earlier: Decimal | None = None  # what the events before those that are listed sum to
    before: date | None = None  # the last day of those
    members: int = 0  # how many events the group has that is listed


@dataclass(frozen=True)
class ExplanationPage:
    """A figure from one viewpoint, where it comes from, and the way back."""

    address: FundAddress
    at: Viewpoint
    listing: Listing
    explanation: Explanation
    listed: Listed
    names: CompanyNames
    closes: Sequence[Close]
    currency: str
    known_on: date

    @property
    def figure(self) -> str:
        """The figure's name in the API."""
        return self.listing.figure

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

    @property
    def name(self) -> str:
        """Name the figure; that of a company by its name, too."""
        name = figure_name(self.figure)
        return f"{self.company(self.listing.company)}: {name}" if self.listing.company else name

    @property
    def compared_url(self) -> str:
        """Write the address that compares the figure with the same day as known today."""
        return f"{self.address.comparison_url}&figure={self.figure}"

    @property
    def exact(self) -> str:
        """The value as the API writes it; empty where there is none."""
        return value_text(self.explanation) or ""

    @property
    def back_url(self) -> str:
        """Where one was: the company, or the fund, from the same viewpoint."""
        company = self.listing.company
        return self.address.company_url(company) if company else self.address.url

    def url_of(self, name: str) -> str:
        """Write the address of the explanation of another figure, from the same viewpoint."""
        return self.address.explanation_url(name)

    def listed_by(self, **more: str) -> str:
        """Write the address of this page with its events listed otherwise."""
        return self.address.explanation_url(self.figure, **more)

    def file_url(self, to: str) -> str:
        """Write the address of all of it as a file."""
        return self.address.explanation_file_url(self.figure, to)

    @property
    def is_amount(self) -> bool:
        """Whether events add up to it."""
        return bool(self.listing.company) or self.figure in FUND_AMOUNTS

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
        return sum((each.amount for each in self.listed.groups), ZERO)

    @property
    def sum(self) -> Decimal:
        """What the events that are listed, and those before them, sum to."""
        if self.listing.group is not None:
            return self.total
        listed = sum((each.contribution.amount for each in self.listed.entries), ZERO)
        return listed + (self.listed.earlier or ZERO)

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
        return str(skip) if self.listing.group is not None and skip < self.listed.members else None


def load_explanation_page(
    engine: Engine, address: FundAddress, at: Viewpoint, head: Head, listing: Listing
) -> ExplanationPage:
    """Explain a figure at an address, whose viewpoint is settled."""
    asked = Asked(address.fund_id, at, listing.figure)
    terms, _ = viewpoints.terms_and_figures(
        engine, address.fund_id, Viewpoint(address.today, head.sequence)
    )
    if listing.company:
        explanation, listed = _of_company(engine, asked, listing)
    else:
        explanation = explanations.load_explanation(engine, asked).explanation
        listed = _listed(engine, asked, listing)
    return ExplanationPage(
        address,
        at,
        listing,
        explanation,
        listed,
        log_cache.company_names(engine, address.fund_id, head.sequence),
        period_closes.closes(engine, address.fund_id, head.sequence),
        terms.currency if terms else "",
        _known_on(engine, address, at),
    )


def _listed(engine: Engine, asked: Asked, listing: Listing) -> Listed:
    """Read the events that the page lists, or their groups."""
    if asked.figure not in FUND_AMOUNTS:
        return Listed()
    if listing.by is None:
        found = explanations.load_contributions(engine, asked, PAGE, listing.until)
        return Listed(found.entries, earlier=found.earlier, before=found.before)
    groups = explanations.load_groups(engine, asked, listing.by)
    if listing.group is None:
        return Listed(groups=groups)
    members = explanations.load_members(engine, asked, listing.by, listing.group)
    end = max(len(members) - listing.skip, 0)
    shown = members[max(end - PAGE, 0) : end]
    return Listed(
        explanations.load_entries(engine, asked.fund_id, shown),
        [each for each in groups if each.key == listing.group],
        members=len(members),
    )


def _of_company(engine: Engine, asked: Asked, listing: Listing) -> tuple[Explanation, Listed]:
    """Read all that adds up to an amount of one company."""
    assert listing.company
    found = explanations.load_of_company(engine, asked, listing.company)
    value = sum((each.amount for each in found), ZERO)
    entries = explanations.load_entries(engine, asked.fund_id, found)
    return Explanation(asked.figure, "amount", value), Listed(entries, earlier=ZERO)


def _known_on(engine: Engine, address: FundAddress, at: Viewpoint) -> date:
    """Return the day up to which the view knows; today where it knows all."""
    if address.is_all_known:
        return address.today
    if address.known_at:
        return parse_day(address.known_at, "known_at")
    span = log_cache.span(engine, address.fund_id, at.through) if at.through else None
    return day_of(span.last_recorded_at) if span else address.today
