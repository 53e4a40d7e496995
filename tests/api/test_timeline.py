"""The log over the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.api.answers import body, fault, problem
from tests.ledgers import called, company, investment, look, mark, new_fund, raw, record, void


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

    [holding] = look(engine, fund).state.holdings.values()
    assert found(f"company={holding.company_id}") == [6, 4, 3, 2]
    assert found("company=old name") == [6, 4, 3, 2] == found("company=New Name")
    assert found("type=CAPITAL_CALLED") == [5]
    assert found("start=2010-03-01&end=2010-04-01") == [5, 3]
    assert found("company=old name&start=2012-01-01") == []
    today = datetime.now(UTC).date()
    assert found(f"recorded_start={today - timedelta(days=1)}&recorded_end={today}")[0] == 6
    assert found("recorded_end=2012-12-31") == []
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
    ("query", "field", "reason"),
    [
        ("limit=0", "limit", "must be between 1 and 1000"),
        ("limit=1001", "limit", "must be between 1 and 1000"),
        ("limit=²", "limit", "must be between 1 and 1000"),
        ("limit=", "limit", "must not be empty"),
        ("cursor=²", "cursor", "must be a next_cursor of an earlier answer"),
        ("start=soon", "start", "write a date such as 2012-03-31"),
        ("start=2012-03-31&end=2012-03-30", "end", "give 2012-03-31 or a later day"),
        ("recorded_start=2012-03-31&recorded_end=2011-01-01", "recorded_end", "lies before"),
        ("type=CAPITAL_CALL", "type", "did you mean CAPITAL_CALLED?"),
        ("company=Acne", "company", "is no company of this fund: did you mean Acme?"),
        ("company=Zebra", "company", "leave it out to read of all companies"),
        ("company=%00", "company", "has characters that cannot be seen (U+0000)"),
    ],
)
def test_a_filter_that_finds_nothing_by_mistake_says_so(
    client: FlaskClient, engine: Engine, query: str, field: str, reason: str
) -> None:
    answer = client.get(f"/api/funds/{new_fund(engine, company())}/timeline?{query}")
    named, _, told = fault(answer, 400)
    assert named == field
    assert reason in told
