"""Plan against actual from one viewpoint, as the template shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, Self
from urllib.parse import urlencode

from flask import request, url_for
from pydantic import TypeAdapter
from sqlalchemy import Engine

from app.domain.alerts.rules import SHIPPED
from app.domain.events.catalogue import METRIC_TYPES, MetricType
from app.domain.period_closes import Close
from app.domain.variance.baselines import BASELINES, OF_A_CLOSE, Baseline
from app.domain.variance.variance import Variance
from app.domain.variance.windows import WINDOWS, Window
from app.domain.viewpoint import Viewpoint
from app.services.reads import alerts, log_cache, period_closes, variance
from app.services.reads.variance import FundPlan, VarianceFound, VarianceRequest
from app.services.reads.viewpoints import Head
from app.web.fund.address import FundAddress
from app.web.fund.day_scale import DayScale
from app.web.fund.strip import Scales
from app.web.shared.filters import FilterField, FilterForm, read_sequence
from app.web.shared.formats import capitalize_first, kind_in_words
from app.web.variance.alert_wording import AlertLine, alert_lines

_PERIODS = 7  # that are shown, the latest of those with anything
_RULE = SHIPPED["metric_against_forecast"]  # by whose levels cells are coloured
Band = Literal["good", "warning", "critical", ""]
Column = tuple[date, int | None]  # the end of a period, and its months

BASELINE_NAMES: dict[Baseline, str] = {
    "forecast": "Forecast before the actual",
    "forecast_at_close": "Forecast known at a close",
    "as_reported": "Actual as reported at a close",
    "prior_quarter": "A quarter earlier",
    "prior_year": "A year earlier",
}
WINDOW_NAMES: dict[Window, str] = {
    "period": "Each period",
    "mtd": "Month to date",
    "qtd": "Quarter to date",
    "ytd": "Year to date",
    "ttm": "Last twelve months",
}
MEASURE_NAMES = {
    "deployed": "Capital invested",
    "called": "Capital called",
    "fees": "Management fees charged",
    "reserves": "Reserves allocated",
}


class VarianceFilters(FilterForm):
    """What is compared with what."""

    baseline = FilterField(TypeAdapter(Baseline).validate_python, mend="choose one of the list")
    window = FilterField(TypeAdapter(Window).validate_python, mend="choose one of the list")
    metric = FilterField(TypeAdapter(MetricType).validate_python, mend="choose one of the list")
    close = FilterField(read_sequence, mend="write the number of the event that closed the books")


@dataclass(frozen=True, slots=True)
class Choice:
    """What the address chooses; the usual choices go without saying."""

    baseline: Baseline = "forecast"
    window: Window = "period"
    metric: MetricType | None = None
    close: int | None = None
    is_moving: bool = False  # whether a hand holds the handle

    @classmethod
    def from_request(cls) -> Self:
        """Read the address at work. Raises BeyondKnowledgeError for what cannot be read."""
        form = VarianceFilters.from_address().checked()
        return cls(
            form.baseline.data or "forecast",
            form.window.data or "period",
            form.metric.data,
            form.close.data,
            "moving" in request.args,
        )

    @property
    def query(self) -> dict[str, str]:
        """The choices, as parameters of an address."""
        said = {
            "baseline": self.baseline if self.baseline != "forecast" else "",
            "window": self.window if self.window != "period" else "",
            "metric": self.metric or "",
            "close": str(self.close or ""),
        }
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Cell:
    """A period of a company beside its baseline."""

    variance: Variance

    @property
    def band(self) -> Band:
        """How bad the difference is."""
        if self.variance.standing == "overdue":
            return "critical"
        share = self.variance.adverse_share
        if share is None:
            return ""
        return _RULE.band(share) or ("good" if share <= -_RULE.warning else "")


@dataclass(frozen=True, slots=True)
class Line:
    """A company with a cell for each period; None where nothing was told of one."""

    company_id: str
    name: str
    cells: list[Cell | None]


@dataclass(frozen=True)
class VariancePage:
    """A fund and its companies beside what was planned of them."""

    address: FundAddress
    choice: Choice
    found: VarianceFound
    plan: FundPlan
    alerts: list[AlertLine] | None  # None while the handle moves
    closes: list[Close]  # that stand by the day, the newest first
    scale: DayScale

    rule = _RULE
    windows = WINDOW_NAMES
    measures = MEASURE_NAMES

    @property
    def baselines(self) -> dict[Baseline, str]:
        """The baselines to choose from: those of a close where there is one, and the chosen one."""
        return {
            each: name
            for each, name in BASELINE_NAMES.items()
            if self.closes or each not in OF_A_CLOSE
        }

    @property
    def needs_close(self) -> bool:
        """Whether the baseline is of a close, and there is none."""
        return self.choice.baseline in OF_A_CLOSE and self.found.close is None

    @property
    def as_of(self) -> date:
        """The day of the view."""
        return self.found.asked.at.as_of

    @property
    def currency(self) -> str:
        """The fund's currency."""
        return self.plan.terms.currency if self.plan.terms else ""

    @cached_property
    def metrics(self) -> dict[str, str]:
        """The metrics of which anything was told, with their names."""
        told = {each.period.metric_type for each in self.found.variances}
        named = (each for each in METRIC_TYPES if each in told)
        return {each: capitalize_first(kind_in_words(each)) for each in named}

    @property
    def metric(self) -> str:
        """The metric that is shown: the one that is chosen, or the first."""
        return self.choice.metric or next(iter(self.metrics), "")

    @cached_property
    def _of_metric(self) -> list[Variance]:
        return [each for each in self.found.variances if each.period.metric_type == self.metric]

    @cached_property
    def columns(self) -> list[Column]:
        """The periods that are shown, the earliest first: those that are over, and the next."""
        told = {(each.period.end, each.period.months) for each in self._of_metric}
        ordered = sorted(told, key=lambda each: (each[0], each[1] or 0))
        over = sum(end <= self.as_of for end, _ in ordered)
        return ordered[max(over + 1 - _PERIODS, 0) : max(over + 1, _PERIODS)]

    @cached_property
    def lines(self) -> list[Line]:
        """The companies, by name, with a cell for each of the columns."""
        cells: dict[str, dict[Column, Cell]] = {}
        for each in self._of_metric:
            of_company = cells.setdefault(each.period.company_id, {})
            of_company[each.period.end, each.period.months] = Cell(each)
        lines = [
            Line(key, self.found.names[key], [of_company.get(column) for column in self.columns])
            for key, of_company in cells.items()
        ]
        shown = [line for line in lines if any(line.cells)]
        return sorted(shown, key=lambda line: (line.name.casefold(), line.company_id))

    def count(self, band: Band) -> int:
        """Count the cells of a band."""
        return sum(cell.band == band for line in self.lines for cell in line.cells if cell)

    @property
    def kept(self) -> Mapping[str, str]:
        """What the form of the day keeps of the address."""
        return self.choice.query

    def url(self, address: FundAddress) -> str:
        """Write the address of the page from another viewpoint."""
        return self._url("variance.show", address)

    def file_url(self, to: str) -> str:
        """Write the address of all periods as a file."""
        return self._url("variance.export", self.address, to=to)

    def _url(self, endpoint: str, address: FundAddress, to: str | None = None) -> str:
        page = url_for(endpoint, fund_id=address.fund_id, to=to).partition("?")[0]
        day = {"as_of": address.as_of.isoformat()} if address.as_of else {}
        query = urlencode({**day, **address.knowledge, **self.choice.query})
        return f"{page}?{query}" if query else page


