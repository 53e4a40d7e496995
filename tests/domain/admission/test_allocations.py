"""Whom money may be allocated to."""

from __future__ import annotations

import pytest

from app.domain.errors import RefusedError
from tests.domain.ledger import Ledger, fund
from tests.ledgers import Raw, called, committed, raw, void


def distributed(kind: str, *investors: str) -> Raw:
    shares = dict.fromkeys(investors, "10")
    amount = str(10 * len(investors))
    return raw("DISTRIBUTION_MADE", "2011-01-01", amount=amount, kind=kind, allocations=shares)


def partners() -> Ledger:
    return fund(committed("City Pension"), committed("Harbour GP", partner="gp"), called("500"))


@pytest.mark.parametrize("name", ["City Pension", "CITY  pension", "Harbour GP"])
def test_whoever_committed_may_be_allocated_to_in_any_spelling(name: str) -> None:
    partners().record(
        called("5", on="2011-01-01", allocations={name: "5"}),
        distributed("standard", name),
        distributed("return_of_call", name),
    )


@pytest.mark.parametrize(
    "event",
    [
        called("5", on="2011-01-01", allocations={"City Pensions": "5"}),
        distributed("standard", "City Pensions"),
        distributed("carried_interest", "City Pensions"),
    ],
)
def test_who_holds_no_commitment_is_refused_with_the_closest_names(event: Raw) -> None:
    assert str(partners().refusal(event)) == (
        "allocations 'City Pensions': holds no commitment of this fund: did you mean City Pension?"
    )


def test_where_nobody_committed_the_refusal_says_what_to_record() -> None:
    fault = fund().refusal(called("5", allocations={"City Pension": "5"}))
    assert fault.reason.endswith("record the COMMITMENT_MADE first")


def test_carried_interest_goes_to_the_gp() -> None:
    partners().record(distributed("carried_interest", "Harbour GP"))
    assert str(partners().refusal(distributed("carried_interest", "City Pension"))) == (
        "allocations 'City Pension': is an LP, and carried interest goes to the GP: take it out of "
        "this"
    )


def test_who_committed_as_both_may_have_carried_interest() -> None:
    ledger = partners()
    ledger.record(committed("City Pension", partner="gp"))
    ledger.record(distributed("carried_interest", "City Pension"))


def test_a_commitment_in_the_same_batch_counts_and_a_voided_one_does_not() -> None:
    fund(called("5", allocations={"City Pension": "5"}), committed("City Pension"))
    ledger = partners()
    ledger.record(void(2))
    assert "holds no commitment" in ledger.refusal(distributed("standard", "City Pension")).reason


def test_every_name_at_fault_is_told() -> None:
    with pytest.raises(RefusedError) as caught:
        partners().record(distributed("carried_interest", "City Pension", "Nobody", "Harbour GP"))
    assert [fault.value for fault in caught.value.faults] == ["City Pension", "Nobody"]
