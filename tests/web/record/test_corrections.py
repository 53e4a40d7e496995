"""Events are voided, corrected and undone; the log keeps it all and says what took whose place."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from app.domain.events.catalogue import EventType
from app.services.reads import timeline
from app.services.recording.batches import Author
from app.store.accounts.people import Person
from tests.ledgers import (
    called,
    company,
    established,
    investment,
    look,
    mark,
    new_fund,
    raw,
    record,
    void,
)
from tests.people import member, signed_in
from tests.web.record.test_pages import events, last, send, text_of

Client = Callable[[UUID, str], FlaskClient]


@pytest.fixture
def fund(engine: Engine) -> UUID:
    return new_fund(engine, company(), called("200"))


@pytest.fixture
def maya(engine: Engine, fund: UUID) -> Person:
    return member(engine, fund, "analyst", "Maya Chen")


@pytest.fixture
def analyst(app: Flask, maya: Person) -> FlaskClient:
    return signed_in(app, maya)


@pytest.fixture
def gp(fund: UUID, client_as: Client) -> FlaskClient:
    return client_as(fund, "gp")


def _undo(client: FlaskClient, page: str) -> str:
    """Press Undo in the last notice that the page shows, and return the page that it leads to."""
    *_, notice = re.findall(r'data-testid="notice".*?</form>', client.get(page).text, re.DOTALL)
    action = re.search(r'action="([^"]+)"', notice)
    assert action
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', notice))
    answer = client.post(action[1], data=fields)
    assert answer.status_code == 303
    return client.get(answer.location).text


def _correct(client: FlaskClient, fund: UUID, sequence: int, **typed: str) -> TestResponse:
    given = {"effective_on": "2010-06-01", "key": "k", "do": "record", **typed}
    return client.post(f"/funds/{fund}/events/{sequence}/correct", data=given)


def test_a_correction_voids_the_old_and_records_the_new_in_one_batch(
    engine: Engine, analyst: FlaskClient, fund: UUID
) -> None:
    send(analyst, fund, "investment-made", company="Acme", amount="500", round="Seed")
    page = analyst.get(f"/funds/{fund}/events/4/correct").text
    for filled in ('value="Acme"', 'value="500"', 'value="Seed"', 'value="2010-06-01"'):
        assert filled in page
    typed = {"company": "Acme", "amount": "50", "round": "Seed"}
    assert "Write the reason" in text_of(_correct(analyst, fund, 4, **typed))
    answer = _correct(analyst, fund, 4, **typed, reason="a zero too many")
    assert answer.status_code == 303, text_of(answer)
    taken, told = events(engine, fund)[-2:]
    assert taken.payload == {"voids": 4, "reason": "a zero too many"}
    assert told.payload["amount"] == "50"
    assert told.correlation_id == taken.correlation_id
    assert told.correlation_id is not None
    assert look(engine, fund).figures.invested == 50
    assert look(engine, fund, through="4").figures.invested == 500
    again = _correct(analyst, fund, 4, **typed, reason="a zero too many")
    assert look(engine, fund).head.sequence == 6
    assert again.status_code == 303


def test_the_effect_of_a_correction_is_shown(
    engine: Engine, analyst: FlaskClient, fund: UUID
) -> None:
    send(analyst, fund, "investment-made", company="Acme", amount="50")
    told = text_of(_correct(analyst, fund, 4, company="Acme", amount="60", do="preview"))
    assert "Cash $150 $140" in told
    assert look(engine, fund).head.sequence == 4


def test_the_timeline_says_who_voided_what_why_and_what_took_its_place(
    analyst: FlaskClient, fund: UUID
) -> None:
    send(analyst, fund, "capital-called", amount="500")
    _correct(analyst, fund, 4, amount="50", reason="a zero too many")
    html = analyst.get(f"/funds/{fund}/timeline").text
    entry = re.search(r'<li id="event-4".*?</li>', html, re.DOTALL)
    assert entry
    told = " ".join(re.sub(r"<[^>]+>", " ", entry[0]).split())
    assert re.search(r"Voided by #5 : a zero too many Maya Chen, \d+ \w+ \d{4}, \d\d:\d\d", told)
    assert "Replaced by #6" in told
    assert 'href="#event-6"' in entry[0]
    assert f"/funds/{fund}/events/4/void" not in html
    assert f"/funds/{fund}/events/5/void" not in html
    assert f"/funds/{fund}/events/6/correct" in html


def test_an_analyst_is_offered_their_own_events_and_a_gp_all(
    analyst: FlaskClient, gp: FlaskClient, fund: UUID, client_as: Client
) -> None:
    send(analyst, fund, "capital-called", amount="5")
    page = f"/funds/{fund}/timeline"
    offered = {
        who: sorted(set(re.findall(r"/events/(\d)/(?:void|correct)", client.get(page).text)))
        for who, client in {
            "analyst": analyst, "gp": gp, "viewer": client_as(fund, "viewer"),
        }.items()
    }  # fmt: skip
    assert offered == {"analyst": ["4"], "gp": ["2", "3", "4"], "viewer": []}
    html = analyst.get(f"/funds/{fund}/events/3/void").text
    assert "ask them or a GP to void it" in html
    assert 'data-testid="void-form"' not in html
    sent = analyst.post(f"/funds/{fund}/events/3/void", data={"reason": "mine now", "key": "k"})
    assert sent.status_code == 422
    assert analyst.get(f"/funds/{fund}/events/3/correct").status_code == 303
    told = text_of(_correct(analyst, fund, 3, amount="1", reason="mine now"))
    assert "#3 was recorded by somebody else: ask them or a GP to void it." in told
    assert last_of(analyst, fund) == 4


def last_of(client: FlaskClient, fund: UUID) -> int:
    html = client.get(f"/funds/{fund}/timeline").text
    return max(int(each) for each in re.findall(r'id="event-(\d+)"', html))


def test_voiding_asks_for_a_reason_shows_the_effect_and_happens_once(
    engine: Engine, gp: FlaskClient, fund: UUID
) -> None:
    page = f"/funds/{fund}/events/3/void"
    told = text_of(gp.get(page))
    assert "Paid-in $200 $0" in told
    refused = gp.post(page, data={"reason": "  ", "key": "k"})
    assert refused.status_code == 422
    assert "Write the reason" in refused.text
    done = gp.post(page, data={"reason": "never called", "key": "k"})
    assert done.status_code == 303
    again = gp.post(page, data={"reason": "never called", "key": "k"})
    assert again.location == done.location
    assert [each.event_type for each in events(engine, fund)][3:] == [EventType.EVENT_VOIDED]
    # Somebody else, or the same person later, is told who did it.
    told = text_of(gp.get(page))
    assert "It is voided already, by #4" in told
    assert "“never called”" in told
    assert gp.post(page, data={"reason": "me too", "key": "other"}).status_code == 422


@pytest.mark.parametrize(("sequence", "status"), [(1, 200), (99, 404)])
def test_what_cannot_be_voided_says_so(
    gp: FlaskClient, fund: UUID, sequence: int, status: int
) -> None:
    answer = gp.get(f"/funds/{fund}/events/{sequence}/void")
    assert answer.status_code == status
    assert 'data-testid="void-form"' not in answer.text


def test_terms_that_the_gp_commitment_needs_say_what_must_go_first(
    engine: Engine, gp: FlaskClient, fund: UUID
) -> None:
    amended = established("2010-01-01", size="2000000") | {"event_type": "TERMS_AMENDED"}
    promise = {"investor": "Larch Street", "partner": "gp", "amount": "1500000"}
    record(engine, fund, amended, raw("COMMITMENT_MADE", "2010-01-15", **promise))
    told = text_of(gp.get(f"/funds/{fund}/events/4/void"))
    assert "size would fall back from 2000000 to 1000000, below the GP commitment" in told
    assert "void or lower that commitment first" in told


def test_a_company_with_events_names_what_must_go_first(
    engine: Engine, gp: FlaskClient, fund: UUID
) -> None:
    record(engine, fund, investment("5"))
    told = text_of(gp.get(f"/funds/{fund}/events/2/void"))
    assert "Acme has events in force: void 4 first" in told


def test_a_correction_of_what_was_voided_meanwhile_says_so(
    engine: Engine, analyst: FlaskClient, fund: UUID
) -> None:
    send(analyst, fund, "capital-called", amount="500")
    assert analyst.get(f"/funds/{fund}/events/4/correct").status_code == 200
    record(engine, fund, void(4, "found it first"))
    answer = _correct(analyst, fund, 4, amount="50", reason="a zero too many")
    assert answer.status_code == 422
    assert "#4 was voided meanwhile" in text_of(answer)
    assert 'value="50"' in answer.text
    assert look(engine, fund).head.sequence == 5


def test_what_was_recorded_together_is_said_before_it_is_taken_apart(
    engine: Engine, gp: FlaskClient, fund: UUID
) -> None:
    record(engine, fund, investment("5"), mark("7"), called("9"))
    for page in ("void", "correct"):
        told = text_of(gp.get(f"/funds/{fund}/events/5/{page}"))
        assert "#5 was recorded together with #4 investment, #6 capital call" in told
    assert "recorded together with" not in text_of(gp.get(f"/funds/{fund}/events/7/void"))


def test_a_gp_corrects_in_closed_books_as_an_adjustment(
    engine: Engine, gp: FlaskClient, fund: UUID
) -> None:
    record(engine, fund, raw("PERIOD_CLOSED", "2010-12-31", closed_through="2010-12-31"))
    assert "ask-adjustment" in gp.get(f"/funds/{fund}/events/3/correct").text
    typed = {"amount": "250", "effective_on": "2011-01-15", "reason": "paid late"}
    assert _correct(gp, fund, 3, **typed).status_code == 422
    assert _correct(gp, fund, 3, **typed, adjustment="y").status_code == 303
    taken, told = events(engine, fund)[-2:]
    assert taken.payload["adjustment"] is True
    assert "adjustment" not in told.payload
    gp.post(f"/funds/{fund}/events/2/void", data={"reason": "no such company", "key": "v"})
    assert last(engine, fund).payload == {
        "voids": 2, "reason": "no such company", "adjustment": True,
    }  # fmt: skip


def test_what_was_just_recorded_is_undone(engine: Engine, analyst: FlaskClient, fund: UUID) -> None:
    page = send(analyst, fund, "capital-called", amount="5").location
    assert "Undone: #4." in _undo(analyst, page)
    assert last(engine, fund).payload == {"voids": 4, "reason": "undone"}


def test_undoing_an_investment_takes_its_new_company_back_as_well(
    engine: Engine, analyst: FlaskClient, fund: UUID
) -> None:
    typed = {"company": "Bolt", "amount": "5", "new_company": "y"}
    page = send(analyst, fund, "investment-made", **typed).location
    assert "Undone: #4 to #5." in _undo(analyst, page)
    assert [each.payload.get("voids") for each in events(engine, fund)[-2:]] == [5, 4]
    assert "Bolt" not in {each.name for each in look(engine, fund).state.holdings.values()}


def test_undoing_a_void_or_a_correction_says_the_first_again(
    engine: Engine, analyst: FlaskClient, fund: UUID
) -> None:
    send(analyst, fund, "investment-made", company="Acme", amount="5", round="Seed")
    page = _correct(analyst, fund, 4, company="Acme", amount="6", reason="typo").location
    _undo(analyst, page)
    assert look(engine, fund).figures.invested == 5
    restored = last(engine, fund).payload
    assert restored["round"] == "Seed"
    assert restored["occurrence"] == 2
    done = analyst.post(f"/funds/{fund}/events/8/void", data={"reason": "oh", "key": "v"})
    assert look(engine, fund).figures.invested == 0
    _undo(analyst, done.location)
    assert look(engine, fund).figures.invested == 5


def test_what_is_undone_already_is_not_undone_twice(
    engine: Engine, analyst: FlaskClient, fund: UUID
) -> None:
    send(analyst, fund, "capital-called", amount="5")
    for _ in range(2):
        sent = analyst.post(f"/funds/{fund}/record/undo", data={"first": "4", "last": "4"})
        assert sent.status_code == 303
    assert look(engine, fund).head.sequence == 5
    for span in ({}, {"first": "2", "last": "1"}, {"first": "1", "last": "500"}):
        assert analyst.post(f"/funds/{fund}/record/undo", data=span).status_code == 400


def test_nobody_undoes_what_they_may_not_void(
    engine: Engine, analyst: FlaskClient, fund: UUID
) -> None:
    sent = analyst.post(f"/funds/{fund}/record/undo", data={"first": "3", "last": "3"})
    assert "could not be undone" in analyst.get(sent.location).text
    assert look(engine, fund).head.sequence == 3


def test_a_correction_that_changes_nothing_is_none(
    engine: Engine, analyst: FlaskClient, maya: Person, fund: UUID
) -> None:
    mine = Author(str(maya.id), "api")
    record(engine, fund, called("5", "2010-06-01", outside_commitment=True), author=mine)
    answer = _correct(analyst, fund, 4, amount="5", outside_commitment="y", reason="hm")
    assert answer.status_code == 422
    assert "Nothing is different" in answer.text
    assert [each.sequence for each in timeline.between(engine, fund, 1, 9)] == [1, 2, 3, 4]
