"""Amounts and percentages are read as people type them, or refused with the mend."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import Form

from app.web.shared.amounts import AmountError, parse_amount, parse_percent
from app.web.shared.form_fields import AmountField, PercentField, between


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1250000", "1250000"),
        ("1,250,000", "1250000"),
        ("1,25,000", "125000"),  # in Indian groups
        ("1,250", "1250"),
        ("1 250 000", "1250000"),
        ("1\u202f250\u202f000", "1250000"),
        ("1'250'000.50", "1250000.5"),
        ("1.234.567,89", "1234567.89"),
        ("1.25m", "1250000"),
        ("1.250m", "1250000"),
        ("1,25 m", "1250000"),
        ("$1.25M", "1250000"),
        ("US$ 1.25 mn", "1250000"),
        ("125 million", "125000000"),
        ("125 Million USD", "125000000"),
        ("usd 2bn", "2000000000"),
        ("1.5 billion", "1500000000"),
        ("500k", "500000"),
        ("0.5T", "500000000000"),
        (" 12.5 ", "12.5"),
        (".5m", "500000"),
        ("-3m", "-3000000"),
        ("(3m)", "-3000000"),
        ("0", "0"),
        ("(1,234.50)", "-1234.5"),
        ("1020,50", "1020.5"),
        ("0,125", "0.125"),
        ("1020.0000", "1020"),
        ("1.234.567,891", "1234567.891"),
        ("1020,125 million", "1020125000"),
    ],
)
def test_an_amount_is_read_as_it_is_typed(typed: str, amount: str) -> None:
    assert parse_amount(typed, "USD") == Decimal(amount)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "“” is not an amount: write it like 1,250,000, 1.25m or 125 million."),
        ("a lot", "“a lot” is not an amount"),
        ("12 zillion", "“12 zillion” is not an amount"),
        ("1,25,00", "is not an amount"),
        ("1e6", "is not an amount"),
        ("NaN", "is not an amount"),
        ("€5m", "“€5m” is not in USD: write the amount in USD."),
        ("5m EUR", "is not in USD"),
        ("5 %", "“5 %” is a percentage: write an amount, such as 1.25m."),
        ("500.000", "“500.000” can be 500 or 500,000: write 500.0000 or 500,000."),
        ("1020,000", "“1020,000” can be 1020 or 1,020,000: write 1020.0000 or 1,020,000."),
        ("$1020,000", "can be 1020 or 1,020,000"),
        ("-12345,678", "can be 12345.678 or 12,345,678: write 12345.6780 or 12,345,678."),
        ("1,0000", "can be 1 or 10,000: write 1.0000 or 10,000."),
        ("1234567890123456789", "has too many digits"),
        ("1.23456789", "has too many digits"),
    ],
)
def test_what_is_no_amount_is_refused_with_the_mend(typed: str, told: str) -> None:
    with pytest.raises(AmountError) as refused:
        parse_amount(typed, "USD")
    assert told in str(refused.value)


def test_a_currency_that_has_no_sign_of_its_own_is_read_by_its_code() -> None:
    assert parse_amount("5m isk", "ISK") == 5_000_000
    assert parse_amount("kr 5m", "SEK") == 5_000_000
    assert parse_amount("MXN 5", "MXN") == 5


@given(st.decimals(0, 10**12, places=2, allow_nan=False))
def test_an_amount_is_read_as_pages_write_it(amount: Decimal) -> None:
    assert parse_amount(f"{amount:,f}", "USD") == amount
    assert parse_amount(f"$ {amount:,f}", "USD") == amount


@pytest.mark.parametrize(
    ("typed", "fraction"),
    [("2", "0.02"), ("2 %", "0.02"), ("2.5%", "0.025"), ("2,5 %", "0.025"), ("100", "1")],
)
def test_a_percentage_is_read_as_a_fraction(typed: str, fraction: str) -> None:
    assert parse_percent(typed) == Decimal(fraction)


@pytest.mark.parametrize("typed", ["", "two", "$2", "2 m", "1.00000000001"])
def test_what_is_no_percentage_is_refused(typed: str) -> None:
    with pytest.raises(AmountError, match=r"percentage|digits"):
        parse_percent(typed)


class _Form(Form):
    amount = AmountField("Amount", [between(0, None, "Write more than 0", above=True)])
    rate = PercentField("Rate", [between(0, Decimal("0.05"), "Between 0 and 5 %")], required=False)


def _form(**typed: str) -> _Form:
    return _Form(MultiDict(typed), meta={"currency": "USD"})


def test_a_field_keeps_what_was_typed_and_tells_one_fault() -> None:
    form = _form(amount="€5", rate="6 %")
    assert not form.validate()
    assert form.errors == {
        "amount": ["“€5” is not in USD: write the amount in USD."],
        "rate": ["Between 0 and 5 %, not 6 %."],
    }
    assert 'value="€5"' in form.amount()
    assert _form().validate() is False
    assert _form(amount="0").validate() is False


def test_a_field_shows_numbers_as_they_are_typed() -> None:
    form = _Form(data={"amount": Decimal("1250000.5"), "rate": Decimal("0.025")})
    assert 'value="1,250,000.5"' in form.amount()
    assert 'value="2.5"' in form.rate()
    assert _form(amount="1m", rate="").validate()
