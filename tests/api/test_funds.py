"""Funds over the API: listed in pages that stay put, and established."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.api.openapi.examples import BODIES
from tests.api.answers import body, fault, problem
from tests.ledgers import called, damage, new_fund, raw

TERMS = {"currency": "USD", "size": "1000", "vintage_year": 2010, "inception_on": "2010-01-01"}


def asked(name: str = "", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    commitments = [{"investor": "Alma", "amount": "600"}]
    name = name or f"Made {uuid4().hex[:8]}-"
    return {"name": name, "terms": TERMS, "commitments": commitments} | more


def test_funds_are_listed_with_all_figures_of_a_day(client: FlaskClient, engine: Engine) -> None:
    close = raw("PERIOD_CLOSED", "2010-07-20", closed_through="2010-06-30")
    fund = new_fund(engine, called("100"), close, name="Listed Ventures")
    response = client.get("/api/funds?search=listed VENT&at=2010-06-30")
    assert response.headers["Cache-Control"] == "private, no-cache"
    state = body(client.get(f"/api/funds/{fund}/state?at=2010-06-30"))
    assert body(response) == {
        "as_of": "2010-06-30",
        "funds": [
            {
                "id": str(fund),
                "name": "Listed Ventures",
                "condition": "open",
                "through": 3,
                "currency": "USD",
                "vintage_year": 2010,
                "inception_on": "2010-01-01",
                "closed_through": "2010-06-30",
                "figures": state["figures"],
                "reasons": state["reasons"],
            }
        ],
        "next_cursor": None,
    }
    today = body(client.get("/api/funds?search=listed VENT"))
    assert today["as_of"] == str(datetime.now(UTC).date())


def test_a_fund_that_begins_later_has_no_figures(client: FlaskClient, engine: Engine) -> None:
    name = uuid4().hex
    new_fund(engine, name=name)
    (fund,) = body(client.get(f"/api/funds?search={name}&at=2009-12-31"))["funds"]
    assert fund["condition"] == "not_begun"
    for field in ("currency", "vintage_year", "inception_on", "closed_through", "figures"):
        assert fund[field] is None
    assert fund["reasons"] == {}


def test_a_damaged_ledger_leaves_the_others_their_figures(
    client: FlaskClient, engine: Engine, owner_engine: Engine
) -> None:
    name = uuid4().hex
    new_fund(engine, called("100"), name=f"a {name}")
    damage(owner_engine, new_fund(engine, called("200"), name=f"b {name}"))
    sound, damaged = body(client.get(f"/api/funds?search={name}"))["funds"]
    assert (sound["condition"], sound["figures"]["paid_in"]) == ("open", "100.00")
    assert (damaged["condition"], damaged["figures"]) == ("unreadable", None)


def test_pages_of_funds_stay_put_while_funds_are_added(client: FlaskClient, engine: Engine) -> None:
    mark = uuid4().hex[:8]
    for letter in "bdfh":
        new_fund(engine, name=f"{letter.upper()} {mark} fund")
    url = f"/api/funds?search={mark}&limit=2"
    first = body(client.get(url))
    for letter in "ace":
        new_fund(engine, name=f"{letter} {mark} fund")
    names, cursor = [fund["name"][0] for fund in first["funds"]], first["next_cursor"]
    while cursor:
        page = body(client.get(f"{url}&cursor={cursor}"))
        names += [fund["name"][0] for fund in page["funds"]]
        cursor = page["next_cursor"]
    assert names == ["B", "D", "e", "F", "H"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=ten", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=01997d3a-5c4e-7b1f-9a60-3f2b8c6d1e05", "cursor"),
        ("search=%07", "search"),
        ("page=2", "page"),
        ("at=yesterday", "at"),
        ("at=1850-01-01", "at"),
    ],
)
def test_a_list_that_cannot_be_given_says_why(client: FlaskClient, query: str, field: str) -> None:
    assert fault(client.get(f"/api/funds?{query}"), 400)[0] == field


def test_a_fund_is_established_with_its_commitments(client: FlaskClient) -> None:
    response = client.post("/api/funds", json=asked("Larch Street I"))
    assert response.status_code == 201, response.text
    made = body(response)
    assert made == {"id": made["id"], "name": "Larch Street I", "head": 2}
    assert response.headers["Location"] == f"/api/funds/{made['id']}/state"
    state = body(client.get(response.headers["Location"]))
    assert (state["head"], state["total_committed"]) == (2, "600.00")
    events = body(client.get(f"/api/funds/{made['id']}/timeline"))["events"]
    assert {event["source"] for event in events} == {"api"}


def test_the_example_of_the_api_page_is_taken(client: FlaskClient) -> None:
    made = client.post("/api/funds", json=BODIES["/funds"] | {"name": f"Example {uuid4().hex}"})
    fund = body(made)["id"]
    events = client.post(f"/api/funds/{fund}/events", json=BODIES["/events"])
    assert (made.status_code, events.status_code) == (201, 201)


def test_sending_a_fund_again_with_the_key_gives_the_earlier_answer(client: FlaskClient) -> None:
    headers = {"Idempotency-Key": uuid4().hex}
    sent = asked()
    first = client.post("/api/funds", json=sent, headers=headers)
    again = client.post("/api/funds", json=sent, headers=headers)
    assert (again.status_code, body(again)) == (201, body(first))
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    other = client.post("/api/funds", json=sent | {"commitments": []}, headers=headers)
    assert problem(other, 422)["type"].endswith("idempotency-conflict")
    assert fault(other, 422)[:2] == ("Idempotency-Key", headers["Idempotency-Key"])


def test_a_name_that_is_taken_is_a_conflict(client: FlaskClient) -> None:
    sent = asked()
    client.post("/api/funds", json=sent)
    taken = client.post("/api/funds", json=sent | {"name": sent["name"].upper()})
    assert problem(taken, 409)["type"].endswith("name-taken")
    assert fault(taken, 409) == (
        "name",
        sent["name"].upper(),
        "another fund has this name: choose another",
    )


def test_every_fault_of_a_fund_is_told_at_once(client: FlaskClient) -> None:
    sent = asked(
        colour="red",
        terms=TERMS | {"carry": {"rate": "0.9"}},
        commitments=[{"investor": "Alma", "amount": "1"}, {"investor": "Bo", "amount": 1.5}],
    )
    refused = problem(client.post("/api/funds", json=sent), 422)
    assert [(error["field"], error["value"]) for error in refused["errors"]] == [
        ("colour", ""),
        ("terms.carry.rate", "0.9"),
        ("commitments[1].amount", "1.5"),
    ]
    assert "terms.carry.rate '0.9': must be at most 0.50" in refused["detail"]


@pytest.mark.parametrize("sent", [[], "Larch", 3])
def test_a_fund_is_an_object(client: FlaskClient, sent: object) -> None:
    field, _, reason = fault(client.post("/api/funds", json=sent), 422)
    assert (field, reason) == ("body", "must be an object")
