"""However much is wrong with what is sent, the answer is short and says how much there is."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.domain.errors import MOST_FAULTS
from tests.api.answers import fault, problem
from tests.ledgers import company, investment, new_fund

ENDLESS = "9" * 4_301


@pytest.fixture
def events(engine: Engine) -> str:
    return f"/api/funds/{new_fund(engine, company())}/events"


def test_of_many_faults_a_hundred_are_told_and_the_others_counted(
    client: FlaskClient, events: str
) -> None:
    answer = client.post(events, json=[{"event_type": "NOTHING"}] * 1_000)
    told = problem(answer, 422)
    assert len(told["errors"]) == MOST_FAULTS
    assert told["errors_omitted"] == 2 * 1_000 - MOST_FAULTS  # no such type, and no date
    assert told["detail"].endswith("; and 1,900 more")
    assert len(answer.data) < 100_000


def test_so_are_those_that_only_the_log_can_see(client: FlaskClient, events: str) -> None:
    answer = client.post(events, json=[investment("5", name=f"Acma {n}") for n in range(300)])
    told = problem(answer, 422)
    assert [each["code"] for each in told["errors"]] == ["unknown_company"] * MOST_FAULTS
    assert told["errors_omitted"] == 300 - MOST_FAULTS
    assert "did you mean Acme?" in told["errors"][0]["reason"]


def test_few_faults_are_all_told(client: FlaskClient, events: str) -> None:
    told = problem(client.post(events, json=[{"event_type": "NOTHING"}] * 50), 422)
    assert len(told["errors"]) == 100
    assert "errors_omitted" not in told


@pytest.mark.parametrize("place", ["beside", "in the payload"])
def test_of_one_event_with_fields_without_end_some_are_told(
    client: FlaskClient, events: str, place: str
) -> None:
    event, odd = investment("5"), {f"amoun{number}": 1 for number in range(3_000)}
    (event if place == "beside" else event["payload"]).update(odd)
    told = problem(client.post(events, json=event), 422)
    assert len(told["errors"]) + told["errors_omitted"] == 3_000
    assert len(told["errors"]) <= MOST_FAULTS


def test_a_new_fund_is_refused_as_shortly(client: FlaskClient) -> None:
    body: dict[str, Any] = {f"x{number}": 1 for number in range(3_000)}
    told = problem(client.post("/api/funds", json=body), 422)
    assert len(told["errors"]) == MOST_FAULTS
    assert told["errors_omitted"] > 3_000 - MOST_FAULTS
    body = {"name": "N", "terms": {}, "commitments": [{"x": 1}] * 6_000}
    assert "are too many: send at most 5,000" in client.post("/api/funds", json=body).text


def test_a_batch_has_at_most_ten_thousand_events(client: FlaskClient, events: str) -> None:
    field, value, reason = fault(client.post(events, json=[{}] * 10_001), 422)
    assert (field, value) == ("events", "10,001")
    assert reason.startswith("are too many for a batch: send at most 10,000 at once")


def test_a_key_that_is_there_twice_is_named_among_many(client: FlaskClient, events: str) -> None:
    keys = ", ".join(f'"k{number}": 1' for number in range(30_000))
    body = f'{{{keys}, "k29999": 2}}'
    answer = client.post(events, data=body, content_type="application/json")
    assert fault(answer, 400)[0] == "k29999"


@pytest.mark.parametrize(
    "body",
    [
        ENDLESS,
        f'{{"event_type": {ENDLESS}}}',
        "[" * 950 + "]" * 950,
        '{"event_type": ' + "[" * 950 + "]" * 950 + "}",
        '{"event_type": "CAPITAL_CALLED", "effective_on": ' + "[" * 950 + "]" * 950 + "}",
        '{"event_type": "EVENT_VOIDED", "payload": {"voids": 1000000000000000000000}}',
        '{"event_type": "CAPITAL_CALLED", "payload": {"amount": ' + "9" * 4_300 + "}}",
        '{"event_type": "CAPITAL_CALLED", "payload": {"occurrence": ' + "9" * 4_300 + "}}",
    ],
    ids=["number", "type", "deep", "deep type", "deep day", "voids", "amount", "occurrence"],
)
def test_numbers_and_depths_without_end_are_refused(
    client: FlaskClient, events: str, body: str
) -> None:
    answer = client.post(events, data=body, content_type="application/json")
    assert answer.status_code in {400, 422}, answer.text
    assert len(answer.data) < 10_000


def test_a_body_of_json_has_at_most_eight_megabytes(client: FlaskClient, events: str) -> None:
    answer = client.post(events, data=b" " * (8 * 1024**2 + 1), content_type="application/json")
    field, _, reason = fault(answer, 413)
    assert field == "body"
    assert reason.startswith("has more than 8 MB: send the events in several batches")
