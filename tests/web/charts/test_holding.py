"""Charts of one company: its holding from event to event, and what it reported."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import plotly.graph_objects as go
import pytest
from sqlalchemy import Engine

from app.services.reads import viewpoints
from app.web.companies.page import CompanyPage, load_company_page
from app.web.fund.address import FundAddress
from tests.ledgers import look, raw, record
from tests.web.charts.charted import column


@pytest.fixture
def reported(engine: Engine, fund: UUID) -> UUID:
    """Return a fund of which a company told what it owns and how it does."""
    told = {"company": "Acme", "metric_type": "arr", "period_months": 12}
    record(
        engine,
        fund,
        raw("INVESTMENT_MADE", "2010-04-01", company="Acme", amount="100", ownership="0.1"),
        raw("FORECAST_CREATED", "2010-04-01", **told, scenario="base", value="8",
            period_end="2010-12-31"),
        raw("ACTUAL_RECORDED", "2010-12-31", **told, value="10", period_end="2010-12-31"),
        raw("ACTUAL_RECORDED", "2010-12-31", **told | {"metric_type": "headcount"}, value="3",
            period_end="2010-12-31"),
    )  # fmt: skip
    return fund


def _page(engine: Engine, fund: UUID, as_of: str) -> CompanyPage:
    holdings = look(engine, fund).state.holdings.values()
    key = next(each.company_id for each in holdings if each.name == "Acme")
    address = FundAddress(fund, datetime.now(UTC).date(), date.fromisoformat(as_of))
    at, head = viewpoints.resolve(engine, fund, address.asked)
    return load_company_page(engine, address, at, head, UUID(key))


def test_value_and_cost_are_those_of_each_day(engine: Engine, reported: UUID) -> None:
    [value, _] = _page(engine, reported, "2010-10-31").charts
    assert [str(day) for day in value.labels][-2:] == ["2010-06-30", "2010-10-31"]
    for day in map(str, value.labels):
        held = next(
            each
            for each in look(engine, reported, day).state.holdings.values()
            if each.name == "Acme"
        )
        assert column(value, "Fair value")[day] == held.fair_value
        assert column(value, "Remaining cost")[day] == held.remaining_cost


def test_rounds_and_marks_stand_on_their_days(engine: Engine, reported: UUID) -> None:
    [value, _] = _page(engine, reported, "2010-12-31").charts
    rounds = {day: each for day, each in column(value, "Round").items() if each is not None}
    marks = {day: each for day, each in column(value, "Mark").items() if each is not None}
    assert rounds == {"2010-03-01": 400, "2010-04-01": 500}
    assert marks == {"2010-06-30": 900}
    assert value.words.sentence.endswith("after 2 rounds and 1 mark.")


def test_ownership_is_drawn_once_it_is_known(engine: Engine, reported: UUID) -> None:
    assert len(_page(engine, reported, "2010-03-31").charts) == 1
    [_, ownership] = _page(engine, reported, "2010-06-30").charts
    assert column(ownership, "Ownership")["2010-06-30"] == Decimal("0.1")


def test_nothing_is_drawn_before_the_first_round(engine: Engine, reported: UUID) -> None:
    page = _page(engine, reported, "2010-02-10")
    assert page.charts == page.metric_charts == []


def test_each_metric_has_a_chart(engine: Engine, reported: UUID) -> None:
    arr, heads = _page(engine, reported, "2010-12-31").metric_charts
    assert arr.labels == ["31 Dec 2010"]
    assert [column.values for column in arr.columns] == [(10,), (8,)]
    assert arr.words.sentence.endswith("the difference is 25.0%.")
    assert [column.numbers for column in heads.columns] == [[3.0], [None]]
    assert list(heads.table()) == [("31 Dec 2010", ["3", "–"])]


def test_plotly_knows_every_attribute(engine: Engine, reported: UUID) -> None:
    page = _page(engine, reported, "2010-12-31")
    for chart in (*page.charts, *page.metric_charts):
        go.Figure(chart.figure)
        by_name = {column.name: column.numbers for column in chart.columns}
        for trace in chart.figure["data"]:
            assert trace["y"] == by_name[trace["name"]]
            assert trace["meta"]["color"]
