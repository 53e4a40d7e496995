"""Figures worked out by hand: what is in kind, owed, outside the commitment, or not to be had."""

from __future__ import annotations

from typing import Any

from app.domain.figures.figures import Figures
from tests.domain.ledger import fund
from tests.ledgers import Raw, called, company, investment, mark, raw

HOLDING = (called("200"), company(), investment("100"), mark("300"))


def proceeds(amount: str, kind: str = "full_exit", **more: Any) -> Raw:  # noqa: ANN401 - any JSON
    return raw("PROCEEDS_RECEIVED", "2011-03-01", company="Acme", amount=amount, kind=kind, **more)


def distributed(amount: str, on: str = "2011-04-01", **more: Any) -> Raw:  # noqa: ANN401
    return raw("DISTRIBUTION_MADE", on, amount=amount, **more)


def expense(event_type: str, amount: str, on: str, **more: Any) -> Raw:  # noqa: ANN401
    return raw(event_type, on, amount=amount, category="partnership", **more)


def figures(*events: Raw, as_of: str = "2020-06-30") -> Figures:
    return fund(*events).figures(as_of)


def test_what_comes_in_kind_is_held_and_is_no_cash() -> None:
    found = figures(*HOLDING, proceeds("300", in_kind=True))
    assert (found.proceeds, found.cash, found.securities_held) == (300, 100, 300)
    assert (found.total_value, found.nav) == (0, 400)
    assert found.available_for_new_deals == found.cash + found.unfunded


def test_what_goes_out_in_kind_is_no_cash_either() -> None:
    handed_on = distributed("300", in_kind=True)
    found = figures(*HOLDING, proceeds("300", in_kind=True), handed_on)
    assert (found.distributed, found.cash, found.securities_held, found.nav) == (300, 100, 0, 100)


def test_what_is_handed_on_at_another_value_leaves_the_difference() -> None:
    found = figures(*HOLDING, proceeds("300", in_kind=True), distributed("320", in_kind=True))
    assert (found.cash, found.securities_held, found.nav) == (100, -20, 80)


def test_carry_and_returns_of_calls_in_kind_are_no_cash() -> None:
    found = figures(
        *HOLDING,
        proceeds("300", in_kind=True),
        distributed("20", kind="carried_interest", in_kind=True),
        distributed("30", kind="return_of_call", in_kind=True),
    )
    assert (found.carry_paid, found.paid_in, found.distributed) == (20, 170, 0)
    assert (found.cash, found.securities_held) == (100, 250)


def test_what_is_accrued_is_an_expense_and_owed_until_it_is_paid() -> None:
    owed = expense("EXPENSE_ACCRUED", "10", "2010-06-30")
    before = figures(called("200"), owed)
    assert (before.expenses, before.payables, before.cash, before.nav) == (10, 10, 200, 190)
    in_part = expense("EXPENSE_PAID", "4", "2010-07-31", settles_accrual=True)
    after = figures(called("200"), owed, in_part)
    assert (after.expenses, after.payables, after.cash, after.nav) == (10, 6, 196, 190)


def test_what_is_paid_beside_an_accrual_is_an_expense_of_its_own() -> None:
    owed = expense("EXPENSE_ACCRUED", "10", "2010-06-30")
    found = figures(called("200"), owed, expense("EXPENSE_PAID", "4", "2010-07-31"))
    assert (found.expenses, found.payables, found.cash, found.nav) == (14, 10, 196, 186)


def committed(amount: str) -> Raw:
    return raw("COMMITMENT_MADE", "2010-01-01", investor="City Pension", amount=amount)


def test_a_return_of_calls_outside_the_commitment_restores_nothing() -> None:
    calls = (committed("1000"), called("100"), called("50", outside_commitment=True))
    assert figures(*calls).unfunded == 900
    within = distributed("20", kind="return_of_call")
    assert figures(*calls, within).unfunded == 920
    outside = distributed("20", kind="return_of_call", outside_commitment=True)
    found = figures(*calls, outside)
    assert (found.paid_in, found.unfunded) == (130, 900)


def test_where_all_calls_are_returned_there_are_no_ratios() -> None:
    found = figures(committed("1000"), called("100"), distributed("100", kind="return_of_call"))
    assert (found.paid_in, found.pic) == (0, 0)
    assert found.dpi is found.rvpi is found.tvpi is None
    assert found.reasons["dpi"] == found.reasons["tvpi"] == "nothing_paid_in"


def test_where_more_was_returned_than_called_there_are_no_ratios_either() -> None:
    returned = distributed("150", kind="return_of_call")
    ledger = fund(committed("1000"), called("100"), returned, check_whole=False)
    found = ledger.figures()
    assert found.paid_in == -50
    assert found.dpi is found.rvpi is found.tvpi is None


def test_carry_that_nav_does_not_cover_is_told_beside_it() -> None:
    # P = 190 distributed + 10 of NAV - 100 = 100; C = 20, of which NAV covers 10.
    bought = (called("100"), company(), investment("100"), proceeds("200"))
    found = figures(*bought, distributed("190"))
    assert (found.accrued_carry, found.carry_unmet, found.net_nav) == (10, 10, 0)
    paid = distributed("4", kind="carried_interest", on="2011-05-01")
    found = figures(*bought, distributed("190"), paid)
    assert (found.accrued_carry, found.carry_unmet) == (6, 10)
    assert figures(*bought).carry_unmet == 0
