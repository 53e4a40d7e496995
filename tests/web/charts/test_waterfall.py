"""The NAV bridge as waterfalls: each bar begins where the one before it ends."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import plotly.graph_objects as go
import pytest
from sqlalchemy import Engine

from app.domain.figures.bridge import CompanyStep, NavBridge
from app.domain.figures.comparison import Comparison
from app.services.reads import comparisons, viewpoints
from app.services.reads.viewpoints import ViewpointRequest
from app.web.charts import waterfall
from app.web.charts.chart import Chart
from tests.web.charts.charted import column

_NONE = Decimal(0)


@pytest.fixture
def compared(engine: Engine, fund: UUID) -> Comparison:
    before, after = (
        viewpoints.resolve(engine, fund, ViewpointRequest(day))[0]
        for day in ("2010-05-31", "2010-12-31")
    )
    return comparisons.load_comparison(engine, fund, before, after)


def _bridge(opening: int, closing: int, **steps: int) -> NavBridge:
    names = (
        "calls_net_of_returns", "distributions", "carry_paid", "expenses", "income",
        "realised_gain", "holding_income", "unrealised_gain", "accrued_carry", "drawn", "repaid",
    )  # fmt: skip
    amounts = dict.fromkeys(names, _NONE) | {name: Decimal(each) for name, each in steps.items()}
    return NavBridge(opening_net_nav=Decimal(opening), closing_net_nav=Decimal(closing), **amounts)


def _gain(name: str, amount: int) -> CompanyStep:
    return CompanyStep(name, name, _NONE, _NONE, Decimal(amount))


def _bars(chart: Chart) -> dict[int, tuple[float, float, str]]:
    """Return where each row's bar begins and ends, and its kind."""
    return {
        row: (base, base + amount, trace["name"])
        for trace in chart.figure["data"]
        for row, base, amount in zip(trace["y"], trace["base"], trace["x"], strict=True)
    }


def test_steps_lead_from_opening_to_closing_net_nav(compared: Comparison) -> None:
    chart = waterfall.by_step(compared.bridge, "USD", "bridge-table")
    amounts = column(chart, "Amount")
    assert amounts == {
        "Opening net NAV": 1000,
        "Distributions": -60,
        "Income from holdings": 80,
        "Unrealised gain": 350,
        "Accrued carry": -86,
        "Closing net NAV": 1284,
    }
    assert _bars(chart) == {
        0: (0, 1000, "Net NAV"),
        1: (1000, 940, "Decrease"),
        2: (940, 1020, "Increase"),
        3: (1020, 1370, "Increase"),
        4: (1370, 1284, "Decrease"),
        5: (0, 1284, "Net NAV"),
    }
    assert list(column(chart, "Net NAV").values()) == [1000, 940, 1020, 1370, 1284, 1284]


def test_companies_and_the_fund_itself_make_up_the_bridge(compared: Comparison) -> None:
    chart = waterfall.by_company(compared.bridge, compared.companies, "USD")
    assert column(chart, "Amount") == {
        "Opening net NAV": 1000,
        "Acme": 580,
        "Bolt": -150,
        "Fund level": -146,
        "Closing net NAV": 1284,
    }
    assert "All companies together: +$430." in chart.words.sentence
    assert chart.words.sentence.endswith("and carry: −$146.")


def test_beyond_ten_companies_the_others_share_a_bar() -> None:
    steps = [_gain(f"Company {index:02}", 100 - index) for index in range(13)]
    total = sum(100 - index for index in range(13))
    chart = waterfall.by_company(_bridge(0, total, unrealised_gain=total), steps, "USD")
    assert chart.labels[1:-1] == [f"Company {index:02}" for index in range(10)] + [
        "3 other companies"
    ]
    assert column(chart, "Amount")["3 other companies"] == 90 + 89 + 88


def test_a_bar_crosses_zero_and_the_axis_holds_it() -> None:
    bridge = _bridge(100, -50, expenses=-150)
    chart = waterfall.by_step(bridge, "USD", "")
    assert _bars(chart)[1] == (100, -50, "Decrease")
    axis = chart.figure["layout"]["xaxis"]
    assert min(axis["tickvals"]) <= -50
    assert axis["range"][0] < -50
    assert axis["range"][1] > 100


def test_companies_of_one_name_have_a_bar_each() -> None:
    steps = [_gain("<b>&Acme", 20), _gain("<b>&Acme", 10)]
    chart = waterfall.by_company(_bridge(0, 30, unrealised_gain=30), steps, "USD")
    [gains] = [each for each in chart.figure["data"] if each["name"] == "Increase"]
    assert gains["y"] == [1, 2]
    assert gains["customdata"][0] == "&lt;b&gt;&amp;Acme: +$20"
    assert chart.figure["layout"]["yaxis"]["ticktext"][1] == "&lt;b&gt;&amp;Acme"


def test_plotly_knows_every_attribute(compared: Comparison) -> None:
    for chart in (
        waterfall.by_step(compared.bridge, "USD", ""),
        waterfall.by_company(compared.bridge, compared.companies, "USD"),
        waterfall.by_step(_bridge(0, 0), "USD", ""),
    ):
        go.Figure(chart.figure)
        assert chart.words.sentence.endswith(".")
        assert all(trace["meta"]["color"] for trace in chart.figure["data"])
