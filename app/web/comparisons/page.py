"""A fund from two viewpoints, put in the form in which the template shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Self
from urllib.parse import urlencode
from uuid import UUID

from flask import request, url_for
from sqlalchemy import Engine

from app.domain.errors import BeyondKnowledgeError
from app.domain.events.catalogue import EventType
from app.domain.events.labels import EVENT_NAMES
from app.domain.events.model import Event
from app.domain.figures.bridge import CompanyStep
from app.domain.figures.comparison import Comparison, Difference, metric_changes
from app.domain.figures.contributions import FUND_AMOUNTS
from app.domain.figures.figures import RATES, RATIOS
from app.domain.period_closes import Close, reported_at
from app.domain.state.company_metrics import Metric
from app.domain.state.company_names import CompanyNames
from app.domain.viewpoint import Viewpoint, parse_day, quarter_end
from app.services.reads import (
    comparisons,
    explanations,
    log_cache,
    period_closes,
    viewpoints,
)
from app.services.reads.comparisons import Restatement
from app.services.reads.explanations import Asked, Group
from app.services.reads.viewpoints import Head, ViewpointRequest
from app.web.charts import waterfall
from app.web.charts.chart import Chart
from app.web.fund.address import FundAddress
from app.web.shared import wording
from app.web.shared.figure_names import exact_figure
from app.web.shared.formats import NOTHING, percent, short_date
from app.web.shared.wording import day_of

_CLOSES = 4  # of which a comparison is offered


@dataclass(frozen=True, slots=True)
class ComparisonAddress:
    """Which two viewpoints are compared, as they stand in the address."""

    fund_id: UUID
    before: ViewpointRequest
    after: ViewpointRequest
    figure: str = "nav"  # the amount of which each event's effect is told

    @classmethod
    def from_request(cls, fund_id: UUID) -> Self:
        """Read the address at work.

        Without a first day it is that of the view that links carry along, or a year ago.
        """
        given = {name: value.strip() for name, value in request.args.items()}
        if not given.get("from_at"):
            year_ago = quarter_end(datetime.now(UTC).date(), -4).isoformat()
            given["from_at"] = given.get("as_of") or year_ago
            for name in ("known_at", "through"):
                given[f"from_{name}"] = given.get(name, "")
        before, after = (
            ViewpointRequest(
                given.get(f"{side}_at", ""),
                given.get(f"{side}_known_at", ""),
                given.get(f"{side}_through", ""),
            )
            for side in ("from", "to")
        )
        figure = given.get("figure", "nav")
        if figure not in FUND_AMOUNTS:
            known = f"use one of {', '.join(FUND_AMOUNTS)}"
            raise BeyondKnowledgeError("figure", figure, f"is no amount: {known}")
        return cls(fund_id, before, after, figure)

    def resolve(self, engine: Engine) -> tuple[Viewpoint, Viewpoint, Head]:
        """Settle both. Raises BeyondKnowledgeError, by the name of the field at fault."""
        (before, head), (after, _) = (
            viewpoints.resolve_side(engine, self.fund_id, asked, side)
            for asked, side in ((self.before, "from"), (self.after, "to"))
        )
        return before, after, head


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A comparison that is offered."""

    name: str
    url: str


