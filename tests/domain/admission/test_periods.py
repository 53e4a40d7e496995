"""Closed books: what they keep out, who may adjust them, and how they open again."""

from __future__ import annotations

from datetime import date

from app.domain.events.catalogue import PERIOD_EVENTS
from app.domain.period_closes import closes_of
from tests.domain.ledger import Ledger, fund
from tests.ledgers import Raw, called, raw, void

MAY = "2010-05-15"
TOLD = "date it after that, or ask a GP to mark it as a prior-period adjustment (adjustment: true)"


def closed(through: str, on: str = "2011-01-15", label: str | None = None) -> Raw:
    more = {"label": label} if label else {}
    return raw("PERIOD_CLOSED", on, closed_through=through, **more)


def reopened(through: str, on: str = "2011-02-15") -> Raw:
    return raw("PERIOD_REOPENED", on, closed_through=through)


def closes(ledger: Ledger) -> list[tuple[str, str | None]]:
    return [(str(day), label) for day, label in ledger.index.closes]


def test_nothing_more_goes_into_a_closed_period() -> None:
    ledger = fund(closed("2010-06-30"))
    for day in (MAY, "2010-06-30"):
        fault = ledger.refusal(called("100", on=day))
        assert (
            str(fault) == f"effective_on '{day}': the books are closed through 2010-06-30: {TOLD}"
        )
        assert fault.code == "closed_period"
    ledger.record(called("100", on="2010-07-01"))


def test_a_refusal_names_the_close_that_stands_in_the_way() -> None:
    ledger = fund(closed("2010-03-31", label="Q1 2010"), closed("2010-06-30", label="Q2 2010"))
    fault = ledger.refusal(called("100", on="2010-03-01"))
    assert fault.reason == f"the books are closed through 2010-06-30 (Q2 2010): {TOLD}"
    ledger.record(reopened("2010-06-30"))
    fault = ledger.refusal(called("100", on="2010-03-01"))
    assert fault.reason == f"the books are closed through 2010-03-31 (Q1 2010): {TOLD}"


def test_a_gp_may_adjust_a_closed_period() -> None:
    ledger = fund(closed("2010-06-30"))
    ledger.record(called("100", on=MAY, adjustment=True))
    assert ledger.state("2010-06-30").called == 100


def test_nobody_else_may() -> None:
    ledger = fund(closed("2010-06-30"))
    fault = ledger.refusal(called("100", on=MAY, adjustment=True), may_adjust=False)
    assert fault.code == "closed_period"


def test_being_a_gp_is_not_enough_without_saying_so() -> None:
    assert fund(closed("2010-06-30")).refusal(called("100", on=MAY)).code == "closed_period"


def test_an_adjustment_of_an_open_period_is_refused() -> None:
    for ledger in (fund(), fund(closed("2010-03-31"))):
        assert str(ledger.refusal(called("100", on=MAY, adjustment=True))) == (
            "adjustment 'true': is only for closed periods, and this one is open: leave it out"
        )


def test_a_void_falls_in_the_period_of_its_target() -> None:
    ledger = fund(called("100", on=MAY), closed("2010-06-30"))
    fault = ledger.refusal(void(2))
    assert str(fault) == f"effective_on '{MAY}': the books are closed through 2010-06-30: {TOLD}"
    adjusted = raw("EVENT_VOIDED", voids=2, reason="never wired", adjustment=True)
    assert ledger.refusal(adjusted, may_adjust=False).code == "closed_period"
    ledger.record(adjusted)
    assert ledger.state().called == 0


def test_a_close_names_its_date_and_the_event_that_made_it() -> None:
    ledger = fund(closed("2010-06-30", label="Q2 2010"))
    [close] = closes_of(event for event in ledger.events if event.event_type in PERIOD_EVENTS)
    assert (close.closed_through, close.name, close.sequence) == (date(2010, 6, 30), "Q2 2010", 2)


def test_books_close_forward_only() -> None:
    ledger = fund(closed("2010-06-30"))
    for through in ("2010-06-30", "2010-03-31"):
        assert str(ledger.refusal(closed(through, on="2011-01-16"))) == (
            f"closed_through '{through}': the books are closed through 2010-06-30 already: give a "
            "later date"
        )
    ledger.record(closed("2010-09-30"))
    assert closes(ledger) == [("2010-06-30", None), ("2010-09-30", None)]


def test_books_do_not_close_ahead_of_time() -> None:
    # At noon in UTC on 30 June it is 1 July already where the day begins first.
    assert str(fund().refusal(closed("2020-07-02"))) == (
        "closed_through '2020-07-02': lies in the future: books close through 2020-07-01 at the "
        "latest"
    )


def test_reopening_a_close_reopens_every_later_one() -> None:
    ledger = fund(
        closed("2010-03-31", label="Q1"),
        closed("2010-06-30", label="Q2"),
        closed("2010-09-30", label="Q3"),
        reopened("2010-06-30"),
    )
    assert closes(ledger) == [("2010-03-31", "Q1")]
    ledger.record(called("100", on=MAY))
    assert ledger.refusal(called("100", on="2010-03-31")).code == "closed_period"


def test_only_a_close_that_stands_can_be_reopened() -> None:
    assert str(fund().refusal(reopened("2010-06-30"))) == (
        "closed_through '2010-06-30': is not the end of a closed period: choose one of those "
        "(none is closed)"
    )
    ledger = fund(closed("2010-03-31"), closed("2010-06-30"))
    assert str(ledger.refusal(reopened("2010-05-31"))) == (
        "closed_through '2010-05-31': is not the end of a closed period: choose one of those "
        "(2010-03-31, 2010-06-30)"
    )


def test_a_reopened_period_can_be_closed_again() -> None:
    ledger = fund(closed("2010-06-30"), reopened("2010-06-30"))
    ledger.record(called("100", on=MAY), closed("2010-06-30", on="2011-03-01", label="Q2 again"))
    assert closes(ledger) == [("2010-06-30", "Q2 again")]
    assert ledger.refusal(called("5", on=MAY)).code == "closed_period"


def test_a_close_itself_may_be_dated_in_the_period_that_it_closes() -> None:
    ledger = fund(closed("2010-06-30", on="2010-06-30"), closed("2010-09-30", on="2010-06-30"))
    assert len(closes(ledger)) == 2


def test_books_that_were_reopened_close_again_on_the_same_day_under_the_same_name() -> None:
    ledger = fund()
    for _ in range(3):
        ledger.record(closed("2010-06-30", label="Q2"), reopened("2010-06-30", on="2011-01-15"))
    ledger.record(closed("2010-06-30", label="Q2"))
    assert closes(ledger) == [("2010-06-30", "Q2")]
