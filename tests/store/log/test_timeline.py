"""The filters of the timeline: each day is included, and either axis has its own."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import Engine

from app.domain.events.catalogue import EventType
from app.services.imports.write_fund import import_fund, plan_import
from app.services.reads import timeline
from app.store.accounts.people import Person
from app.store.log.timeline import Filters
from tests.ledgers import called, company, investment, new_fund, raw, record, void

_CSV = b"""
recorded_at,effective_on,event_type,investor,amount,voids,reason
2010-01-10T00:00:00Z,2010-01-01,COMMITMENT_MADE,Alma,1000,,
2010-01-31T23:59:59.999999Z,2010-01-15,CAPITAL_CALLED,,100,,
2010-02-01T00:00:00Z,2010-01-20,CAPITAL_CALLED,,200,,
2010-02-01T00:00:00Z,2010-01-05,CAPITAL_CALLED,,300,,
2010-03-01T00:00:00+02:00,,EVENT_VOIDED,,,2,entered twice
""".strip()


@pytest.fixture(scope="module")
def fund(engine: Engine, admin: Person) -> UUID:
    """Return a fund whose events were recorded at the edges of days."""
    return import_fund(engine, "Edges of days", plan_import(_CSV), admin.id).id


def _found(engine: Engine, fund: UUID, filters: Filters) -> list[int]:
    return [each.event.sequence for each in timeline.timeline_page(engine, fund, filters).entries]


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (None, None, [6, 5, 4, 3, 2, 1]),
        (None, date(2010, 1, 9), []),
        (None, date(2010, 1, 10), [2, 1]),
        (None, date(2010, 1, 31), [3, 2, 1]),
        (date(2010, 1, 31), None, [6, 5, 4, 3]),
        (date(2010, 2, 1), date(2010, 2, 1), [5, 4]),
        (date(2010, 2, 2), date(2010, 2, 27), []),
        # An instant with an offset was recorded on its UTC day.
        (date(2010, 2, 28), date(2010, 2, 28), [6]),
        (date(2010, 3, 1), None, []),
        (date.min, date.max, [6, 5, 4, 3, 2, 1]),
    ],
)
def test_both_days_of_recording_are_included(
    engine: Engine, fund: UUID, start: date | None, end: date | None, found: list[int]
) -> None:
    assert _found(engine, fund, Filters(recorded_start=start, recorded_end=end)) == found


def test_filters_of_both_axes_hold_together(engine: Engine, fund: UUID) -> None:
    filters = Filters(
        start=date(2010, 1, 6),
        recorded_start=date(2010, 2, 1),
        event_types=(EventType.CAPITAL_CALLED,),
    )
    assert _found(engine, fund, filters) == [4]


def test_a_voided_event_comes_with_the_reason(engine: Engine, fund: UUID) -> None:
    voided = [
        (each.event.sequence, each.voided_by, each.void_reason)
        for each in timeline.timeline_page(engine, fund, Filters()).entries
        if each.voided_by
    ]
    assert voided == [(3, 6, "entered twice")]


def test_a_company_is_found_by_every_name_and_by_its_id(engine: Engine) -> None:
    fund = new_fund(
        engine,
        company("Old Name"),
        raw("COMPANY_UPDATED", "2010-06-01", company="Old Name", new_name="New Name"),
        investment("10", name="New Name"),
        called("5"),
    )
    [company_id] = {
        each.company_id for each in timeline.between(engine, fund, 1, 9) if each.company_id
    }
    for named in ("old  NAME", "New Name", company_id, company_id.upper()):
        assert _found(engine, fund, Filters(company=named)) == [4, 3, 2], named
    assert _found(engine, fund, Filters(company=str(fund))) == []


def test_what_surrounds_a_page_is_the_funds_own(engine: Engine) -> None:
    fund = new_fund(
        engine,
        company("Old Name"),
        raw("COMPANY_UPDATED", "2010-06-01", company="Old Name", new_name="New Name"),
        company("Acme"),
    )
    terms = {"size": "1000000", "vintage_year": 2010, "inception_on": "2010-01-01"}
    record(engine, fund, raw("TERMS_AMENDED", "2010-01-02", terms=terms | {"currency": "EUR"}))
    around = timeline.background(engine, fund, timeline.timeline_page(engine, fund, Filters()))
    assert (around.currency, around.head, around.targets) == ("EUR", 5, {})
    assert around.companies == ["Acme", "New Name", "Old Name"]
    record(engine, fund, void(5))
    around = timeline.background(engine, fund, timeline.timeline_page(engine, fund, Filters()))
    assert around.currency == "USD"
    assert around.targets[5].event_type is EventType.TERMS_AMENDED
