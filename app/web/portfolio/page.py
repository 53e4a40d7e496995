"""The companies of a fund in charts, as seen from a viewpoint: what they need is read here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import Engine

from app.domain.state.state import Holding
from app.domain.viewpoint import Viewpoint
from app.services.reads import log_cache, viewpoints
from app.services.reads.viewpoints import Head, View
from app.web.charts import portfolio
from app.web.charts.chart import Chart
from app.web.fund.address import FundAddress
from app.web.fund.day_scale import DayScale
from app.web.fund.strip import Scales


@dataclass(frozen=True)
class PortfolioPage:
    """The companies from one viewpoint."""

    address: FundAddress
    view: View
    currency: str
    scale: DayScale

    @property
    def as_of(self) -> date:
        """The day of the view."""
        return self.view.at.as_of

    @cached_property
    def holdings(self) -> list[Holding]:
        """The companies in which something was invested by the day of the view."""
        return [each for each in self.view.state.holdings.values() if each.invested]

    @cached_property
    def charts(self) -> list[Chart]:
        """The charts by company."""
        return [
            portfolio.by_company(self.holdings, self.currency),
            portfolio.concentration(self.holdings, self.currency),
            portfolio.reserves(list(self.view.state.holdings.values()), self.currency),
        ]

    @cached_property
    def by_group(self) -> list[Chart]:
        """The charts by what companies have in common, one of which is chosen."""
        return [
            portfolio.by_group(self.holdings, named, self.currency) for named in portfolio.GROUPS
        ]

    @property
    def all(self) -> list[Chart]:
        """All charts, in the order of the page."""
        return [*self.charts, *self.by_group]

    def file_url(self, chart: Chart) -> str:
        """Write the address of the numbers behind a chart as a file."""
        return self.address.portfolio_file_url(chart.name)

    def url(self, address: FundAddress) -> str:
        """Write the address of the page from another viewpoint."""
        return address.portfolio_url


def load_portfolio_page(
    engine: Engine, address: FundAddress, at: Viewpoint, head: Head
) -> PortfolioPage:
    """Look at the companies of a fund from an address, whose viewpoint is settled."""
    view = viewpoints.load_view(engine, address.fund_id, at, head)
    now = Viewpoint(address.today, head.sequence)
    terms, _ = viewpoints.terms_and_figures(engine, address.fund_id, now)
    span = log_cache.span(engine, address.fund_id, head.sequence)
    assert span is not None  # a log has its first event from the start
    return PortfolioPage(address, view, terms.currency if terms else "", Scales.of(span).effective)
