"""A fund that is established of its terms and commitments, once however often it is asked for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from app.domain.errors import FundNameTakenError, IdempotencyConflictError, RefusedError
from app.services.funds import funds
from app.services.funds.new_fund import Established, establish
from app.services.reads import timeline
from tests.ledgers import ANALYST, GP, look

TERMS = {"currency": "USD", "size": "1000", "vintage_year": 2010, "inception_on": "2010-01-01"}
ALMA = {"investor": "Alma", "amount": "600"}
BRUNO = {
    "investor": "Bruno",
    "amount": "40.5",
    "partner": "gp",
    "effective_on": "2010-06-30",
}


def made(engine: Engine, name: object = None, **given: Any) -> Established:  # noqa: ANN401
    asked: dict[str, Any] = {"terms": TERMS, "commitments": [ALMA, BRUNO], "author": GP}
    return establish(engine, name or f"Fund {uuid4().hex[:8]}X", **(asked | given))


def test_a_fund_stands_on_its_terms_and_commitments(engine: Engine) -> None:
    done = made(engine, "  Quince   Lane I ")
    assert funds.fund_by_id(engine, done.fund.id).name == "Quince   Lane I"
    assert (done.head, done.replayed) == (3, False)
    events = timeline.between(engine, done.fund.id, 1, 9)
    assert [(event.event_type, str(event.effective_on)) for event in events] == [
        ("FUND_ESTABLISHED", "2010-01-01"),
        ("COMMITMENT_MADE", "2010-01-01"),
        ("COMMITMENT_MADE", "2010-06-30"),
    ]
    assert len({event.recorded_at for event in events}) == 1
    assert look(engine, done.fund.id).state.committed == 640.5


def test_what_has_no_date_is_of_the_day_given(engine: Engine) -> None:
    done = made(engine, effective_on="2010-02-03")
    days = [str(event.effective_on) for event in timeline.between(engine, done.fund.id, 1, 9)]
    assert days == ["2010-02-03", "2010-02-03", "2010-06-30"]


def test_a_fund_may_have_no_commitments_yet(engine: Engine) -> None:
    assert made(engine, commitments=[]).head == 1


def test_every_fault_is_told_at_once_by_the_path_of_its_field(engine: Engine) -> None:
    with pytest.raises(RefusedError) as refused:
        made(
            engine,
            str(uuid4()),
            terms={**TERMS, "carry": {"rate": "0.6"}, "inception_on": "2010-02-30", "sise": "1"},
            commitments=[
                {"investor": "Alma", "amount": "-1"},
                {"investor": "", "amount": 1.5, "partner": "boss"},
                {"investr": "Alma"},
                "Alma",
                {"investor": "Cleo"},
            ],
        )
    told = {fault.field: (fault.value, fault.reason) for fault in refused.value.faults}
    assert list(told) == [
        "name",
        "commitments[2].investr",
        "commitments[3]",
        "terms.inception_on",
        "terms.carry.rate",
        "terms.sise",
        "commitments[0].amount",
        "commitments[1].investor",
        "commitments[1].amount",
        "commitments[1].partner",
        "commitments[4].amount",
    ]
    assert told["terms.carry.rate"] == ("0.6", "must be at most 0.50")
    assert told["commitments[0].amount"] == ("-1", "must be 0 or more")
    assert "did you mean investor?" in told["commitments[2].investr"][1]
    assert told["commitments[4].amount"][1] == "is required for a commitment: add it"
    assert told["terms.sise"][1] == "is not a field of terms: did you mean size?"


@pytest.mark.parametrize(
    ("given", "field", "reason"),
    [
        ({"terms": None}, "terms", "is required for FUND_ESTABLISHED: add it"),
        ({"terms": "plain"}, "terms", "must be an object"),
        ({"commitments": {}}, "commitments", "must be an array; it may be empty"),
        ({"effective_on": "soon"}, "effective_on", "must be a day of the calendar"),
        ({"commitments": [ALMA, ALMA]}, "commitments[1]", "is the same as commitments[0]"),
        (
            {"commitments": [{**ALMA, "effective_on": "2009-12-31"}]},
            "commitments[0].effective_on",
            "lies before the fund's inception",
        ),
        (
            {"terms": {**TERMS, "carry": {"catch_up": "1"}}},
            "terms.carry.catch_up",
            "needs a hurdle",
        ),
        (
            {"commitments": [ALMA, {**BRUNO, "amount": "1000.01"}]},
            "commitments[1].amount",
            "the GP commitment must not exceed the fund's size of 1000",
        ),
        ({"terms": {**TERMS, "vintage_year": 1900}}, "terms.vintage_year", "must lie between"),
    ],
)
def test_a_fault_names_its_field(
    engine: Engine, given: dict[str, Any], field: str, reason: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        made(engine, **given)
    [fault] = refused.value.faults
    assert fault.field == field
    assert reason in fault.reason


def test_a_name_that_is_taken_is_refused_and_nothing_stays(engine: Engine) -> None:
    made(engine, "Once Only")
    with pytest.raises(FundNameTakenError, match="choose another"):
        made(engine, "once  ONLY")


def test_sending_again_with_the_key_gives_the_fund_that_was_made(engine: Engine) -> None:
    key, name = uuid4().hex, f"Again {uuid4().hex[:6]}"
    first = made(engine, name, key=key)
    again = made(engine, name, key=key)
    assert (again.fund, again.head, again.replayed) == (first.fund, first.head, True)
    with pytest.raises(IdempotencyConflictError):
        made(engine, name, key=key, commitments=[ALMA])
    with pytest.raises(IdempotencyConflictError):
        made(engine, f"{name} II", key=key)
    with pytest.raises(FundNameTakenError):  # the key is that person's own
        made(engine, name, key=key, author=ANALYST)


def test_of_requests_that_race_one_makes_the_fund(engine: Engine) -> None:
    for _ in range(5):
        key, name = uuid4().hex, f"Race {uuid4().hex[:6]}"
        with ThreadPoolExecutor(4) as pool:
            done = list(pool.map(lambda _, k=key, n=name: made(engine, n, key=k), range(4)))
        assert len({each.fund.id for each in done}) == 1
        assert sorted(each.replayed for each in done) == [False, True, True, True]
