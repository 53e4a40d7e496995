"""Recording events over the API."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import orjson
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.api.answers import body, fault, problem
from tests.ledgers import called, company, established, investment, mark, new_fund, raw, record

_WITH_A_FLOAT = orjson.dumps(called("1") | {"payload": {"amount": 1.5}})


def events_url(fund: object) -> str:
    return f"/api/funds/{fund}/events"


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


def test_what_was_recorded_is_answered_again_whatever_approval_says_since(
    engine: Engine, client_as: Callable[[UUID, str], FlaskClient]
) -> None:
    fund = new_fund(engine, company(), investment("100"))
    analyst, headers = client_as(fund, "analyst"), {"Idempotency-Key": "abc"}
    first = analyst.post(events_url(fund), json=mark("300"), headers=headers)
    assert first.status_code == 201
    record(engine, fund, raw("APPROVAL_CHANGED", "2011-01-01", required=True))
    again = analyst.post(events_url(fund), json=mark("300"), headers=headers)
    assert (again.status_code, body(again)) == (201, body(first))
    assert again.headers["Idempotency-Replayed"] == "true"
    assert analyst.post(events_url(fund), json=mark("400")).status_code == 403


def test_a_stale_head_is_a_failed_precondition(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine)
    fresh = client.post(events_url(fund), json=called("1"), headers={"If-Match": '"1"'})
    assert fresh.status_code == 201
    stale = client.post(events_url(fund), json=called("2"), headers={"If-Match": '"1"'})
    assert problem(stale, 412)["head"] == 2
    assert 'send the batch again with If-Match: "2"' in fault(stale, 412)[2]
    ahead = client.post(events_url(fund), json=called("2"), headers={"If-Match": "9"})
    assert fault(ahead, 412)[2].startswith("expected head 9, but the log is at 2: send")


@pytest.mark.parametrize("given", ["*", 'W/"2"', '"2', "two", "²", '"2", "3"'])
def test_a_head_that_is_none_is_refused(client: FlaskClient, engine: Engine, given: str) -> None:
    fund = new_fund(engine)
    odd = client.post(events_url(fund), json=called("2"), headers={"If-Match": given})
    field, value, reason = fault(odd, 400)
    assert (field, value) == ("If-Match", given)
    assert 'must be the head that you have read, in quotes, such as "120"' in reason


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


def test_a_duplicate_is_a_conflict_with_a_link_to_the_first(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine, called("100"))
    duplicate = problem(client.post(events_url(fund), json=called("100")), 409)
    assert duplicate["type"].endswith("twin")
    assert duplicate["errors"][0]["sequence"] == 2
    assert 'record it as a second one with "occurrence": 2 in its payload' in duplicate["detail"]
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


def test_one_event_names_its_field_plainly_and_an_array_by_its_path(
    client: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine)
    wrong = called("1", "2010-02-30", note="")
    one = problem(client.post(events_url(fund), json=wrong), 422)["errors"]
    assert [error["field"] for error in one] == ["effective_on", "note"]
    many = problem(client.post(events_url(fund), json=[called("1"), wrong, 3]), 422)["errors"]
    assert [(error["field"], error["position"]) for error in many] == [
        ("events[1].effective_on", 1),
        ("events[1].payload.note", 1),
        ("events[2]", 2),
    ]


@pytest.mark.parametrize("field", ["occurrence", "adjustment", "amount"])
def test_a_field_beside_the_payload_is_told_where_it_belongs(
    client: FlaskClient, engine: Engine, field: str
) -> None:
    event = called("5") | {field: 2}
    named, _, reason = fault(client.post(events_url(new_fund(engine)), json=event), 422)
    assert named == field
    assert reason == f'belongs in the payload: write "payload": {{"{field}": …}}'


def test_a_field_of_the_event_inside_the_payload_is_told_too(
    client: FlaskClient, engine: Engine
) -> None:
    event = called("5", effective_on="2010-01-15")
    _, _, reason = fault(client.post(events_url(new_fund(engine)), json=event), 422)
    assert reason == "belongs beside the payload: take it out of it"


def test_nobody_is_named_as_the_author_but_who_sends(client: FlaskClient, engine: Engine) -> None:
    event = called("100") | {"payload": {"amount": "100", "attributed_to": "Jane Doe"}}
    field, value, reason = fault(client.post(events_url(new_fund(engine)), json=event), 422)
    assert (field, value) == ("attributed_to", "Jane Doe")
    assert "for imported files only" in reason


def test_an_empty_array_is_refused(client: FlaskClient, engine: Engine) -> None:
    url = events_url(new_fund(engine))
    for headers in ({}, {"If-Match": "7"}):
        field, _, reason = fault(client.post(url, json=[], headers=headers), 422)
        assert (field, reason) == ("events", "the array is empty: send at least one event")


@pytest.mark.parametrize("key", ["", "a b", "ä", "k" * 201])
def test_a_key_that_cannot_be_kept_is_refused(
    client: FlaskClient, engine: Engine, key: str
) -> None:
    headers = {"Idempotency-Key": key}
    odd = client.post(events_url(new_fund(engine)), json=called("1"), headers=headers)
    assert fault(odd, 400)[0] == "Idempotency-Key"
