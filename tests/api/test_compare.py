"""A fund from two viewpoints, over the API."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.api.answers import body, problem
from tests.ledgers import closed_fund, mark, raw, record


@pytest.fixture
def fund(engine: Engine) -> UUID:
    """Return a fund whose year-end mark was corrected after the close, before the next close."""
    fund = closed_fund(engine)
    record(
        engine, fund, raw("EVENT_VOIDED", voids=5, reason="a slip", adjustment=True),
        mark("700", "2010-12-31", adjustment=True),
        mark("800", "2011-03-31"),
        raw("PERIOD_CLOSED", "2011-03-31", closed_through="2011-03-31"),
    )  # fmt: skip
    return fund


CLOSES = "from_at=2010-12-31&from_through=6&to_at=2011-03-31&to_through=10"


def test_a_roll_forward_has_prior_period_adjustments_apart(client: FlaskClient, fund: UUID) -> None:
    found = body(client.get(f"/api/funds/{fund}/compare?{CLOSES}"))
    net_nav = found["figures"]["net_nav"]
    carry = {"before": "60.00", "after": "40.00"}
    assert net_nav["before"] == str(1300 - Decimal(carry["before"]))
    assert net_nav["after"] == str(1200 - Decimal(carry["after"]))
    assert found["prior_period_adjustments"]["unrealised_gain"] == "-200.00"
    assert found["period"]["unrealised_gain"] == "100.00"
    assert found["bridge"]["unrealised_gain"] == "-100.00"
    assert found["bridge"]["closing_net_nav"] == net_nav["after"]
    total = Decimal(net_nav["new_knowledge"]) + Decimal(net_nav["new_facts"])
    assert total == Decimal(net_nav["difference"])
    assert [(each["sequence"], each["amount"]) for each in found["restated_by"]] == [
        (7, "-300.00"),
        (8, "100.00"),
    ]
    assert [each["total"] for each in found["by_company"]] == ["-100.00"]


def test_a_viewpoint_compared_with_itself_is_empty(client: FlaskClient, fund: UUID) -> None:
    found = body(client.get(f"/api/funds/{fund}/compare?from_at=2010-12-31&to_at=2010-12-31"))
    assert found["companies"] == found["by_company"] == found["terms"] == []
    assert found["restated_by"] == []
    assert {each["difference"] for each in found["figures"].values()} <= {
        "0.00", "0.000000", None,
    }  # fmt: skip


def test_what_only_one_side_has_is_said(client: FlaskClient, fund: UUID) -> None:
    found = body(client.get(f"/api/funds/{fund}/compare?from_at=2009-12-31&to_at=2010-12-31"))
    [acme] = found["companies"]
    assert (acme["name"], acme["is_new"], acme["is_gone"]) == ("Acme", True, False)
    assert acme["values"]["fair_value"]["before"] is None
    back = body(client.get(f"/api/funds/{fund}/compare?from_at=2010-12-31&to_at=2009-12-31"))
    assert back["companies"][0]["is_gone"]
    forwards, backwards = (each["figures"]["nav"]["difference"] for each in (found, back))
    assert Decimal(forwards) == -Decimal(backwards)


def test_forecasts_and_reserves_are_compared(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    record(
        engine, fund,
        raw("RESERVE_ALLOCATED", "2011-04-01", company="Acme", amount="50"),
        raw("FORECAST_CREATED", "2011-04-01", company="Acme", metric_type="arr",
            period_end="2011-12-31", value="7"),
    )  # fmt: skip
    found = body(client.get(f"/api/funds/{fund}/compare?from_at=2011-03-31&to_at=2011-06-30"))
    assert found["reserves"]["allocated"]["difference"] == "50.00"
    [forecast] = found["forecasts"]
    assert forecast["before"] is None
    assert forecast["after"]["value"] == "7"


def test_a_fault_is_told_by_the_name_of_its_side(client: FlaskClient, fund: UUID) -> None:
    told = problem(client.get(f"/api/funds/{fund}/compare?from_at=nonsense"), 400)
    assert "from_at" in str(told)
    assert "to_through" in str(problem(client.get(f"/api/funds/{fund}/compare?to_through=99"), 400))


def test_effects_are_told_on_the_amount_that_is_asked_for(client: FlaskClient, fund: UUID) -> None:
    found = body(client.get(f"/api/funds/{fund}/compare?{CLOSES}&figure=total_value"))
    assert [each["amount"] for each in found["restated_by"]] == ["-300.00", "100.00"]
    assert body(client.get(f"/api/funds/{fund}/compare?{CLOSES}&figure=cash"))["restated_by"] == []
    told = problem(client.get(f"/api/funds/{fund}/compare?figure=tvpi"), 400)
    assert "is not an amount that events add up to" in str(told)
