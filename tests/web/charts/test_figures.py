"""Every chart's figure is one that Plotly knows, and draws the numbers of its table."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import plotly.graph_objects as go
import pytest
from sqlalchemy import Engine

from app.domain.portfolio import Vintage
from app.services.funds.fund_years import load_fund_years
from app.web.charts import fund_list, plan
from app.web.charts.chart import Chart
from tests.ledgers import look, mark, new_fund, record
from tests.web.charts.charted import charts, portfolio

_NAMES = {
    "j-curve", "multiples", "nav", "value", "concentration", "reserves",
    "by-sector", "by-stage", "by-country", "by-year", "deployment", "management-fee",
    "vintages-usd", "funds-usd",
}  # fmt: skip


@pytest.fixture
def all_charts(engine: Engine, fund: UUID) -> list[Chart]:
    head = look(engine, fund).head.sequence
    record(engine, fund, mark("700", "2010-06-30"))
    seen = {"as_of": "2010-12-31", "through": str(head)}
    over_time = charts(engine, fund, **seen).charts
    years = load_fund_years(engine, fund)
    navs = [("Alpha", Decimal(900)), ("Beta", Decimal(-5))]
    return [
        *over_time,
        *portfolio(engine, fund, **seen).all,
        plan.deployment(years, "USD"),
        plan.fees(years, "USD"),
        fund_list.by_vintage([Vintage(2010, 2, Decimal("1.5"), Decimal("0.3"))], "USD"),
        fund_list.by_fund(navs, "USD"),
    ]


def test_there_is_a_chart_of_each_kind(all_charts: list[Chart]) -> None:
    assert {each.name for each in all_charts} == _NAMES


def test_plotly_knows_every_attribute(all_charts: list[Chart]) -> None:
    for chart in all_charts:
        go.Figure(chart.figure)  # raises ValueError for what it does not know


def test_the_drawn_numbers_are_those_of_the_table(all_charts: list[Chart]) -> None:
    for chart in all_charts:
        by_name = {column.name: column for column in chart.columns}
        for trace in chart.figure["data"]:
            drawn = trace["x"] if trace.get("orientation") == "h" else trace["y"]
            if trace.get("marker", {}).get("symbol") == "line-ns-open":
                drawn = trace["x"]
            assert drawn == by_name[trace["name"]].numbers, chart.name
            assert len(drawn) == len(chart.labels)


def test_every_chart_says_what_it_shows(all_charts: list[Chart]) -> None:
    for chart in all_charts:
        assert chart.words.title
        assert chart.words.unit
        assert chart.words.sentence.endswith(".")
        assert all(trace["meta"]["color"] for trace in chart.figure["data"])


def test_a_fund_without_anything_has_charts_too(engine: Engine) -> None:
    fund = new_fund(engine)
    empty = [
        *charts(engine, fund, "2010-01-01").charts,
        *portfolio(engine, fund, "2010-01-01").all,
        plan.fees(load_fund_years(engine, fund), "USD"),
        fund_list.by_vintage([], "USD"),
        fund_list.by_fund([], "USD"),
    ]
    for chart in empty:
        go.Figure(chart.figure)
        assert chart.words.sentence
