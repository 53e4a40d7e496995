"""The JSON API as a program sees it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from tests.ledgers import (
    called,
    company,
    established,
    investment,
    mark,
    new_fund,
    raw,
    record,
    void,
)

_WITH_A_FLOAT = orjson.dumps(called("1") | {"payload": {"amount": 1.5}})


def events_url(fund: object) -> str:
    return f"/api/funds/{fund}/events"


def body(response: TestResponse) -> dict[str, Any]:
    document = response.json
    assert isinstance(document, dict)
    return document


def problem(response: TestResponse, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.mimetype == "application/problem+json"
    document = body(response)
    assert {"type", "title", "status", "detail"} <= document.keys()
    assert document["status"] == status
    return document


def test_funds_are_listed(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine, name="Listed Ventures")
    response = client.get("/api/funds")
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert {"id": str(fund), "name": "Listed Ventures"} in body(response)["funds"]


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


@pytest.mark.parametrize("path", ["state", "timeline"])
def test_a_fund_that_does_not_exist_is_not_found(client: FlaskClient, path: str) -> None:
    assert problem(client.get(f"/api/funds/{uuid4()}/{path}"), 404)["type"].endswith("unknown-fund")
    problem(client.get("/api/nothing"), 404)
    problem(client.delete("/api/funds"), 405)


def test_events_are_recorded_one_or_many(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine)
    one = client.post(events_url(fund), json=called("100"))
    assert one.status_code == 201
    assert body(one)["events"][0]["payload"]["amount"] == "100"
    many = client.post(events_url(fund), json=[company(), investment("40")])
    assert (body(many)["first_sequence"], body(many)["last_sequence"]) == (3, 4)
    company_ids = {event["payload"]["company_id"] for event in body(many)["events"]}
    assert len(company_ids) == 1


def test_sending_again_with_the_key_records_once(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine)
    headers = {"Idempotency-Key": "abc"}
    first = client.post(events_url(fund), json=called("100"), headers=headers)
    again = client.post(events_url(fund), json=called("100"), headers=headers)
    assert body(again) == body(first)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    other = client.post(events_url(fund), json=called("200"), headers=headers)
    assert problem(other, 422)["type"].endswith("idempotency-conflict")


def test_a_stale_head_is_a_failed_precondition(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine)
    fresh = client.post(events_url(fund), json=called("1"), headers={"If-Match": '"1"'})
    assert fresh.status_code == 201
    stale = client.post(events_url(fund), json=called("2"), headers={"If-Match": '"1"'})
    assert problem(stale, 412)["head"] == 2
    odd = client.post(events_url(fund), json=called("2"), headers={"If-Match": "*"})
    assert problem(odd, 400)["errors"][0]["field"] == "If-Match"


def test_refusals_name_event_field_value_and_mend(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine, company())
    batch = [
        investment("10"),
        investment("-1"),
        investment("1", name="Acne"),
        called("1", amont="2"),
    ]
    errors = problem(client.post(events_url(fund), json=batch), 422)["errors"]
    assert [(error["position"], error["field"]) for error in errors] == [
        (1, "events[1].payload.amount"),
        (3, "events[3].payload.amont"),
    ]
    assert "did you mean amount?" in errors[1]["reason"]
    errors = problem(client.post(events_url(fund), json=investment("1", name="Acne")), 422)[
        "errors"
    ]
    assert "did you mean Acme?" in errors[0]["reason"]


def test_a_twin_is_a_conflict_with_a_link_to_the_first(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine, called("100"))
    twin = problem(client.post(events_url(fund), json=called("100")), 409)
    assert twin["type"].endswith("twin")
    assert twin["errors"][0]["sequence"] == 2
    second = client.post(events_url(fund), json=called("100", occurrence=2))
    assert second.status_code == 201


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b"NaN", "application/json", 400),
        (b"[]", "application/json", 422),
        (b"3", "application/json", 422),
        (_WITH_A_FLOAT, "application/json", 422),
        (b"a=b", "application/x-www-form-urlencoded", 415),
    ],
)
def test_a_malformed_body_is_refused(
    client: FlaskClient, engine: Engine, body: bytes, content_type: str, status: int
) -> None:
    fund = new_fund(engine)
    problem(client.post(events_url(fund), data=body, content_type=content_type), status)


def test_a_fund_is_established_once(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine)
    errors = problem(client.post(events_url(fund), json=established()), 422)["errors"]
    assert "TERMS_AMENDED" in errors[0]["reason"]


def test_the_timeline_is_newest_first_in_pages_that_stay_put(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, *(called(str(i), "2010-02-02") for i in range(1, 8)))
    url = f"/api/funds/{fund}/timeline?limit=3"
    first = body(client.get(url))
    assert [event["sequence"] for event in first["events"]] == [8, 7, 6]
    record(engine, fund, called("99"))
    rest, cursor = [], first["next_cursor"]
    while cursor:
        page = body(client.get(f"{url}&cursor={cursor}"))
        rest += [event["sequence"] for event in page["events"]]
        cursor = page["next_cursor"]
    assert rest == [5, 4, 3, 2, 1]


def test_the_timeline_is_filtered_by_date_type_and_any_name_of_a_company(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(
        engine,
        company("Old Name"),
        investment("10", "2010-03-01", name="Old Name"),
        raw("COMPANY_UPDATED", "2010-06-01", company="Old Name", new_name="New Name"),
        called("5", "2010-04-01"),
        mark("20", name="New Name"),
    )

    def found(query: str) -> list[int]:
        events = body(client.get(f"/api/funds/{fund}/timeline?{query}"))["events"]
        return [event["sequence"] for event in events]

    assert found("company=old name") == [6, 4, 3, 2] == found("company=New Name")
    assert found("type=CAPITAL_CALLED") == [5]
    assert found("start=2010-03-01&end=2010-04-01") == [5, 3]
    today = datetime.now(UTC).date()
    assert found(f"recorded_start={today - timedelta(days=1)}&recorded_end={today}")[0] == 6
    assert found("recorded_end=2012-12-31") == []
    for query in ("limit=0", "limit=1001", "limit=x", "cursor=x", "start=x", "type=CAPITAL_CALL"):
        problem(client.get(f"/api/funds/{fund}/timeline?{query}"), 400)
    refused = problem(client.get(f"/api/funds/{fund}/timeline?recorded_end=31/12/2012"), 400)
    assert refused["errors"][0]["field"] == "recorded_end"


def test_the_timeline_shows_what_was_voided_and_by_what(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, called("5"))
    record(engine, fund, void(2))
    events = body(client.get(f"/api/funds/{fund}/timeline"))["events"]
    assert [(event["sequence"], event["voided_by"]) for event in events] == [
        (3, None),
        (2, 3),
        (1, None),
    ]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("state?as_of=2012-01-01", "as_of: is not a parameter here: did you mean at?"),
        ("state?nope=1", "nope: is not a parameter here: use at, known_at, through"),
        ("timeline?type=A&type=B", "type: is there more than once: give it once"),
        ("timeline?companny=A", "companny: is not a parameter here: did you mean company?"),
    ],
)
def test_a_parameter_that_would_be_left_unheard_is_refused(
    client: FlaskClient, engine: Engine, query: str, told: str
) -> None:
    answer = client.get(f"/api/funds/{new_fund(engine)}/{query}")
    assert answer.status_code == 400
    assert answer.json
    assert answer.json["detail"] == told
