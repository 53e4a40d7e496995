"""Where a fund asks for approval, no mark enters its log that only one person saw."""

from __future__ import annotations

import pytest

from app.domain.admission.rules.approval import Approval
from tests.domain.ledger import Ledger, fund
from tests.ledgers import Raw, company, investment, mark, raw, void


def approval(on: str = "2011-01-10", *, required: bool = True, **more: object) -> Raw:
    return raw("APPROVAL_CHANGED", on, required=required, **more)


def asked() -> Ledger:
    """Return a fund with a mark (event 4) that asks for approval since (event 5)."""
    return fund(company(), investment("100"), mark("200"), approval())


def test_a_mark_of_ones_own_is_refused_and_says_what_to_do() -> None:
    fault = asked().refusal(mark("300", "2011-03-31"), approval=Approval.NONE)
    assert (fault.field, fault.code) == ("event_type", "role")
    assert "needs the approval of a second person in this fund: mark it in a round" in fault.reason


@pytest.mark.parametrize("how", [Approval.SECOND_PERSON, Approval.SOLE_GP, Approval.HISTORY])
def test_a_mark_is_taken_once_it_is_approved_and_says_where_its_approver_is_its_author(
    how: Approval,
) -> None:
    [event] = asked().record(mark("300", "2011-03-31"), approval=how)
    assert event.payload.get("self_approved") is (True if how is Approval.SOLE_GP else None)


def test_nobody_approves_alone_where_nobody_asks_for_approval() -> None:
    ledger = fund(company(), investment("100"))
    [event] = ledger.record(mark("300"), approval=Approval.SOLE_GP)
    assert "self_approved" not in event.payload


def test_the_last_word_on_approval_counts_whatever_its_day() -> None:
    ledger = asked()
    ledger.record(approval("2010-06-30", required=False))
    ledger.record(mark("300", "2011-03-31"), approval=Approval.NONE)
    ledger.record(approval("2010-02-01"))
    ledger.refusal(mark("400", "2011-03-31"), approval=Approval.NONE)


def test_it_can_be_asked_for_again_on_the_same_day() -> None:
    ledger = asked()
    assert ledger.refusal(approval()).code == "twin"
    ledger.record(approval(required=False))
    [again] = ledger.record(approval())
    assert again.payload == {"required": True, "occurrence": 2}


def test_a_mark_is_voided_by_a_gp_and_everything_else_by_anybody() -> None:
    ledger = asked()
    fault = ledger.refusal(void(4), may_adjust=False, approval=Approval.NONE)
    assert "ask a GP to void it" in fault.reason
    ledger.record(void(3), may_adjust=False, approval=Approval.NONE)
    ledger.record(void(4), approval=Approval.NONE)


def test_a_correction_of_a_mark_is_a_mark() -> None:
    ledger = asked()
    ledger.record(void(4), approval=Approval.NONE)
    ledger.refusal(mark("300"), approval=Approval.NONE)


def test_what_asks_for_approval_is_not_voided() -> None:
    assert "change that anew instead" in asked().refusal(void(5)).reason


def test_it_may_be_asked_for_while_the_books_are_closed_and_is_no_adjustment() -> None:
    ledger = fund(raw("PERIOD_CLOSED", "2011-01-15", closed_through="2010-12-31"))
    assert (
        "only for closed periods" in ledger.refusal(approval("2010-12-31", adjustment=True)).reason
    )
    ledger.record(approval("2010-12-31"))


def test_it_moves_no_figure() -> None:
    ledger = asked()
    before, after = ledger.state(through=4), ledger.state(through=5)
    assert (after.events, after.last_event) == (5, 5)
    after.events, after.last_event = before.events, before.last_event
    assert after == before
