"""What may be voided, when a void falls, and what it leaves."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.domain.ledger import Ledger, fund
from tests.ledgers import Raw, called, company, established, investment, mark, raw, void

CLOSED = raw("PERIOD_CLOSED", "2010-07-15", closed_through="2010-06-30")
REOPENED = raw("PERIOD_REOPENED", "2010-08-15", closed_through="2010-06-30")


def message(ledger: Ledger, event: Raw) -> str:
    return str(ledger.refusal(event))


def test_a_voided_event_no_longer_counts() -> None:
    ledger = fund(called("100"), called("40"), void(2))
    assert ledger.state().called == 40


def test_a_void_falls_on_the_day_of_its_target() -> None:
    [event] = fund(called("100", on="2010-01-15")).record(void(2))
    assert event.effective_on == date(2010, 1, 15)


def test_a_void_may_say_the_day_of_its_target_and_no_other() -> None:
    ledger = fund(called("100", on="2010-01-15"))
    assert message(ledger, void(2) | {"effective_on": "2010-01-16"}) == (
        "effective_on '2010-01-16': a void falls on its target's date: leave it out, or write "
        "2010-01-15"
    )
    ledger.record(void(2) | {"effective_on": "2010-01-15"})
    assert ledger.state().called == 0


def test_only_an_event_of_the_log_can_be_voided() -> None:
    ledger = fund(called("100"))
    expected = "voids '3': there is no such event: give its sequence"
    assert message(ledger, void(3)) == expected


def test_an_event_is_voided_once() -> None:
    ledger = fund(called("100"), void(2))
    assert message(ledger, void(2)) == "voids '2': is voided already: nothing is left to do"


@pytest.mark.parametrize(
    ("sequence", "reason"),
    [
        (1, "establishes the fund: amend its terms instead"),
        (3, "is itself a void: record the first event anew instead"),
        (4, "closes or reopens a period: reopen or close it instead"),
        (5, "closes or reopens a period: reopen or close it instead"),
    ],
)
def test_what_cannot_be_voided_says_what_to_do_instead(sequence: int, reason: str) -> None:
    ledger = fund(called("100"), void(2), CLOSED, REOPENED)
    assert message(ledger, void(sequence)) == f"voids '{sequence}': {reason}"


def test_a_company_with_events_in_force_stays() -> None:
    ledger = fund(company("Acme"), investment("100"), mark("120"), company("Zeta"))
    assert message(ledger, void(2)) == "voids '2': Acme has events in force: void 3, 4 first"
    ledger.record(void(4))
    assert message(ledger, void(2)) == "voids '2': Acme has events in force: void 3 first"
    ledger.record(void(3), void(2))
    assert [holding.name for holding in ledger.state().holdings.values()] == ["Zeta"]


def test_a_void_and_the_right_fact_come_in_one_batch() -> None:
    ledger = fund(called("100"))
    ledger.record(void(2), called("110"))
    assert ledger.state().called == 110


def test_voided_terms_leave_those_before_in_force() -> None:
    amended = established("2010-06-30", size="2000000") | {"event_type": "TERMS_AMENDED"}
    ledger = fund(amended)
    terms = ledger.state().terms
    assert terms is not None
    assert terms.size == 2_000_000
    ledger.record(void(2))
    terms = ledger.state().terms
    assert terms is not None
    assert terms.size == 1_000_000


def test_what_was_announced_can_be_voided_before_its_day() -> None:
    now = datetime(2020, 6, 30, 12, tzinfo=UTC)
    ledger = fund(called("100", on="2020-07-20"))
    [event] = ledger.record(void(2), now=now)
    assert event.effective_on == date(2020, 7, 20)


def test_what_lies_before_an_inception_moved_since_can_be_voided() -> None:
    ledger = fund(called("100", on="2010-01-15"))
    amended = established("2010-02-01") | {"event_type": "TERMS_AMENDED"}
    ledger.record(amended)
    [event] = ledger.record(void(2))
    assert event.effective_on == date(2010, 1, 15)


def test_a_reason_is_required() -> None:
    nameless = raw("EVENT_VOIDED", voids=2)
    assert message(fund(called("100")), nameless) == (
        "reason: is required for EVENT_VOIDED: add it"
    )
