"""Why a figure is what it is, over the API."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.domain.figures.contributions import FUND_AMOUNTS
from app.domain.figures.explanation import EXPLAINED
from tests.api.answers import body, problem
from tests.ledgers import called, company, investment, mark, new_fund, raw, record, void


@pytest.fixture
def fund(engine: Engine) -> UUID:
    """Return a fund whose first mark was corrected."""
    fund = new_fund(
        engine,
        called("1000", "2010-01-15"),
        company(),
        investment("600", "2010-03-01"),
        mark("900", "2010-12-31"),
        raw("EXPENSE_PAID", "2011-01-10", amount="30", category="management_fee"),
    )
    record(engine, fund, void(5, reason="a slip"), mark("700", "2010-12-31"))
    return fund


def _events(answer: dict[str, object]) -> list[tuple[int, str]]:
    events = answer["events"]
    assert isinstance(events, list)
    return [(each["sequence"], each["amount"]) for each in events]


def test_an_amount_is_told_by_the_events_that_it_sums(client: FlaskClient, fund: UUID) -> None:
    nav = body(client.get(f"/api/funds/{fund}/explain/nav?at=2011-06-30"))
    assert (nav["kind"], nav["value"]) == ("amount", "1070.00")
    assert _events(nav) == [(6, "-30.00"), (8, "100.00"), (2, "1000.00")]
    assert nav["earlier"] == "0.00"
    assert nav["until"] is None
    assert {part["name"]: part["amount"] for part in nav["parts"]} == {
        "total_value": "700.00",
        "cash": "370.00",
        "securities_held": "0.00",
        "borrowings": "0.00",
        "payables": "0.00",
    }
    before = body(client.get(f"/api/funds/{fund}/explain/nav?at=2011-06-30&through=6"))
    assert _events(before) == [(6, "-30.00"), (5, "300.00"), (2, "1000.00")]


@pytest.mark.parametrize("figure", EXPLAINED)
def test_each_figure_explains_what_the_state_says(
    client: FlaskClient, fund: UUID, figure: str
) -> None:
    state = body(client.get(f"/api/funds/{fund}/state?at=2011-06-30"))
    told = body(client.get(f"/api/funds/{fund}/explain/{figure}?at=2011-06-30&by=company"))
    assert told["value"] == state["figures"][figure]
    assert told["reason"] == state["reasons"].get(figure)
    if figure in FUND_AMOUNTS:
        total = sum(Decimal(each["amount"]) for each in told["events"])
        assert total + Decimal(told["earlier"]) == Decimal(told["value"])
        groups = sum(Decimal(each["amount"]) for each in told["groups"])
        assert groups == Decimal(told["value"])
    if told["kind"] == "rate":
        assert sum(each["present_value"] for each in told["flows"]) == pytest.approx(0, abs=0.01)


def test_pages_are_whole_days_and_go_back_to_the_beginning(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    record(engine, fund, *(called(str(amount), "2012-01-05") for amount in range(1, 6)))
    told = body(client.get(f"/api/funds/{fund}/explain/paid_in?limit=2"))
    assert [amount for _, amount in _events(told)] == [f"{each}.00" for each in (5, 4, 3, 2, 1)]
    assert told["earlier"] == "1000.00"
    rest = body(client.get(f"/api/funds/{fund}/explain/paid_in?limit=2&until={told['until']}"))
    assert _events(rest) == [(2, "1000.00")]
    assert rest["until"] is None
    assert rest["value"] == told["value"] == "1015.00"


def test_groups_sum_to_the_figure(client: FlaskClient, fund: UUID) -> None:
    path = f"/api/funds/{fund}/explain/nav?at=2011-06-30&by="
    assert [
        (each["key"], each["amount"]) for each in body(client.get(path + "type"))["groups"]
    ] == [
        ("CAPITAL_CALLED", "1000.00"),
        ("VALUATION_UPDATED", "100.00"),
        ("EXPENSE_PAID", "-30.00"),
    ]
    years = body(client.get(path + "year"))["groups"]
    assert [(each["key"], each["amount"]) for each in years] == [
        ("2011", "-30.00"),
        ("2010", "1100.00"),
    ]
    of_fund, acme = body(client.get(path + "company"))["groups"]
    assert (of_fund["key"], of_fund["amount"], acme["amount"]) == ("", "970.00", "100.00")


def test_who_has_the_answer_is_told_so(client: FlaskClient, fund: UUID) -> None:
    path = f"/api/funds/{fund}/explain/tvpi?at=2011-06-30"
    first = client.get(path)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_what_is_no_figure_is_refused_with_the_closest(client: FlaskClient, fund: UUID) -> None:
    told = problem(client.get(f"/api/funds/{fund}/explain/navv"), 400)
    assert "did you mean nav?" in str(told)
    assert "must be one of" in str(problem(client.get(f"/api/funds/{fund}/explain/nav?by=x"), 400))
