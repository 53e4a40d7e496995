"""The general partner promises no more than the whole fund; all partners together may."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.admission.log_index import LogIndex
from app.domain.errors import RefusedError
from app.domain.events.catalogue import EventType
from tests.domain.ledger import fund
from tests.ledgers import Raw, established, raw, void

SIZE = 1_000_000  # of the plain terms


def promised(amount: int, investor: str = "Larch Street", partner: str = "gp") -> Raw:
    return raw(
        "COMMITMENT_MADE", "2010-01-15", investor=investor, amount=str(amount), partner=partner
    )


def resized(size: int) -> Raw:
    amended = established("2010-06-30", size=str(size)) | {"event_type": "TERMS_AMENDED"}
    amended["payload"]["terms"]["inception_on"] = "2010-01-01"
    return amended


def test_a_gp_commitment_above_the_size_is_refused() -> None:
    assert str(fund().refusal(promised(SIZE + 1))) == (
        "amount '1000001': the GP commitment must not exceed the fund's size of 1000000: "
        "lower it, or amend terms.size first"
    )


def test_the_size_itself_may_be_promised_and_all_together_more() -> None:
    ledger = fund(promised(SIZE), promised(SIZE, "City Pension", "lp"))
    assert ledger.state().committed == 2 * SIZE


def test_gp_commitments_add_up() -> None:
    ledger = fund(promised(600_000))
    assert str(ledger.refusal(promised(400_001))) == (
        "amount '400001': the GP commitment, with the 600000 promised before, must not exceed the "
        "fund's size of 1000000: lower it, or amend terms.size first"
    )
    ledger.record(void(2), promised(400_001))


def test_it_is_held_against_the_size_as_amended() -> None:
    fund(resized(2 * SIZE), promised(2 * SIZE))
    fund(promised(SIZE), void(2), resized(SIZE // 2))


@pytest.mark.parametrize("size", [SIZE - 1, 1])
def test_the_size_cannot_fall_below_the_gp_commitment(size: int) -> None:
    assert str(fund(promised(SIZE)).refusal(resized(size))) == (
        f"terms.size '{size}': is less than the GP commitment of 1000000: give at least that"
    )


def test_a_void_of_the_amendment_that_made_room_is_refused_while_the_promise_stands() -> None:
    ledger = fund(resized(2 * SIZE), promised(SIZE + 500_000))
    assert str(ledger.refusal(void(2))) == (
        "voids '2': the fund's size would fall back from 2000000 to 1000000, below the GP "
        "commitment of 1500000: void or lower that commitment first, or amend terms.size instead"
    )


def test_such_a_void_is_taken_once_or_where_the_promise_fits() -> None:
    fund(resized(2 * SIZE), promised(SIZE + 500_000), void(3)).record(void(2))
    fund(resized(2 * SIZE), promised(SIZE)).record(void(2))
    fund(resized(2 * SIZE), promised(SIZE + 500_000)).record(void(3), void(2))
    fund(resized(2 * SIZE), promised(SIZE + 500_000)).record(void(2), void(3))


def test_a_void_may_bring_another_amendment_in_the_same_batch() -> None:
    ledger = fund(resized(2 * SIZE), promised(SIZE + 500_000))
    ledger.record(void(2), resized(2 * SIZE - 1))
    assert ledger.index.terms_in_force
    assert ledger.index.terms_in_force["size"] == str(2 * SIZE - 1)
    assert "would fall back" in str(ledger.refusal(void(5)))


def test_a_void_that_leaves_the_size_or_raises_it_is_taken() -> None:
    ledger = fund(resized(2 * SIZE), promised(2 * SIZE), resized(3 * SIZE), resized(2 * SIZE))
    ledger.record(void(2))
    ledger.record(void(5))


STEPS = st.lists(
    st.one_of(
        st.integers(1, 4).map(lambda size: resized(size * SIZE)),
        st.integers(1, 6).map(lambda halves: promised(halves * SIZE // 2)),
        st.integers(2, 9).map(void),
    ),
    max_size=9,
)


@given(STEPS)
@settings(max_examples=300)
def test_whatever_is_taken_the_promise_stays_within_the_size(steps: list[Raw]) -> None:
    taken: list[Raw] = []
    for step in steps:
        try:
            index = _replayed([*taken, step])
        except RefusedError:
            continue
        taken.append(step)
        assert index.terms_in_force
        assert index.promised_by_gp() <= int(index.terms_in_force["size"])
        assert index.promised_by_gp() == _added_up(index)


def _added_up(index: LogIndex) -> Decimal:
    """Go through the whole log once more."""
    return sum(
        (
            Decimal(each.payload["amount"])
            for each in index.entries.values()
            if each.event_type is EventType.COMMITMENT_MADE
            and each.payload["partner"] == "gp"
            and each.sequence not in index.voided
        ),
        Decimal(0),
    )


def _replayed(steps: list[Raw]) -> LogIndex:
    """Record each step in a batch of its own, on a fresh log: a refused one leaves traces."""
    ledger = fund()
    for step in steps:
        ledger.record(step, allow_duplicate=True)
    return ledger.index
