"""What the API says of a request that goes wrong."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.auth.route_rules import open_to_all
from tests.api.answers import fault, problem
from tests.ledgers import DAMAGES, called, damage, new_fund


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


@pytest.mark.parametrize(
    "path", ["state", "timeline", "snapshots", "snapshots/01997d3a-5c4e-7b1f-9a60-3f2b8c6d1e05"]
)
def test_a_fund_that_does_not_exist_is_not_found(client: FlaskClient, path: str) -> None:
    fund = uuid4()
    answer = client.get(f"/api/funds/{fund}/{path}")
    assert problem(answer, 404)["type"] == "urn:asof:problem:unknown-fund"
    assert fault(answer, 404) == ("fund_id", str(fund), f"no fund has the id {fund}")


def test_an_address_that_leads_nowhere_is_told_from_a_fund(client: FlaskClient) -> None:
    answer = client.get("/api/funds/larch/state")
    assert problem(answer, 404)["type"] == "urn:asof:problem:unknown-address"
    assert "ids are UUIDs" in fault(answer, 404)[2]


def test_a_method_that_is_not_taken_names_those_that_are(client: FlaskClient) -> None:
    answer = client.delete("/api/funds")
    assert problem(answer, 405)["type"] == "urn:asof:problem:method-not-allowed"
    assert "GET" in answer.headers["Allow"]
    assert fault(answer, 405)[:2] == ("method", "DELETE")


def test_a_body_that_is_too_large_is_refused_with_the_mend(
    client: FlaskClient, engine: Engine
) -> None:
    client.application.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    batch = [called("1", note="x" * 3000)] * 500
    answer = client.post(f"/api/funds/{new_fund(engine)}/events", json=batch)
    assert problem(answer, 413)["type"] == "urn:asof:problem:too-large"
    field, _, reason = fault(answer, 413)
    assert field == "body"
    assert reason.startswith("has more than 1 MB: send the events in several batches")


def test_a_body_may_have_32_megabytes(client: FlaskClient) -> None:
    assert client.application.config["MAX_CONTENT_LENGTH"] == 32 * 1024 * 1024


def test_what_is_not_json_is_an_unsupported_type(client: FlaskClient) -> None:
    answer = client.post("/api/funds", data="name=Larch", content_type="text/plain")
    assert problem(answer, 415)["type"] == "urn:asof:problem:unsupported-media-type"
    assert fault(answer, 415)[0] == "Content-Type"


@pytest.mark.parametrize(
    ("sent", "field", "reason"),
    [
        (b'{"name": "A", "name": "B"}', "name", "is there twice in one object"),
        (b'{"terms": [{"size": 1, "size": 1}]}', "size", "is there twice in one object"),
        (b"{", "body", "is not JSON"),
        (b"", "body", "is not JSON"),
        (b'{"name": NaN}', "body", "is not JSON"),
        (b'"\\ud800"', "body", "is not JSON"),
        (b'"\xff"', "body", "is not JSON"),
        (b"1" * 5000, "body", "has a number of thousands of digits"),
        (b"1e999", "body", "is not JSON: 1e999 is no number"),
        (b'{"a": -Infinity}', "body", "is not JSON: -Infinity is no number"),
        ('"x"'.encode("utf-16"), "body", "is not JSON"),
        (b"[" * 1000 + b"]" * 1000, "body", "is nested too deeply"),
        (b"[" * 9999, "body", "is nested too deeply"),
    ],
)
def test_a_body_that_could_be_misread_is_refused(
    client: FlaskClient, sent: bytes, field: str, reason: str
) -> None:
    answer = client.post("/api/funds", data=sent, content_type="application/json")
    named, _, told = fault(answer, 400)
    assert named == field
    assert reason in told


def test_what_breaks_on_our_side_is_a_problem_too(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    @client.application.get("/api/broken")
    @open_to_all
    def broken() -> str:
        raise RuntimeError("on purpose")

    answer = client.get("/api/broken")
    assert problem(answer, 500)["type"] == "urn:asof:problem:internal-error"
    assert "on purpose" not in answer.text
    assert "on purpose" in caplog.text


@pytest.mark.parametrize("payload", DAMAGES)
def test_a_damaged_ledger_is_told_from_a_failure_of_ours(
    client: FlaskClient, engine: Engine, owner_engine: Engine, payload: str
) -> None:
    fund = new_fund(engine, called("200"), called("300", "2010-02-01"))
    damage(owner_engine, fund, payload)
    told = problem(client.get(f"/api/funds/{fund}/state"), 409)
    assert told["type"] == "urn:asof:problem:damaged-ledger"
    assert told["detail"].startswith("Event #2 is not as it was written")
    assert f"flask --app app ledger verify {fund}" in told["detail"]
    assert [(error["field"], error["value"]) for error in told["errors"]] == [
        ("fund_id", str(fund))
    ]
