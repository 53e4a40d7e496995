"""The same fact twice: a slip, a second occurrence, or no duplicate at all."""

from __future__ import annotations

import pytest

from app.domain.errors import Fault, RefusedError
from tests.domain.ledger import fund
from tests.ledgers import Raw, called, company, established, investment, mark, raw, void

DUPLICATES: dict[str, Raw] = {
    "a call": called("100"),
    "an investment": investment("100"),
    "a mark": mark("300"),
    "a reserve": raw("RESERVE_ALLOCATED", "2010-06-30", company="Acme", amount="5"),
    "an update": raw("COMPANY_UPDATED", "2010-06-30", company="Acme", sector="software"),
    "an actual": raw(
        "ACTUAL_RECORDED",
        "2010-07-15",
        company="Acme",
        metric_type="arr",
        period_end="2010-06-30",
        value="7",
    ),
    "an amendment": established("2010-06-30") | {"event_type": "TERMS_AMENDED"},
}


@pytest.mark.parametrize("fact", DUPLICATES.values(), ids=DUPLICATES)
def test_a_duplicate_is_refused_with_the_first(fact: Raw) -> None:
    ledger = fund(company(), fact)
    assert ledger.refusal(fact) == Fault(
        field="event_type",
        value=fact["event_type"],
        reason="this is the same as event 3: leave it out, or record it as a second one with "
        '"occurrence": 2 in its payload',
        code="twin",
        sequence=3,
        beside=True,
    )


def test_a_duplicate_within_one_batch_is_refused_too() -> None:
    with pytest.raises(RefusedError) as caught:
        fund().record(called("100"), called("100"))
    assert [(fault.position, fault.sequence) for fault in caught.value.faults] == [(1, 2)]


@pytest.mark.parametrize("spelling", ["100.00", " 100", 100])
def test_another_spelling_of_one_amount_is_a_duplicate(spelling: str) -> None:
    assert fund(called("100")).refusal(called(spelling)).code == "twin"


def test_a_company_in_other_letters_is_the_same_company() -> None:
    ledger = fund(company("Acme"), investment("100", name="Acme"))
    assert ledger.refusal(investment("100", name=" ACME ")).sequence == 3


@pytest.mark.parametrize(
    "other",
    [
        called("100", on="2010-01-16"),
        called("101"),
        called("100", reference="wire 2"),
        called("100", purpose="fees"),
        raw("CREDIT_LINE_DRAWN", "2010-01-15", amount="100"),
    ],
)
def test_another_fact_is_no_duplicate(other: Raw) -> None:
    ledger = fund(called("100"))
    [event] = ledger.record(other)
    assert "occurrence" not in event.payload


def test_a_second_one_said_by_the_writer_is_taken_as_the_next_occurrence() -> None:
    ledger = fund(called("100"))
    [second] = ledger.record(called("100"), allow_duplicate=True)
    [third] = ledger.record(called("100"), allow_duplicate=True)
    assert (second.payload["occurrence"], third.payload["occurrence"]) == (2, 3)
    assert ledger.state().called == 300


def test_a_second_one_said_by_its_occurrence_is_taken_once() -> None:
    ledger = fund(called("100"))
    [second] = ledger.record(called("100", occurrence=2))
    assert second.payload["occurrence"] == 2
    fault = ledger.refusal(called("100", occurrence=2))
    assert (fault.code, fault.sequence) == ("twin", 3)


def test_a_first_fact_is_no_second_one_whatever_the_writer_says() -> None:
    [only] = fund().record(called("100"), allow_duplicate=True)
    assert "occurrence" not in only.payload


def test_a_duplicate_of_a_voided_fact_is_the_next_occurrence_by_itself() -> None:
    ledger = fund(called("100"), void(2))
    [again] = ledger.record(called("100"))
    assert again.payload["occurrence"] == 2
    assert ledger.state().called == 100
    assert ledger.refusal(called("100")).sequence == 4


def test_a_mark_that_another_replaced_may_come_back() -> None:
    ledger = fund(company(), mark("10"), mark("12"))
    [back] = ledger.record(mark("10"))
    assert back.payload["occurrence"] == 2
    [holding] = ledger.state().holdings.values()
    assert holding.fair_value == 10
    assert ledger.refusal(mark("10")).sequence == 5


def test_a_mark_is_the_last_word_again_when_the_later_one_is_voided() -> None:
    ledger = fund(company(), mark("10"), mark("12"), void(4))
    assert ledger.refusal(mark("10")).sequence == 3


def test_a_mark_of_another_company_or_day_leaves_the_last_word() -> None:
    ledger = fund(
        company("Acme"),
        company("Zeta"),
        mark("10"),
        mark("12", name="Zeta"),
        mark("12", on="2011-12-31"),
    )
    assert ledger.refusal(mark("10")).sequence == 4


def test_a_payment_is_a_duplicate_whatever_came_after() -> None:
    ledger = fund(called("10"), called("12"))
    assert ledger.refusal(called("10")).sequence == 2


def test_a_forecast_of_another_scenario_leaves_the_last_word() -> None:
    def forecast(value: str, scenario: str = "base") -> Raw:
        about = {"company": "Acme", "metric_type": "arr", "period_end": "2011-12-31"}
        return raw("FORECAST_CREATED", "2010-06-30", **about, value=value, scenario=scenario)

    ledger = fund(company(), forecast("10"), forecast("12", "high"))
    assert ledger.refusal(forecast("10")).sequence == 3
    ledger.record(forecast("12"))
    [back] = ledger.record(forecast("10"))
    assert back.payload["occurrence"] == 2


def test_a_renamed_company_keeps_its_duplicates() -> None:
    renamed = raw("COMPANY_UPDATED", "2011-01-01", company="Acme", new_name="Zenith")
    ledger = fund(company("Acme"), investment("100", name="Acme"), renamed)
    for name in ("Zenith", "Acme"):
        assert ledger.refusal(investment("100", name=name)).sequence == 3
