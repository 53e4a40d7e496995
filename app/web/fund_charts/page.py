"""The charts over a fund's life as seen from a viewpoint: what they need is read here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from uuid import UUID

from sqlalchemy import Engine

from app.domain.figures.series import Days, Series
from app.domain.period_closes import reported_at
from app.domain.viewpoint import Viewpoint, quarter_end
from app.services.reads import figure_series, log_cache, period_closes, viewpoints
from app.services.reads.viewpoints import Head, View
from app.web.charts import layout, over_time
from app.web.charts.chart import Chart
from app.web.charts.over_time import Hindsight, Life
from app.web.fund.address import FundAddress
from app.web.fund.strip import Scales
from app.web.shared.formats import short_date


@dataclass(frozen=True)
class ChartsPage:
    """The charts over time from one viewpoint."""

    address: FundAddress
    view: View
    life: Life
    hindsight: Hindsight | None  # None where the view knows all, or what it reports is seen alone

    @cached_property
    def charts(self) -> list[Chart]:
        """The charts, in the order of the page; the slider's cursor stands on all of them."""
        return [
            over_time.j_curve(self.life),
            over_time.multiples(self.life),
            over_time.nav_then_and_now(self.life, self.hindsight),
        ]

    def file_url(self, chart: Chart) -> str:
        """Write the address of the numbers behind a chart as a file."""
        return self.address.chart_url(chart.name)

    def day_url(self, day: date) -> str:
        """Write the address of the fund on a day of a chart."""
        return self.address.on(day).url

    @property
    def days(self) -> tuple[date, date]:
        """The first and last day of the charts over time."""
        return layout.days_between(self.life.first, self.life.last)

    @property
    def day(self) -> str:
        """The day of the view."""
        return short_date(self.view.at.as_of)


def load_charts(engine: Engine, address: FundAddress, at: Viewpoint, head: Head) -> ChartsPage:
    """Load the charts of a fund from an address, whose viewpoint is settled.

    Those over time go on to the end of the slider, or to the quarter of the last event known.
    """
    view = viewpoints.load_view(engine, address.fund_id, at, head)
    terms, _ = viewpoints.terms_and_figures(
        engine, address.fund_id, Viewpoint(address.today, head.sequence)
    )
    span = log_cache.span(engine, address.fund_id, head.sequence)
    known = log_cache.span(engine, address.fund_id, at.through)
    assert span is not None  # a log has its first event from the start
    assert known is not None
    scale = Scales.of(span).effective
    knows_all = at.through == head.sequence
    last = scale.end if knows_all else min(quarter_end(known.last_on, 1), scale.end)
    series = _by_quarter(engine, address.fund_id, at.through, scale.first, last)
    currency = terms.currency if terms else ""
    life = Life(scale.first, scale.end, at.as_of, series, currency)
    return ChartsPage(address, view, life, _hindsight(engine, address, view, life))


def _hindsight(engine: Engine, address: FundAddress, view: View, life: Life) -> Hindsight | None:
    """Read what is known today; a report is seen alone, unless a comparison is asked for."""
    at, latest = view.at, view.head.sequence
    closes = period_closes.closes(engine, address.fund_id, latest)
    if at.through == latest or (reported_at(closes, at) and not address.compares):
        return None
    _, now = viewpoints.terms_and_figures(engine, address.fund_id, Viewpoint(at.as_of, latest))
    series = _by_quarter(engine, address.fund_id, latest, life.first, life.last)
    return Hindsight(series, at.as_of, view.figures.nav, now.nav)


@lru_cache(maxsize=64)
def _by_quarter(engine: Engine, fund_id: UUID, through: int, first: date, last: date) -> Series:
    """Return the figures by quarter, which never change."""
    return figure_series.load_series(engine, fund_id, through, Days("quarter", first, last))
