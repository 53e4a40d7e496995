"""What a sale of a part may say, in the light of what is held on its day."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.errors import RefusedError
from tests.domain.ledger import Ledger, fund
from tests.ledgers import Raw, company, investment, mark, raw, void


def sold(amount: str = "60", on: str = "2011-03-01", **more: Any) -> Raw:  # noqa: ANN401
    parts = {"company": "Acme", "amount": amount, "kind": "partial_exit"}
    return raw("PROCEEDS_RECEIVED", on, **parts, **more)


def held(*more: Raw) -> Ledger:
    """Return a fund that holds 400 shares of Acme, bought for 100 and worth 300."""
    return fund(company(), investment("100", shares="400"), mark("300"), *more)


def test_no_more_cost_is_relieved_than_is_left() -> None:
    held().record(sold(cost_relieved="100"))
    assert str(held().refusal(sold(cost_relieved="100.01"))) == (
        "cost_relieved '100.01': is more than the cost that is left: at most 100 on 2011-03-01"
    )


def test_what_is_left_is_that_of_the_day_of_the_sale() -> None:
    ledger = held(sold("30", cost_relieved="40"), investment("50", on="2012-01-01"))
    assert (
        "at most 60 on 2011-03-02"
        in ledger.refusal(sold(on="2011-03-02", cost_relieved="61")).reason
    )
    ledger.record(sold(on="2012-01-01", cost_relieved="110"))


def test_what_another_company_cost_does_not_count() -> None:
    ledger = held(company("Zeta"), investment("900", name="Zeta"))
    assert "at most 100" in ledger.refusal(sold(cost_relieved="101")).reason


def test_what_was_voided_does_not_count() -> None:
    ledger = held(sold("30", cost_relieved="40"))
    ledger.record(void(5))
    ledger.record(sold(cost_relieved="100"))


def test_no_more_shares_are_sold_than_are_held() -> None:
    held().record(sold(shares_sold="400"))
    assert str(held().refusal(sold(shares_sold="401"))) == (
        "shares_sold '401': is more than is held: at most 400 on 2011-03-01"
    )


def test_shares_of_a_number_that_is_not_known_are_taken() -> None:
    fund(company(), investment("100"), mark("300")).record(sold(shares_sold="401"))


NO_VALUE = (company(), investment("100"), mark("0"))


@pytest.mark.parametrize("more", [{}, {"cost_relieved": "10"}, {"shares_sold": "10"}])
def test_of_what_has_no_value_a_sale_says_how_much_was_sold(more: dict[str, str]) -> None:
    ledger = fund(*NO_VALUE)
    assert str(ledger.refusal(sold(**more))) == (
        "fraction_sold: is required: the holding has no fair value on 2011-03-01, so that the "
        "amount does not tell how much of it was sold"
    )
    ledger.record(sold(fraction_sold="0.5"))


def test_a_sale_before_any_investment_is_of_nothing() -> None:
    assert "is required" in held().refusal(sold(on="2010-02-15")).reason
    assert (
        "at most 0"
        in held().refusal(sold(on="2010-02-15", fraction_sold="0.5", cost_relieved="1")).reason
    )


def test_all_that_stands_against_a_sale_is_told() -> None:
    with pytest.raises(RefusedError) as caught:
        fund(*NO_VALUE).record(sold(cost_relieved="101"))
    assert [fault.field for fault in caught.value.faults] == ["cost_relieved", "fraction_sold"]
