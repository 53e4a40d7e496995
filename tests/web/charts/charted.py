"""Charts of a fund, as a page would show them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from app.services.reads import viewpoints
from app.web.charts.chart import Chart
from app.web.fund.address import FundAddress
from app.web.fund_charts.page import ChartsPage, load_charts
from app.web.portfolio.page import PortfolioPage, load_portfolio_page


def charts(engine: Engine, fund: UUID, as_of: str, **more: Any) -> ChartsPage:  # noqa: ANN401
    """Load the charts over time of a fund on a day, known through an event if one is given."""
    address = FundAddress(fund, datetime.now(UTC).date(), date.fromisoformat(as_of), **more)
    at, head = viewpoints.resolve(engine, fund, address.asked)
    return load_charts(engine, address, at, head)


def portfolio(engine: Engine, fund: UUID, as_of: str, **more: Any) -> PortfolioPage:  # noqa: ANN401
    """Load the companies of a fund on a day, as known through an event where `through` says so."""
    address = FundAddress(fund, datetime.now(UTC).date(), date.fromisoformat(as_of), **more)
    at, head = viewpoints.resolve(engine, fund, address.asked)
    return load_portfolio_page(engine, address, at, head)


def column(chart: Chart, name: str) -> dict[str, Decimal | None]:
    """Return a column of a chart by its labels."""
    [found] = [each for each in chart.columns if each.name == name]
    return dict(zip(map(str, chart.labels), found.values, strict=True))


def total(chart: Chart, name: str) -> Decimal:
    """Add up a column of a chart."""
    return sum((each or Decimal(0) for each in column(chart, name).values()), Decimal(0))
