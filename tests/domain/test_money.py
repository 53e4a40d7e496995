"""How exact numbers are read, rounded and written."""

from __future__ import annotations

from decimal import Context, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from app.domain.money import (
    fraction_text,
    money_text,
    normalised,
    parse_decimal,
    plain_text,
    to_cent,
)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1250000.50", "1250000.5"),
        (" 12 ", "12"),
        ("-3", "-3"),
        ("007", "7"),
        (12, "12"),
        (Decimal("1E+3"), "1000"),
        ("999999999999999999.999999", "999999999999999999.999999"),
        ("0.1000000", "0.1"),  # zeros at the end are no digits
        ("000000000000000000000001", "1"),
    ],
)
def test_plain_numbers_are_read_exactly(written: object, number: str) -> None:
    assert str(parse_decimal(written)) in {number, f"{Decimal(number).normalize()}"}
    assert parse_decimal(written) == Decimal(number)


AS_TEXT = 'must be a decimal number written as text, such as "1250000.50"'
PLAIN = "is not a plain number: write digits with a point for decimals, such as 1250000.50"
TOO_LONG = "has too many digits: at most 18 before the point and 6 after it"


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (1.5, AS_TEXT),
        (2.0, AS_TEXT),
        (True, AS_TEXT),
        (None, AS_TEXT),
        ([], AS_TEXT),
        ("", PLAIN),
        ("1,000", PLAIN),
        ("1e6", PLAIN),
        ("NaN", PLAIN),
        (Decimal("Infinity"), PLAIN),
        (".5", PLAIN),
        ("5.", PLAIN),
        ("+5", PLAIN),
        ("$5", PLAIN),
        ("1000000000000000000", TOO_LONG),
        ("0.0000001", TOO_LONG),
    ],
)
def test_anything_else_is_refused(written: object, reason: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        parse_decimal(written)
    assert caught.value.message() == reason


@pytest.mark.parametrize(
    ("number", "text"),
    [("1.50", "1.5"), ("1000", "1000"), ("1E+3", "1000"), ("-0", "0"), ("0.000001", "0.000001")],
)
def test_one_number_has_one_spelling(number: str, text: str) -> None:
    assert plain_text(Decimal(number)) == text


def test_zero_has_no_sign() -> None:
    assert not normalised(Decimal("-0.00")).is_signed()


@pytest.mark.parametrize(
    ("number", "cents"),
    [("0.005", "0.01"), ("0.0049", "0.00"), ("0.015", "0.02"), ("-0.005", "-0.01"), ("7", "7.00")],
)
def test_half_a_cent_rounds_away_from_zero(number: str, cents: str) -> None:
    assert str(to_cent(Decimal(number))) == cents


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("1234", "1234.00"),
        ("1234.5", "1234.50"),
        ("-0.1", "-0.10"),
        ("0", "0.00"),
        ("1E+3", "1000.00"),
        ("0.125", "0.125"),
        ("999999999999999999.999999", "999999999999999999.999999"),
    ],
)
def test_an_amount_shows_its_cents_and_loses_nothing(number: str, text: str) -> None:
    assert money_text(Decimal(number)) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (Decimal(2) / Decimal(3), "0.666667"),
        (Decimal("0.0000005"), "0.000001"),
        (Decimal(2), "2.000000"),
        (Decimal("-0.5"), "-0.500000"),
        (None, None),
    ],
)
def test_a_ratio_is_a_fraction_of_six_places(ratio: Decimal | None, text: str | None) -> None:
    assert fraction_text(ratio) == text


_DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=None).filter(
    lambda value: abs(value.adjusted()) < 25 and len(value.as_tuple().digits) < 40
)


@given(_DECIMALS)
@example(Decimal("-0.00"))
@example(Decimal("1E+5"))
@example(Decimal("100.00"))
@example(Decimal("0.10"))
def test_a_number_is_written_as_it_is_with_one_spelling(value: Decimal) -> None:
    one = value.normalize(Context(prec=60)) if value else Decimal(0)
    assert plain_text(value) == f"{one:f}"
    places = max(-int(one.as_tuple().exponent), 2)
    assert money_text(value) == f"{one:.{places}f}"
