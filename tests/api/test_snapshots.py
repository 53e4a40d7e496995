"""Snapshots over the API: asked for, followed until they are taken, and listed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.services.jobs import runner
from app.services.snapshots import jobs, take
from app.services.snapshots.take import SnapshotRequest
from app.store.accounts.people import Person
from tests.api.answers import body, fault, problem
from tests.ledgers import called, new_fund, record
from tests.people import signed_in


def url_of(fund: UUID) -> str:
    return f"/api/funds/{fund}/snapshots"


def work(engine: Engine, fund: UUID, snapshot: str) -> None:
    """Do what the worker would."""
    runner.run(engine, jobs.HANDLERS, fund, UUID(snapshot), 0.0)


def test_a_snapshot_is_asked_for_and_taken(
    client: FlaskClient, engine: Engine, admin: Person
) -> None:
    fund = new_fund(engine, called("100"))
    asked = client.post(url_of(fund), json={"at": "2010-12-31", "description": " Year  end "})
    assert asked.status_code == 202, asked.text
    request = body(asked)
    address = asked.headers["Location"]
    assert address == f"{url_of(fund)}/{request['id']}"
    waiting = body(client.get(address))
    assert waiting == request
    assert request["status"] == "queued"
    assert (request["as_of"], request["description"]) == ("2010-12-31", "Year end")
    assert request["progress"] == {"done": None, "total": None}
    assert request["error"] is None
    work(engine, fund, request["id"])
    taken = body(client.get(address))
    taken_at, state_hash, size = taken["taken_at"], taken["state_hash"], taken["size"]
    assert len(bytes.fromhex(state_hash)) == 32
    assert size > 0
    assert taken == {
        "id": request["id"],
        "status": "done",
        "type": "manual",
        "description": "Year end",
        "as_of": "2010-12-31",
        "through": 2,
        "valid_before": None,
        "serves_now": True,
        "event_count": 2,
        "last_event": 2,
        "state_hash": state_hash,
        "nav": "100.00",
        "projector_version": taken["projector_version"],
        "taken_at": taken_at,
        "requested_by": str(admin.id),
        "size": size,
    }
    record(engine, fund, called("5"))
    overtaken = body(client.get(address))
    assert (overtaken["valid_before"], overtaken["serves_now"]) == (3, False)


def test_a_snapshot_that_could_not_be_taken_says_why(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine)
    request = body(client.post(url_of(fund), json={}))

    def fail(*_: object) -> object:
        raise ValueError("no room")

    handlers: Any = {jobs.TAKE: fail}
    runner.run(engine, handlers, fund, UUID(request["id"]), 0.0)
    told = body(client.get(f"{url_of(fund)}/{request['id']}"))
    assert told["status"] in {"queued", "failed"}
    assert told["attempts"] == 1
    assert "no room" in told["error"]


def test_today_is_meant_where_no_day_is_given(client: FlaskClient, engine: Engine) -> None:
    request = body(client.post(url_of(new_fund(engine)), json={"at": None}))
    assert request["as_of"] == datetime.now(UTC).date().isoformat()


def test_a_request_sent_again_with_its_key_is_the_same(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine)
    headers = {"Idempotency-Key": "quarter"}
    sent = {"at": "2010-03-31", "description": "Q1"}
    first = client.post(url_of(fund), json=sent, headers=headers)
    work(engine, fund, body(first)["id"])
    again = client.post(url_of(fund), json=dict(reversed(sent.items())), headers=headers)
    assert (again.status_code, body(again)["id"]) == (202, body(first)["id"])
    assert body(again)["status"] == "done"
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    other = client.post(url_of(fund), json={"at": "2010-06-30"}, headers=headers)
    assert problem(other, 422)["type"].endswith("idempotency-conflict")
    elsewhere = client.post(url_of(new_fund(engine)), json=sent, headers=headers)
    assert "Idempotency-Replayed" not in elsewhere.headers


def test_requests_that_race_with_one_key_are_one(app: Flask, engine: Engine, admin: Person) -> None:
    fund = new_fund(engine)

    def ask(_: int) -> str:
        own = signed_in(app, admin)
        answer = own.post(url_of(fund), json={}, headers={"Idempotency-Key": "once"})
        return str(body(answer)["id"])

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1


@pytest.mark.parametrize(
    ("sent", "field", "reason"),
    [
        ({"at": "soon"}, "at", "write a date such as 2012-03-31"),
        ({"at": "2999-01-01"}, "at", "is still to come"),
        ({"at": 2010}, "at", "must be text"),
        ({"description": "x" * 201}, "description", "at most 200 characters"),
        ({"description": "a\u0000b"}, "description", "cannot be seen"),
        ({"as_of": "2010-01-01"}, "as_of", "is not a field of a snapshot to take"),
        ([], "body", "must be an object"),
    ],
)
def test_a_snapshot_that_cannot_be_taken_is_refused(
    client: FlaskClient, engine: Engine, sent: object, field: str, reason: str
) -> None:
    named, _, told = fault(client.post(url_of(new_fund(engine)), json=sent), 422)
    assert named == field
    assert reason in told


def test_snapshots_are_listed_newest_first_in_pages_that_stay_put(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine)
    days = [datetime(2011, 1, 1, tzinfo=UTC).date() + timedelta(days=each) for each in range(5)]
    ids = [body(client.post(url_of(fund), json={"at": str(day)}))["id"] for day in days]
    for snapshot, day in zip(ids, days, strict=True):
        take.take(engine, fund, UUID(snapshot), SnapshotRequest(day, "manual", "founder"))
    first = body(client.get(f"{url_of(fund)}?limit=2"))
    late = body(client.post(url_of(fund), json={"at": "2012-01-01"}))["id"]
    work(engine, fund, late)
    found, cursor = [each["id"] for each in first["snapshots"]], first["next_cursor"]
    while cursor:
        page = body(client.get(f"{url_of(fund)}?limit=2&cursor={cursor}"))
        found += [each["id"] for each in page["snapshots"]]
        cursor = page["next_cursor"]
    assert found == ids[::-1]
    for query in ("limit=0", "cursor=7", "page=2"):
        problem(client.get(f"{url_of(fund)}?{query}"), 400)


def test_an_unknown_snapshot_is_not_found(client: FlaskClient, engine: Engine) -> None:
    fund, other = new_fund(engine), new_fund(engine)
    foreign = body(client.post(url_of(other), json={}))["id"]
    for snapshot in (str(uuid4()), foreign):
        answer = client.get(f"{url_of(fund)}/{snapshot}")
        assert problem(answer, 404)["type"] == "urn:asof:problem:unknown-snapshot"
        assert fault(answer, 404)[:2] == ("snapshot_id", snapshot)