def load_variance_page(
    engine: Engine,
    address: FundAddress,
    choice: Choice,
    at: Viewpoint,
    head: Head,
) -> VariancePage:
    """Look at plan and actual from an address, whose viewpoint is settled.

    Alerts need the whole log: they wait while the handle is moving. Raises UnknownCloseError.
    """
    asked = VarianceRequest(address.fund_id, at, choice.baseline, choice.window, choice.close)
    found = variance.load_variance(engine, asked)
    known = period_closes.closes(engine, address.fund_id, at.through)
    span = log_cache.span(engine, address.fund_id, head.sequence)
    assert span is not None  # a log has its first event from the start
    return VariancePage(
        address,
        choice,
        found,
        variance.load_plan(engine, address.fund_id, at),
        None
        if choice.is_moving
        else alert_lines(alerts.load_alerts(engine, address.fund_id, at), address),
        [each for each in known if _can_be_chosen(each, at) or each == found.close],
        Scales.of(span).effective,
    )


def _alerts(engine: Engine, address: FundAddress, at: Viewpoint) -> list[AlertLine]:
    return alert_lines(alerts.load_alerts(engine, address.fund_id, at), address)


def _can_be_chosen(close: Close, at: Viewpoint) -> bool:
    return close.stood_at(at.through) and close.closed_through <= at.as_of


assert set(BASELINE_NAMES) == set(BASELINES)
assert set(WINDOW_NAMES) == set(WINDOWS)
