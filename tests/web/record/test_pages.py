"""A form for each type of event: what it records, what it refuses, and that it records once."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from app.domain.events.catalogue import EventType
from app.domain.events.model import Event
from app.services.reads import timeline
from app.web.shared import event_slugs
from tests.ledgers import Raw, called, company, investment, look, mark, new_fund, raw, record
from tests.people import member, signed_in

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
# What a person types, and what of it comes into the log.
TYPED: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "commitment-made": (
        {"investor": "Alma", "amount": "5m", "partner": "lp"},
        {"investor": "Alma", "amount": "5000000", "partner": "lp"},
    ),
    "company-added": (
        {"company": "Bolt", "sector": "Tools", "country": "DE"},
        {"company": "Bolt", "sector": "Tools", "country": "DE"},
    ),
    "company-updated": (
        {"company": "acme", "new_name": "Acme Robotics", "stage": ""},
        {"company": "Acme", "new_name": "Acme Robotics"},
    ),
    "investment-made": (
        {"company": "Acme", "amount": "$1.25M", "ownership": "12.5%", "round": "Seed",
         "shares": "250,000", "price_per_share": "5", "from_reserves": "y"},
        {"company": "Acme", "amount": "1250000", "ownership": "0.125", "round": "Seed",
         "shares": "250000", "price_per_share": "5", "from_reserves": True},
    ),
    "valuation-updated": (
        {"company": "Acme", "new_valuation": "1,500,000.50", "method": "market_multiple",
         "fair_value_level": "3"},
        {"company": "Acme", "new_valuation": "1500000.5", "method": "market_multiple",
         "fair_value_level": 3},
    ),
    "proceeds-received": (
        {"company": "Acme", "amount": "40", "kind": "partial_exit", "fraction_sold": "40"},
        {"company": "Acme", "amount": "40", "kind": "partial_exit", "fraction_sold": "0.4",
         "in_kind": False},
    ),
    "security-converted": (
        {"company": "Acme", "from_security": "SAFE", "to_security": "Series A"},
        {"company": "Acme", "from_security": "SAFE", "to_security": "Series A"},
    ),
    "capital-called": (
        {"amount": "10", "purpose": "Deals", "allocations": "Alma: 4\nNorthern: Teachers: 6\n"},
        {"amount": "10", "purpose": "Deals", "outside_commitment": False,
         "allocations": {"Alma": "4", "Northern: Teachers": "6"}},
    ),
    "distribution-made": (
        {"amount": "10", "kind": "recallable", "in_kind": "y"},
        {"amount": "10", "kind": "recallable", "in_kind": True},
    ),
    "distribution-returned": (
        {"amount": "10", "kind": "lp_giveback", "reference": "Wire 7"},
        {"amount": "10", "kind": "lp_giveback", "reference": "Wire 7"},
    ),
    "expense-accrued": (
        {"amount": "10", "category": "partnership", "period_end": "2010-12-31"},
        {"amount": "10", "category": "partnership", "period_end": "2010-12-31"},
    ),
    "expense-paid": (
        {"amount": "10", "category": "management_fee", "period_start": "2010-04-01",
         "period_end": "2010-06-30"},
        {"amount": "10", "category": "management_fee", "period_start": "2010-04-01",
         "period_end": "2010-06-30"},
    ),
    "income-received": ({"amount": "10", "kind": "interest"}, {"amount": "10", "kind": "interest"}),
    "credit-line-drawn": (
        {"amount": "10", "local_currency": "EUR", "local_amount": "9", "fx_rate": "1.111"},
        {"amount": "10", "local_currency": "EUR", "local_amount": "9", "fx_rate": "1.111"},
    ),
    "credit-line-repaid": ({"amount": "10", "note": "all"}, {"amount": "10", "note": "all"}),
    "reserve-allocated": (
        {"company": "Acme", "amount": "250k"}, {"company": "Acme", "amount": "250000"}
    ),
    "forecast-created": (
        {"company": "Acme", "metric_type": "revenue", "period_end": "2010-12-31", "value": "-5",
         "period_months": "12", "scenario": "base"},
        {"company": "Acme", "metric_type": "revenue", "period_end": "2010-12-31", "value": "-5",
         "period_months": 12, "scenario": "base"},
    ),
    "actual-recorded": (
        {"company": "Acme", "metric_type": "headcount", "period_end": "2010-05-31", "value": "41"},
        {"company": "Acme", "metric_type": "headcount", "period_end": "2010-05-31", "value": "41"},
    ),
}  # fmt: skip
# What must be there before it can be returned, repaid or allocated.
BEFORE: dict[str, list[Raw]] = {
    "capital-called": [
        raw("COMMITMENT_MADE", "2010-01-01", investor=name, amount="100")
        for name in ("Alma", "Northern: Teachers")
    ],
    "distribution-returned": [raw("DISTRIBUTION_MADE", "2010-01-01", amount="10")],
    "credit-line-repaid": [raw("CREDIT_LINE_DRAWN", "2010-01-01", amount="10")],
}
DAY = "2010-06-01"

Client = Callable[[UUID, str], FlaskClient]


@pytest.fixture
def fund(engine: Engine) -> UUID:
    return new_fund(engine, company(), called("200"))


@pytest.fixture
def analyst(fund: UUID, client_as: Client) -> FlaskClient:
    return client_as(fund, "analyst")


def send(
    client: FlaskClient, fund: UUID, what: str, /, do: str = "record", **typed: str
) -> TestResponse:
    given = {"effective_on": DAY, "key": "the form's key", "do": do, **typed}
    return client.post(f"/funds/{fund}/record/{what}", data=given)


def last(engine: Engine, fund: UUID) -> Event:
    return events(engine, fund)[-1]


def events(engine: Engine, fund: UUID) -> list[Event]:
    return timeline.between(engine, fund, 1, look(engine, fund).head.sequence)


def text_of(answer: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split()).replace("&#34;", '"')


def test_what_happened_is_chosen_from_all_types_that_have_a_form(
    analyst: FlaskClient, fund: UUID
) -> None:
    html = analyst.get(f"/funds/{fund}/record/").text
    found = re.findall(rf'href="/funds/{fund}/record/([a-z-]+)"', html)
    assert sorted(found) == sorted(TYPED)
    for kind in (
        "fund-established",
        "period-closed",
        "event-voided",
        "nonsense",
        "INVESTMENT_MADE",
    ):
        assert analyst.get(f"/funds/{fund}/record/{kind}").status_code == 404


@pytest.mark.parametrize("kind", TYPED)
def test_each_form_puts_its_event_into_the_log(
    engine: Engine, analyst: FlaskClient, fund: UUID, kind: str
) -> None:
    before = BEFORE.get(kind, [])
    if before:
        record(engine, fund, *before)
    sequence = 4 + len(before)
    typed, kept = TYPED[kind]
    page = analyst.get(f"/funds/{fund}/record/{kind}")
    assert page.status_code == 200
    for name in typed:
        assert f'name="{name}"' in page.text, name
    answer = send(analyst, fund, kind, **typed)
    assert answer.status_code == 303, text_of(answer)
    assert answer.location.endswith(f"timeline?before={sequence + 6}#event-{sequence}")
    event = last(engine, fund)
    assert event.event_type is event_slugs.type_of(kind)
    assert str(event.effective_on) == DAY
    assert event.source == "form"
    payload = {name: value for name, value in event.payload.items() if name != "company_id"}
    assert payload == kept
    assert f"Recorded as #{sequence}." in analyst.get(answer.location).text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"company": ""}, "Write the company."),
        ({"amount": ""}, "Write an amount"),
        ({"amount": "many"}, "“many” is not an amount"),
        ({"amount": "5 EUR"}, "write the amount in USD"),
        ({"amount": "-5"}, "“-5” must be 0 or more"),
        ({"ownership": "120"}, "“120” must be at most 100%"),
        ({"effective_on": "31/12/2012"}, "“31/12/2012” is not a day of the calendar"),
        ({"effective_on": ""}, "Choose a day."),
        ({"effective_on": "2009-12-31"}, "lies before the fund&#39;s inception on 1 Jan 2010"),
        ({"effective_on": "2040-01-01"}, "the latest date for investment is"),
        ({"company": "Acne"}, "“Acne” is no company of this fund: did you mean Acme?"),
    ],
)
def test_a_refusal_stands_at_its_field_and_nothing_typed_is_lost(
    engine: Engine, analyst: FlaskClient, fund: UUID, typed: dict[str, str], told: str
) -> None:
    given = {"company": "Acme", "amount": "5", "round": "Series <B>", "effective_on": DAY, **typed}
    answer = send(analyst, fund, "investment-made", **given)
    assert answer.status_code == 422
    name = next(iter(typed))
    fault = re.search(rf'id="{name}-fault">([^<]*)<', answer.text)
    assert fault
    assert told in fault[1]
    assert 'value="Series &lt;B&gt;"' in answer.text
    for value in given.values():
        assert value.replace("<", "&lt;").replace(">", "&gt;") in answer.text
    assert look(engine, fund).head.sequence == 3


def test_what_concerns_several_fields_is_told_in_peoples_words(
    analyst: FlaskClient, fund: UUID
) -> None:
    typed = {"company": "Acme", "metric_type": "revenue", "period_end": DAY, "value": "5"}
    told = text_of(send(analyst, fund, "actual-recorded", **typed))
    assert "months covered is required for revenue" in told.lower()
    assert "period_months" not in told
    told = text_of(send(analyst, fund, "capital-called", amount="10", allocations="Alma: 4"))
    assert "sum to 4 but the amount is 10" in told


def test_an_event_is_recorded_once_however_often_the_form_is_sent(
    engine: Engine, analyst: FlaskClient, fund: UUID
) -> None:
    first = send(analyst, fund, "capital-called", amount="7")
    again = send(analyst, fund, "capital-called", amount="7")
    assert first.location == again.location
    assert look(engine, fund).head.sequence == 4
    # Gone back to and changed, it may be meant as a correction: nothing is recorded unasked.
    other = send(analyst, fund, "capital-called", amount="8")
    assert other.status_code == 422
    assert "was recorded before, with other answers" in other.text
    key = re.search(r'name="key"[^>]*value="([^"]+)"', other.text)
    assert key
    assert send(analyst, fund, "capital-called", amount="8", key=key[1]).status_code == 303
    assert look(engine, fund).head.sequence == 5


def test_people_who_record_at_the_same_moment_lose_and_double_nothing(
    engine: Engine, app: Flask, fund: UUID
) -> None:
    people = [member(engine, fund, "analyst") for _ in range(2)]

    def _record(turn: int) -> int:
        client = signed_in(app, people[turn % 2])
        each = turn // 2  # every form is sent twice, by two people
        typed = {"amount": str(each + 1), "key": f"form {each}"}
        return send(client, fund, "capital-called", **typed).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(_record, range(16))) == {303}
    amounts = sorted(int(each.payload["amount"]) for each in events(engine, fund)[3:])
    assert amounts == list(range(1, 9))


def test_a_duplicate_is_warned_of_and_recorded_when_it_is_a_second_one(
    engine: Engine, analyst: FlaskClient, fund: UUID
) -> None:
    typed = {"amount": "200", "effective_on": "2010-01-15"}
    answer = send(analyst, fund, "capital-called", **typed)
    assert answer.status_code == 422
    assert "It is the same as #3 ." in text_of(answer)
    assert re.search(r'href="[^"]*#event-3"', answer.text)
    assert look(engine, fund).head.sequence == 3
    assert send(analyst, fund, "capital-called", do="second", **typed).status_code == 303
    assert last(engine, fund).payload["occurrence"] == 2


def test_a_new_company_is_recorded_with_the_event(
    engine: Engine, analyst: FlaskClient, fund: UUID
) -> None:
    typed = {"company": "Bolt Works", "amount": "5"}
    answer = send(analyst, fund, "investment-made", **typed)
    assert answer.status_code == 422
    assert "New company: “Bolt Works”" in answer.text
    more = {"new_company": "y", "new_sector": "Tools", "new_country": "DE"}
    refused = send(analyst, fund, "investment-made", **typed | more | {"amount": "x"})
    assert 'value="Tools"' in refused.text
    answer = send(analyst, fund, "investment-made", **typed | more)
    assert answer.status_code == 303, text_of(answer)
    added, invested = events(engine, fund)[-2:]
    assert added.event_type is EventType.COMPANY_ADDED
    assert added.recorded_at == invested.recorded_at
    assert {"sector": "Tools", "country": "DE"}.items() <= added.payload.items()
    assert invested.company_id == added.company_id
    assert str(added.effective_on) == DAY


def test_a_company_that_is_there_meanwhile_is_not_added_twice(
    engine: Engine, analyst: FlaskClient, fund: UUID
) -> None:
    record(engine, fund, company("Bolt"))
    typed = {"company": "bolt", "amount": "5", "new_company": "y"}
    answer = send(analyst, fund, "investment-made", **typed)
    assert answer.status_code == 422
    assert "is taken by Bolt" in answer.text
    assert "New company:" not in answer.text
    del typed["new_company"]
    assert send(analyst, fund, "investment-made", **typed).status_code == 303


def test_the_effect_is_shown_before_anything_is_recorded(
    engine: Engine, analyst: FlaskClient, fund: UUID
) -> None:
    page = send(analyst, fund, "investment-made", do="preview", company="Acme", amount="50")
    assert page.status_code == 200
    told = text_of(page)
    assert "As of 1 Jun 2010" in told
    assert "Cash $200 $150" in told
    assert "Acme Fair value $0 $50" in told
    assert "NAV" not in told.partition("As of 1 Jun 2010")[2]  # money only changed its shape
    assert 'value="50"' in page.text
    assert look(engine, fund).head.sequence == 3
    part = analyst.post(
        f"/funds/{fund}/record/investment-made",
        data={"company": "Acme", "amount": "50", "effective_on": DAY},
        headers=PARTIAL,
    )
    assert "Cash" in part.text
    assert "<form" not in part.text
    assert 'id="asks"' not in part.text


def test_while_typing_what_is_missing_is_said_and_what_is_raised_is_asked(
    analyst: FlaskClient, fund: UUID
) -> None:
    page = f"/funds/{fund}/record/investment-made"
    part = analyst.post(page, data={"company": "Ac", "effective_on": DAY}, headers=PARTIAL)
    assert part.status_code == 200
    assert "Write an amount" in part.text
    given = {"company": "Bolt", "amount": "5", "effective_on": DAY}
    part = analyst.post(page, data=given, headers=PARTIAL)
    assert '<div id="asks" hx-swap-oob="innerHTML">' in part.text
    seen = re.search(r'name="seen" value="([^"]*)"', part.text)
    assert seen
    # What is asked already stays as it is: somebody may be typing the answer.
    part = analyst.post(page, data=given | {"seen": seen[1]}, headers=PARTIAL)
    assert 'id="asks"' not in part.text


def test_a_gp_records_into_closed_books_as_an_adjustment_and_an_analyst_does_not(
    engine: Engine, analyst: FlaskClient, fund: UUID, client_as: Client
) -> None:
    record(engine, fund, raw("PERIOD_CLOSED", "2010-12-31", closed_through="2010-12-31"))
    answer = send(analyst, fund, "capital-called", amount="5", adjustment="y")
    assert answer.status_code == 422
    assert "The books are closed through 31 Dec 2010" in answer.text
    assert "ask-adjustment" not in answer.text
    gp = client_as(fund, "gp")
    answer = send(gp, fund, "capital-called", amount="5", key="another")
    assert answer.status_code == 422
    assert "ask-adjustment" in answer.text
    assert send(gp, fund, "capital-called", amount="5", key="b", adjustment="y").status_code == 303
    assert last(engine, fund).payload["adjustment"] is True
    later = send(gp, fund, "capital-called", amount="6", effective_on="2011-02-01", key="c")
    assert later.status_code == 303


@pytest.mark.parametrize(
    ("kind", "typed", "asks"),
    [
        ("investment-made", {}, True),
        ("proceeds-received", {"kind": "partial_exit"}, True),
        ("proceeds-received", {"kind": "dividend"}, False),
        ("proceeds-received", {"kind": "full_exit"}, False),
        ("investment-made", {"effective_on": "2010-06-02"}, False),
        ("reserve-allocated", {}, False),
    ],
)
def test_a_mark_of_the_same_day_is_asked_about(
    engine: Engine,
    analyst: FlaskClient,
    fund: UUID,
    kind: str,
    typed: dict[str, str],
    asks: bool,  # noqa: FBT001
) -> None:
    record(engine, fund, investment("100"), mark("150", DAY))
    answer = send(analyst, fund, kind, company="acme", amount="50", **typed)
    assert answer.status_code == (422 if asks else 303)
    assert ("values the holding at $150" in text_of(answer)) is asks


def test_a_mark_that_does_not_include_the_purchase_is_told_anew_with_it(
    engine: Engine, analyst: FlaskClient, fund: UUID
) -> None:
    record(engine, fund, investment("100"), mark("150", DAY))
    typed = {"company": "Acme", "amount": "50"}
    answer = send(analyst, fund, "investment-made", **typed, mark_includes="no")
    assert answer.status_code == 422
    assert "Write the fair value" in answer.text
    answer = send(analyst, fund, "investment-made", **typed, mark_includes="no", new_mark="150")
    assert "The mark of the day says this already" in answer.text
    answer = send(analyst, fund, "investment-made", **typed, mark_includes="no", new_mark="200")
    assert answer.status_code == 303, text_of(answer)
    assert answer.location.endswith("#event-6")
    bought, marked = events(engine, fund)[-2:]
    assert bought.recorded_at == marked.recorded_at
    assert marked.payload["new_valuation"] == "200"
    assert look(engine, fund, DAY).figures.total_value == 200


def test_a_mark_that_includes_the_purchase_stands(
    engine: Engine, analyst: FlaskClient, fund: UUID
) -> None:
    record(engine, fund, investment("100"), mark("150", DAY))
    typed = {"company": "Acme", "amount": "50", "mark_includes": "yes", "new_mark": "200"}
    assert send(analyst, fund, "investment-made", **typed).status_code == 303
    assert look(engine, fund).head.sequence == 6
    assert look(engine, fund, DAY).figures.total_value == 150


def test_a_link_may_say_what_the_form_begins_with(analyst: FlaskClient, fund: UUID) -> None:
    html = analyst.get(f"/funds/{fund}/record/investment-made?company=Acme&on=2010-07-01").text
    assert 'value="Acme"' in html
    assert 'value="2010-07-01"' in html
    html = analyst.get(f"/funds/{fund}/record/investment-made?on=nonsense").text
    assert f'value="{datetime.now(UTC).date()}"' in html


def test_a_viewer_is_offered_nothing_to_record(app: Flask, fund: UUID, client_as: Client) -> None:
    assert "record/" not in client_as(fund, "viewer").get(f"/funds/{fund}/timeline").text
    assert (
        f"/funds/{fund}/record/" in client_as(fund, "analyst").get(f"/funds/{fund}/timeline").text
    )
    assert signed_in(app, None).get(f"/funds/{fund}/record/").status_code == 303


def test_a_refusal_says_little_of_a_long_value(analyst: FlaskClient, fund: UUID) -> None:
    typed = {"amount": "5", "category": "other", "note": "x" * 5000}
    answer = send(analyst, fund, "expense-paid", **typed)
    assert answer.status_code == 422
    told = re.search(r'id="note-fault">([^<]*)<', answer.text)
    assert told
    assert told[1] == "“xxxxxxxxxxxxxxxxxxxx…” must have at most 4000 characters."
    assert "x" * 5000 in answer.text, "what was typed is kept in its field"


def test_an_analyst_is_told_of_closed_books_in_words(
    engine: Engine, analyst: FlaskClient, fund: UUID
) -> None:
    record(engine, fund, raw("PERIOD_CLOSED", "2010-07-01", closed_through="2010-06-30"))
    answer = send(analyst, fund, "expense-paid", amount="5", category="other")
    assert answer.status_code == 422
    assert "ask a GP to mark it as a prior-period adjustment." in text_of(answer)
    assert "adjustment: true" not in answer.text
