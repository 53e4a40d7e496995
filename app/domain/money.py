"""Exact numbers: how decimals are read, kept, rounded and written."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal

from pydantic_core import PydanticCustomError

ZERO = Decimal(0)
ONE = Decimal(1)
CENT = Decimal("0.01")
MICRO = Decimal("0.000001")
# Wide enough for the product of two amounts (24 digits each) without rounding.
EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_CENTS = -2  # the exponent of a cent
_PLAIN = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


def parse_decimal(value: object, *, whole_digits: int = 18, places: int = 6) -> Decimal:
    """Read a plain decimal number, exactly.

    Raises PydanticCustomError for floats, and for text that is not plain digits.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise PydanticCustomError(
            "not_decimal", 'must be a decimal number written as text, such as "1250000.50"'
        )
    text = f"{value:f}" if isinstance(value, Decimal) else str(value).strip()
    if not _PLAIN.fullmatch(text):
        raise PydanticCustomError(
            "not_decimal",
            "is not a plain number: write digits with a point for decimals, such as 1250000.50",
        )
    whole, _, fraction = text.removeprefix("-").partition(".")
    if len(whole.lstrip("0")) > whole_digits or len(fraction.rstrip("0")) > places:
        raise PydanticCustomError(
            "too_long",
            "has too many digits: at most {whole} before the point and {places} after it",
            {"whole": whole_digits, "places": places},
        )
    return normalised(Decimal(text))


def normalised(value: Decimal) -> Decimal:
    """Drop trailing zeros and the sign of zero, so that one number has one spelling."""
    return value.normalize(EXACT) if value else ZERO


def plain_text(value: Decimal) -> str:
    """Write a decimal in its one spelling, without an exponent."""
    text = str(value)
    if value and "E" not in text and not ("." in text and text[-1] == "0"):
        return text  # it is in it already, as nearly all are
    return f"{normalised(value):f}"


def rounded(value: Decimal, unit: Decimal) -> Decimal:
    """Round half up to a unit, such as CENT; what becomes zero has no sign."""
    found = value.quantize(unit, context=EXACT)
    return found or abs(found)


def to_cent(value: Decimal) -> Decimal:
    """Round half up to the cent."""
    return rounded(value, CENT)


def money_text(value: Decimal) -> str:
    """Write an amount with its cents, and with further places only where it has them."""
    text = str(value)
    if value and "E" not in text:
        if text[-3:-2] == ".":
            return text
        if "." not in text:
            return f"{text}.00"
    exact = normalised(value)
    exponent = exact.as_tuple().exponent
    return f"{exact:.2f}" if isinstance(exponent, int) and exponent >= _CENTS else f"{exact:f}"


def fraction_text(value: Decimal | None) -> str | None:
    """Write a ratio as a fraction with six places, rounded half up; None stays None."""
    return None if value is None else f"{rounded(value, MICRO):f}"
