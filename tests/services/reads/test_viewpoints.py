"""Viewpoints: what people ask, and that an answer once given stays as it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from app.domain.errors import BeyondKnowledgeError
from app.services.documents.state import State
from app.services.reads.viewpoints import ViewpointRequest, resolve
from tests.ledgers import called, company, investment, look, mark, new_fund, record, void


def test_nothing_asked_means_today_and_all_that_is_known(engine: Engine) -> None:
    fund = new_fund(engine, called("100"))
    at, head = resolve(engine, fund, ViewpointRequest())
    assert at.as_of == datetime.now(UTC).date()
    assert at.through == head.sequence == 2


def test_the_day_asked_for_is_included(engine: Engine) -> None:
    fund = new_fund(engine, called("100", "2010-06-30"))
    assert str(look(engine, fund, "2010-06-30").figures.paid_in) == "100"
    assert str(look(engine, fund, "2010-06-29").figures.paid_in) == "0"


def test_an_instant_known_at_is_included(engine: Engine) -> None:
    fund = new_fund(engine)
    moment = record(engine, fund, called("100")).recorded_at
    for known_at, through in ((moment, 2), (moment - timedelta(microseconds=1), 1)):
        asked = ViewpointRequest(known_at=known_at.isoformat())
        assert resolve(engine, fund, asked)[0].through == through


def test_before_the_first_event_nothing_was_known(engine: Engine) -> None:
    view = look(engine, new_fund(engine, called("100")), known_at="2010-12-31")
    assert view.at.through == 0
    assert view.state.terms is None
    assert view.figures.nav == 0


def test_today_means_now_and_tomorrow_is_not_known(engine: Engine) -> None:
    fund = new_fund(engine)
    today = datetime.now(UTC).date()
    assert resolve(engine, fund, ViewpointRequest(known_at=str(today)))[0].through == 1
    with pytest.raises(BeyondKnowledgeError, match="has not come yet"):
        resolve(engine, fund, ViewpointRequest(known_at=str(today + timedelta(days=1))))


def test_a_correction_rewrites_the_past_only_in_hindsight(engine: Engine) -> None:
    fund = new_fund(engine, company(), investment("100"), mark("150"))
    before = look(engine, fund, "2010-12-31", through="4")
    record(engine, fund, void(4), mark("120"))
    again = look(engine, fund, "2010-12-31", through="4")
    assert State.model_validate(again).model_copy(update={"head": before.head.sequence}) == (
        State.model_validate(before)
    )
    assert str(look(engine, fund, "2010-12-31").figures.total_value) == "120"


def test_a_backdated_fact_is_seen_only_from_its_recording_on(engine: Engine) -> None:
    fund = new_fund(engine, called("100", "2010-06-30"))
    record(engine, fund, called("7", "2010-02-02"))
    assert str(look(engine, fund, "2010-03-31", through="2").figures.paid_in) == "0"
    assert str(look(engine, fund, "2010-03-31", through="3").figures.paid_in) == "7"
