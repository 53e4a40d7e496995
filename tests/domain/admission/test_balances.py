"""Money that cannot be: every balance stays at 0 or above, at the end of every day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import RefusedError
from tests.domain.ledger import fund
from tests.ledgers import Raw, called, raw, void


def drawn(amount: str, on: str = "2011-01-01") -> Raw:
    return raw("CREDIT_LINE_DRAWN", on, amount=amount)


def repaid(amount: str, on: str = "2011-06-01") -> Raw:
    return raw("CREDIT_LINE_REPAID", on, amount=amount)


def distributed(amount: str, kind: str = "standard", on: str = "2011-01-01") -> Raw:
    return raw("DISTRIBUTION_MADE", on, amount=amount, kind=kind)


def returned(amount: str, kind: str, on: str = "2011-06-01") -> Raw:
    return raw("DISTRIBUTION_RETURNED", on, amount=amount, kind=kind)


def expense(event_type: str, amount: str, on: str, **more: Any) -> Raw:  # noqa: ANN401 - any JSON
    return raw(event_type, on, amount=amount, category="management_fee", **more)


LIMITS: dict[str, tuple[Raw, Raw, str]] = {
    "a repayment": (
        drawn("100"),
        repaid("100.01"),
        (
            "amount '100.01': repays more than the credit line has drawn: at most 100 can be "
            "repaid, "
            "by all that the log has through 2011-06-01"
        ),
    ),
    "a return of calls": (
        called("100"),
        distributed("101", "return_of_call"),
        (
            "amount '101': returns more than was called: at most 100 of the calls can be "
            "returned, by "
            "all that the log has through 2011-01-01"
        ),
    ),
    "a giveback": (
        distributed("100"),
        returned("150", "lp_giveback"),
        (
            "amount '150': gives back more than was distributed: at most 100 can be given back, by "
            "all that the log has through 2011-06-01"
        ),
    ),
    "a giveback of recallables": (
        distributed("100", "recallable"),
        returned("150", "lp_giveback"),
        "at most 100 can be given back",
    ),
    "a giveback of carry": (
        distributed("100", "carried_interest"),
        returned("10", "lp_giveback"),
        "at most 0 can be given back",
    ),
    "a clawback": (
        distributed("100", "carried_interest"),
        returned("100.5", "carry_clawback"),
        (
            "amount '100.5': claws back more than the carry that was paid: at most 100 can be "
            "clawed "
            "back, by all that the log has through 2011-06-01"
        ),
    ),
    "a clawback of what partners have": (
        distributed("100"),
        returned("10", "carry_clawback"),
        "at most 0 can be clawed back",
    ),
    "a settlement": (
        expense("EXPENSE_ACCRUED", "100", "2011-01-01"),
        expense("EXPENSE_PAID", "101", "2011-06-01", settles_accrual=True),
        (
            "amount '101': settles more than was accrued: at most 100 is owed (settles_accrual), "
            "by "
            "all that the log has through 2011-06-01"
        ),
    ),
}


@pytest.mark.parametrize(("raising", "lowering", "reason"), LIMITS.values(), ids=LIMITS)
def test_what_asks_for_more_than_there_is_is_refused_with_what_is_possible(
    raising: Raw, lowering: Raw, reason: str
) -> None:
    assert reason in str(fund(raising).refusal(lowering))
    # In one batch as in two.
    with pytest.raises(RefusedError, match="amount"):
        fund(raising, lowering)


@pytest.mark.parametrize(
    ("raising", "lowering"),
    [case[:2] for name, case in LIMITS.items() if "at most 0" not in case[2]],
)
def test_what_there_is_can_be_asked_for_on_the_same_day(raising: Raw, lowering: Raw) -> None:
    whole = lowering["payload"] | {"amount": raising["payload"]["amount"]}
    fund(raising, raw(lowering["event_type"], raising["effective_on"], **whole))


def test_what_comes_too_early_is_refused_though_it_is_covered_later() -> None:
    fault = fund(drawn("100", on="2011-06-02")).refusal(repaid("100", on="2011-06-01"))
    assert "at most 0 can be repaid, by all that the log has through 2011-06-01" in fault.reason


def test_what_is_dated_back_leaves_what_came_after_it() -> None:
    ledger = fund(drawn("100"), repaid("100", on="2011-12-01"))
    fault = ledger.refusal(repaid("10", on="2011-06-01"))
    assert "at most 0 can be repaid, by all that the log has through 2011-12-01" in fault.reason


def test_a_void_cannot_take_away_what_was_used() -> None:
    ledger = fund(drawn("100"), repaid("60"))
    assert str(ledger.refusal(void(2))) == (
        "voids '2': more would be repaid than was drawn, by 2011-06-01: void or lower what stands "
        "against it first"
    )
    ledger.record(void(3), void(2))


def test_a_correction_is_judged_as_a_whole() -> None:
    ledger = fund(drawn("100"), repaid("60"))
    ledger.record(void(2), drawn("70"))
    assert ledger.figures().borrowings == 10


def test_every_row_at_fault_is_named() -> None:
    batch = [drawn("100"), repaid("80"), repaid("30"), returned("1", "lp_giveback")]
    with pytest.raises(RefusedError) as caught:
        fund(*batch)
    found = [(fault.position, fault.reason.split(",")[0]) for fault in caught.value.faults]
    assert found == [
        (3, "repays more than the credit line has drawn: at most 20 can be repaid"),
        (4, "gives back more than was distributed: at most 0 can be given back"),
    ]


def test_what_a_log_holds_already_can_be_mended_step_by_step() -> None:
    ledger = fund(drawn("100"), repaid("150"), repaid("20"), check_whole=False)
    ledger.record(void(4))  # still 50 too much, and less than before
    assert "at most 0" in ledger.refusal(repaid("1")).reason
    ledger.record(repaid("0.5", on="2020-01-01"), drawn("60", on="2019-12-31"))


DAYS = [date(2011, 1, 1) + timedelta(days=days) for days in range(4)]
MOVE = st.tuples(st.sampled_from(DAYS), st.integers(-3, 3).filter(bool))


def written(move: tuple[date, int]) -> Raw:
    day, amount = move
    event_type = "CREDIT_LINE_DRAWN" if amount > 0 else "CREDIT_LINE_REPAID"
    return raw(event_type, str(day), amount=str(abs(amount)))


@given(st.lists(MOVE, max_size=8), st.lists(MOVE, min_size=1, max_size=5))
@settings(max_examples=400)
def test_a_batch_is_refused_exactly_where_it_makes_a_day_worse(
    before: list[tuple[date, int]], batch: list[tuple[date, int]]
) -> None:
    ledger = fund()
    ledger.record(*map(written, before), allow_duplicate=True, check_whole=False)

    def balance(moves: list[tuple[date, int]], day: date) -> Decimal:
        return Decimal(sum(amount for on, amount in moves if on <= day))

    worse = any(
        balance(before + batch, day) < min(balance(before, day), Decimal(0)) for day in DAYS
    )
    try:
        ledger.record(*map(written, batch), allow_duplicate=True)
    except RefusedError as error:
        assert worse
        for fault in error.faults:
            assert batch[fault.position][1] < 0
        left = [m for i, m in enumerate(batch) if i not in {f.position for f in error.faults}]
        assert all(
            balance(before + left, day) >= min(balance(before, day), Decimal(0)) for day in DAYS
        )
    else:
        assert not worse
