"""The list of funds in charts: those that its address asks for, on all of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from app.domain.portfolio import by_vintage
from app.services.funds.portfolio import Portfolio
from app.web.charts import fund_list
from app.web.charts.chart import Chart
from app.web.fund.fund_list import FundListAddress


@dataclass(frozen=True)
class FundListCharts:
    """Two charts for each currency, that of most funds first."""

    address: FundListAddress
    portfolio: Portfolio

    @cached_property
    def charts(self) -> list[Chart]:
        """The charts, in the order of the page."""
        return [
            chart for total in self.portfolio.totals for chart in self._of_currency(total.currency)
        ]

    def file_url(self, chart: Chart) -> str:
        """Write the address of the numbers behind a chart as a file."""
        return self.address.chart_url(chart.name)

    def _of_currency(self, currency: str) -> list[Chart]:
        found = [
            (each.fund.name, each.position)
            for each in self.portfolio.funds
            if each.position and each.position.terms.currency == currency
        ]
        return [
            fund_list.by_vintage(by_vintage(position for _, position in found), currency),
            fund_list.by_fund([(name, each.figures.net_nav) for name, each in found], currency),
        ]
