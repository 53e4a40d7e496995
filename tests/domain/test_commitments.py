"""The general partner promises no more than the whole fund; all partners together may."""

from __future__ import annotations

import pytest

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