@dataclass(frozen=True)
class ComparisonPage:
    """Two viewpoints of a fund side by side, with what made the difference."""

    address: ComparisonAddress
    before: Viewpoint
    after: Viewpoint
    head: Head
    found: Comparison
    restated: Restatement
    happened: list[Group]  # what happened between the days, by type of event
    names: CompanyNames
    closes: Sequence[Close]
    currency: str
    known_on: tuple[date, date]

    @property
    def moments(self) -> tuple[str, str]:
        """Both viewpoints, in words."""
        return self._moment(self.before, self.known_on[0]), self._moment(
            self.after, self.known_on[1]
        )

    def _moment(self, at: Viewpoint, known_on: date) -> str:
        if close := reported_at(self.closes, at):
            if close.closed_through == at.as_of:
                return f"{close.name} as reported"
            return f"{short_date(at.as_of)}, as reported at {close.name} close"
        if at.through == self.head.sequence:
            return f"{short_date(at.as_of)}, latest"
        return f"{short_date(at.as_of)}, as known on {short_date(known_on)}"

    def knowledge_of(self, at: Viewpoint) -> str:
        """Say how much is known from a viewpoint."""
        if close := next((each for each in self.closes if each.sequence == at.through), None):
            return f"{close.name} close, {short_date(day_of(close.event.recorded_at))}"
        return f"through event {at.through}"

    @property
    def told(self) -> Difference:
        """The amount of which each event's effect is told."""
        return self.found.of(self.address.figure)

    @property
    def amounts(self) -> list[str]:
        """The amounts of which that can be asked."""
        return list(FUND_AMOUNTS)

    def event_name(self, event_type: str) -> str:
        """Name a type of event."""
        return EVENT_NAMES[EventType(event_type)]

    @property
    def is_restatement(self) -> bool:
        """Whether only the knowledge differs."""
        return self.before.as_of == self.after.as_of

    @property
    def is_roll_forward(self) -> bool:
        """Whether it leads from one close to a later one, each as it was reported."""
        sides = [reported_at(self.closes, at) for at in (self.before, self.after)]
        return all(sides) and self.before.as_of < self.after.as_of

    def text(self, value: Decimal | None, name: str) -> str:
        """Write a value of a figure."""
        return exact_figure(value, name, self.currency)

    def signed(self, value: Decimal | None, name: str) -> str:
        """Write a difference with its sign; of rates and percentages in percentage points."""
        if not value:
            return NOTHING
        if name in RATES or name == "pic":
            text = f"{percent(value, 2).removesuffix('%')} pp"
        else:
            text = exact_figure(value, name, self.currency)
        return f"+{text}" if value > 0 else text

    def is_shown(self, difference: Difference) -> bool:
        """Whether a figure says anything: it is something on one side at least."""
        return bool(difference.before or difference.after or difference.between)

    def share(self, difference: Difference) -> str:
        """Write a difference as a percentage of the first value; of ratios it says little."""
        if not difference.share or difference.name in {*RATIOS, *RATES}:
            return ""
        return percent(difference.share)

    @property
    def steps(self) -> list[tuple[str, Decimal, Decimal, Decimal]]:
        """The steps of the bridge: its name, prior-period adjustments, the period, both."""
        parts = (self.found.adjustments.steps, self.found.period.steps, self.found.bridge.steps)
        return [
            (name, *(part[name] for part in parts))  # type: ignore[misc]
            for name in self.found.bridge.steps
            if any(part[name] for part in parts)
        ]

    @property
    def charts(self) -> Iterator[Chart]:
        """The bridge as waterfalls: by step, and by company where companies did something."""
        bridge, companies = self.found.bridge, self.found.companies
        yield waterfall.by_step(bridge, self.currency, "bridge-table")
        if companies:
            named = [replace(each, name=self._name_of(each)) for each in companies]
            yield waterfall.by_company(bridge, named, self.currency)

    def _name_of(self, step: CompanyStep) -> str:
        return self.company(step.company_id) or step.name

    def file_url(self, chart: Chart) -> str:
        """Write the address of the numbers behind a chart as a file, from the same viewpoints."""
        sides = {"from": (self.before, self.address.before), "to": (self.after, self.address.after)}
        given = {
            f"{side}_{name}": value
            for side, (at, asked) in sides.items()
            for name, value in (
                ("at", at.as_of.isoformat()),
                ("known_at", asked.known_at),
                ("through", asked.through),
            )
            if value
        }
        page = url_for("comparisons.numbers", fund_id=self.address.fund_id, name=chart.name)
        return f"{page}?{urlencode(given)}"

    @property
    def metrics(self) -> list[tuple[str, Metric | None, Metric | None]]:
        """Forecasts and actuals that differ, each with its kind."""
        one, other = self.found.before.state, self.found.after.state
        return [
            (kind, was, then)
            for kind, before, after in (
                ("Forecast", one.forecasts, other.forecasts),
                ("Actual", one.actuals, other.actuals),
            )
            for was, then in metric_changes(before, after)
        ]

    def company(self, company_id: str) -> str:
        """Name a company."""
        return self.names.at(company_id, self.after.as_of, self.after.through)

    def subject(self, event: Event) -> str:
        """Name whom or what an event is about."""
        return wording.subject(event, self.names.of(event, self.after.as_of, self.after.through))

    def side_url(self, at: Viewpoint) -> str:
        """Write the address of the fund from one of the viewpoints."""
        return self._fund_address(at).url

    def explanation_url(self, figure: str, at: Viewpoint) -> str:
        """Write the address of what explains a figure from one of the viewpoints."""
        return self._fund_address(at).explanation_url(figure)

    def company_url(self, company_id: str) -> str:
        """Write the address of a company from the second viewpoint."""
        return self._fund_address(self.after).company_url(company_id)

    def _fund_address(self, at: Viewpoint) -> FundAddress:
        address = FundAddress(self.address.fund_id, datetime.now(UTC).date()).on(at.as_of)
        return address if at.through == self.head.sequence else address.knowing_through(at.through)

    @property
    def shortcuts(self) -> Iterator[Shortcut]:
        """Comparisons that people ask for: with now, as reported, from close to close."""
        today = datetime.now(UTC).date()
        quarter, year = quarter_end(today, -1), quarter_end(today, -4)
        yield self._shortcut(f"{short_date(quarter)} and today", quarter, today)
        yield self._shortcut(f"{short_date(year)} and today", year, today)
        standing = sorted(
            (each for each in self.closes if each.stands),
            key=lambda each: each.closed_through,
            reverse=True,
        )
        for close in standing[:_CLOSES]:
            day = close.closed_through
            yield self._shortcut(f"{close.name}: as reported and latest", day, day, close.sequence)
        for close, prior in pairwise(standing[: _CLOSES + 1]):
            yield self._shortcut(
                f"Roll-forward from {prior.name} to {close.name}",
                prior.closed_through,
                close.closed_through,
                prior.sequence,
                close.sequence,
            )

    def _shortcut(
        self, name: str, first: date, last: date, known: int = 0, known_then: int = 0
    ) -> Shortcut:
        given = {
            "from_at": first,
            "from_through": known or None,
            "to_at": last,
            "to_through": known_then or None,
        }
        query = urlencode({key: str(value) for key, value in given.items() if value})
        page = url_for("comparisons.show", fund_id=self.address.fund_id)
        return Shortcut(name, f"{page}?{query}")


