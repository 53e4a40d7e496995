"""Figures over time, over the API."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.api.answers import body, problem
from tests.ledgers import closed_fund, mark, raw, record


@pytest.fixture
def fund(engine: Engine) -> UUID:
    """Return a fund of two years: its first mark was corrected after the books were closed."""
    fund = closed_fund(engine)
    record(
        engine, fund, raw("EVENT_VOIDED", voids=5, reason="a slip", adjustment=True),
        mark("700", "2010-12-31", adjustment=True),
        raw("DISTRIBUTION_MADE", "2011-05-02", amount="50"),
        raw("PERIOD_CLOSED", "2011-06-30", closed_through="2011-06-30"),
    )  # fmt: skip
    return fund


@pytest.mark.parametrize("step", ["event", "day", "month", "quarter"])
@pytest.mark.parametrize("known", ["", "&through=6"])
def test_a_series_is_what_the_states_of_its_days_are(
    client: FlaskClient, fund: UUID, step: str, known: str
) -> None:
    series = body(
        client.get(f"/api/funds/{fund}/series?step={step}&from=2010-11-29&to=2011-07-03{known}")
    )
    assert series["dates"]
    for index, day in enumerate(series["dates"]):
        state = body(client.get(f"/api/funds/{fund}/state?at={day}{known}"))
        assert {name: column[index] for name, column in series["figures"].items()} == state[
            "figures"
        ]
        reasons = {name: column[index] for name, column in series["reasons"].items()}
        assert {name: text for name, text in reasons.items() if text} == state["reasons"]
    assert series["through"] == (6 if known else 10)


def test_only_the_figures_that_are_asked_for_come_with_the_flows(
    client: FlaskClient, fund: UUID
) -> None:
    url = f"/api/funds/{fund}/series?figures=nav,dpi&from=2010-01-01&to=2011-06-30"
    series = body(client.get(url))
    assert series == {
        "through": 10,
        "head": 10,
        "dates": ["2010-03-31", "2010-06-30", "2010-09-30", "2010-12-31", "2011-03-31",
                  "2011-06-30"],
        "figures": {
            "nav": ["1000.00", "1000.00", "1000.00", "1100.00", "1100.00", "1050.00"],
            "dpi": ["0.000000"] * 5 + ["0.050000"],
        },
        "reasons": {},
        "flows": {
            "calls": ["1000.00"] + ["0.00"] * 5,
            "distributions": ["0.00"] * 5 + ["50.00"],
            "investments": ["600.00"] + ["0.00"] * 5,
            "proceeds": ["0.00"] * 6,
            "expenses": ["0.00"] * 6,
        },
        "net_cash_flow": ["-1000.00"] * 5 + ["-950.00"],
    }  # fmt: skip


def test_as_reported_gives_each_period_as_its_close_knew_it(
    client: FlaskClient, fund: UUID
) -> None:
    url = f"/api/funds/{fund}/series?known=as_reported&figures=nav&from=2010-01-01&to=2011-12-31"
    series = body(client.get(url))
    assert series["dates"] == ["2010-12-31", "2011-06-30"]
    assert series["closes"] == [6, 10]
    assert series["figures"]["nav"] == ["1300.00", "1050.00"]
    assert series["flows"]["distributions"] == ["0.00", "50.00"]


def test_a_series_is_not_sent_twice(client: FlaskClient, fund: UUID) -> None:
    url = f"/api/funds/{fund}/series?step=month&to=2011-06-30"
    first = client.get(url)
    again = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    other = client.get(f"{url}&figures=nav", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("query", "field", "reason"),
    [
        ("figures=navv", "figures", "is not a figure: did you mean nav?"),
        ("step=week", "step", "must be one of event, day, month, quarter"),
        ("from=2011-01-01&to=2010-01-01", "to", "lies before from: give 2011-01-01 or a later day"),
        ("from=yesterday", "from", "write a date such as 2012-03-31"),
        ("to=2199-01-01", "to", "is too far ahead"),
        ("step=day&from=1900-01-01&to=2020-01-01", "from", "ask for 20,000 days, from"),
        ("known=then", "known", "must be as_reported"),
        ("at=2010-01-01", "at", "is not a parameter here"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_name(
    client: FlaskClient, fund: UUID, query: str, field: str, reason: str
) -> None:
    refused = problem(client.get(f"/api/funds/{fund}/series?{query}"), 400)
    assert refused["errors"][0]["field"] == field
    assert reason in refused["errors"][0]["reason"]


def test_before_anything_was_known_a_series_is_empty_or_zero(
    client: FlaskClient, fund: UUID
) -> None:
    nothing = body(client.get(f"/api/funds/{fund}/series?through=0&step=event&to=2010-12-31"))
    assert nothing["dates"] == []
    zero = body(client.get(f"/api/funds/{fund}/series?through=0&figures=nav,tvpi&to=2010-12-31"))
    assert zero["figures"] == {"nav": ["0.00"], "tvpi": [None]}
    assert zero["reasons"] == {"tvpi": ["nothing_paid_in"]}


def test_a_company_has_a_series_of_its_own(client: FlaskClient, fund: UUID) -> None:
    path = f"/api/funds/{fund}/series?step=quarter&from=2010-01-01&to=2010-12-31"
    [acme] = body(client.get(f"/api/funds/{fund}/state"))["portfolio_companies"]
    series = body(client.get(f"{path}&company={acme['id']}"))
    assert series["figures"] == {
        "invested": ["600.00"] * 4,
        "proceeds": ["0.00"] * 4,
        "total_value": ["600.00"] * 3 + ["700.00"],
        "gross_moic": ["1.000000"] * 3 + ["1.166667"],
        "gross_irr": series["figures"]["gross_irr"],
    }
    assert series["net_cash_flow"] == ["-600.00"] * 4
    assert series["flows"]["investments"] == ["600.00", "0.00", "0.00", "0.00"]
    whole = body(client.get(f"{path}&figures=invested,total_value,gross_irr"))
    assert whole["figures"]["total_value"] == series["figures"]["total_value"]
    assert whole["figures"]["gross_irr"] == series["figures"]["gross_irr"]


def test_no_company_has_a_nav_and_no_fund_every_company(client: FlaskClient, fund: UUID) -> None:
    [acme] = body(client.get(f"/api/funds/{fund}/state"))["portfolio_companies"]
    path = f"/api/funds/{fund}/series?company="
    told = problem(client.get(f"{path}{acme['id']}&figures=nav"), 400)
    assert "is not a figure of a company" in str(told)
    assert problem(client.get(f"{path}{fund}"), 404)["type"].endswith("unknown-company")
