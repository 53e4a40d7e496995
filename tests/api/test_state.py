"""A state over the API."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.store.snapshots import state_reader
from tests.api.answers import body, problem
from tests.ledgers import called, company, investment, mark, new_fund, raw, record


def test_a_state_has_its_seven_parts_its_viewpoint_and_its_figures(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(
        engine,
        raw("COMMITMENT_MADE", "2010-01-01", investor="Alma", amount="1000"),
        called("500", "2010-01-15"),
        company(),
        raw("RESERVE_ALLOCATED", "2010-03-01", company="Acme", amount="100"),
        investment("400", "2010-03-01", ownership="0.1"),
        raw("FORECAST_CREATED", "2010-03-01", company="Acme", metric_type="arr",
            period_end="2010-12-31", value="-7"),
        mark("600.005", "2010-12-31"),
    )  # fmt: skip
    state = body(client.get(f"/api/funds/{fund}/state?at=2010-12-31"))
    assert (state["as_of"], state["through"], state["head"]) == ("2010-12-31", 8, 8)
    assert state["total_committed"] == "1000.00"
    assert state["total_invested"] == "400.00"
    assert state["total_value"] == "600.005"
    [holding] = state["portfolio_companies"]
    assert holding["name"] == "Acme"
    assert holding["total_investment"] == "400.00"
    assert holding["current_valuation"] == "600.005"
    assert holding["ownership"] == "0.1"
    assert state["reserves"] == {"allocated": "100.00", "deployed": "0.00", "left": "100.00"}
    assert [forecast["value"] for forecast in state["forecasts"]] == ["-7"]
    assert state["actuals"] == []
    assert state["figures"]["nav"] == "700.005"
    assert state["figures"]["dpi"] == "0.000000"
    assert state["figures"]["pic"] == "0.500000"
    assert state["reasons"]["net_irr"] == "under_one_year"


def test_a_ratio_without_a_denominator_is_null_with_its_reason(
    client: FlaskClient, engine: Engine
) -> None:
    state = body(client.get(f"/api/funds/{new_fund(engine)}/state"))
    assert state["figures"]["dpi"] is None
    assert state["reasons"]["dpi"] == "nothing_paid_in"
    assert state["reasons"]["net_irr"] == "too_few_dates"


def test_an_unchanged_state_is_not_sent_again(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine)
    url = f"/api/funds/{fund}/state?at=2010-12-31"
    first = client.get(url)
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    record(engine, fund, called("5"))
    assert client.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    pinned = client.get(f"{url}&through=1", headers={"If-None-Match": first.headers["ETag"]})
    assert pinned.status_code == 304


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("at=2010-02-31", "at"),
        ("at=yesterday", "at"),
        ("at=9999-01-01", "at"),
        ("known_at=2999-01-01", "known_at"),
        ("known_at=2999-01-01T00:00:00Z", "known_at"),
        ("known_at=2012-01-01T00:00:00", "known_at"),
        ("through=99", "through"),
        ("through=-1", "through"),
        ("through=1&known_at=2012-01-01", "known_at"),
    ],
)
def test_a_viewpoint_that_cannot_be_taken_says_why(
    client: FlaskClient, engine: Engine, query: str, field: str
) -> None:
    response = client.get(f"/api/funds/{new_fund(engine)}/state?{query}")
    assert problem(response, 400)["errors"][0]["field"] == field


def test_an_instant_as_of_means_its_utc_day(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine)
    state = body(client.get(f"/api/funds/{fund}/state?at=2010-12-31T23:30:00-05:00"))
    assert state["as_of"] == "2011-01-01"


def test_an_instant_may_have_its_plus_unescaped(client: FlaskClient, engine: Engine) -> None:
    url = f"/api/funds/{new_fund(engine)}/state"
    state = body(client.get(f"{url}?known_at=2011-01-15T00:00:00+01:00&at=2011-01-15T00:00+01:00"))
    assert (state["through"], state["as_of"]) == (0, "2011-01-14")


def test_an_unchanged_state_costs_no_fold(
    client: FlaskClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"/api/funds/{new_fund(engine)}/state?at=2010-12-31"
    etag = client.get(url).headers["ETag"]
    folds = 0
    read = state_reader.read

    def counted(*asked: Any) -> state_reader.Read:  # noqa: ANN401 - as it was asked
        nonlocal folds
        folds += 1
        return read(*asked)

    monkeypatch.setattr(state_reader, "read", counted)
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 304
    assert folds == 0
    assert client.get(url).status_code == 200
    assert folds == 1