def load_comparison_page(engine: Engine, address: ComparisonAddress) -> ComparisonPage:
    """Compare the viewpoints of an address. Raises BeyondKnowledgeError."""
    fund_id = address.fund_id
    before, after, head = address.resolve(engine)
    found = comparisons.load_comparison(engine, fund_id, before, after)
    terms = found.after.state.terms or found.before.state.terms
    return ComparisonPage(
        address,
        before,
        after,
        head,
        found,
        comparisons.load_restatement(engine, fund_id, before, after.through, address.figure),
        _happened(engine, address, before, after),
        log_cache.company_names(engine, fund_id, head.sequence),
        period_closes.closes(engine, fund_id, head.sequence),
        terms.currency if terms else "",
        (
            _known_on(engine, fund_id, before, address.before),
            _known_on(engine, fund_id, after, address.after),
        ),
    )


def _happened(
    engine: Engine, address: ComparisonAddress, before: Viewpoint, after: Viewpoint
) -> list[Group]:
    """Sum up by type what happened to the amount between the days; backwards nothing did."""
    if after.as_of <= before.as_of:
        return []
    asked = Asked(address.fund_id, after, address.figure)
    found = explanations.load_since(engine, asked, before.as_of + timedelta(days=1))
    return explanations.groups_of(found, "type")


def _known_on(engine: Engine, fund_id: UUID, at: Viewpoint, asked: ViewpointRequest) -> date:
    """Return the day that was asked for, or else that of the last event that is known."""
    if asked.known_at:
        return parse_day(asked.known_at, "known_at")
    span = log_cache.span(engine, fund_id, at.through) if at.through else None
    return day_of(span.last_recorded_at) if span else at.as_of
