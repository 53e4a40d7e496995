"""Reads amounts and percentages as people type them, such as $1.25M, 125 million or 2.5%."""

from __future__ import annotations

import re
from decimal import Decimal

from pydantic_core import PydanticCustomError

from app.domain.currencies import SIGNS, can_mean
from app.domain.money import normalised, parse_decimal, plain_text
from app.services.import_files.numbers import Style, UnreadableCellError, read_number

_SCALES = {
    "k": 10**3, "thousand": 10**3,
    "m": 10**6, "mn": 10**6, "mm": 10**6, "mio": 10**6, "million": 10**6, "millions": 10**6,
    "b": 10**9, "bn": 10**9, "billion": 10**9, "billions": 10**9,
    "t": 10**12, "tn": 10**12, "trillion": 10**12,
}  # fmt: skip
_TYPED = re.compile(
    rf"(?P<head>.*\d)\s*(?P<scale>{'|'.join(sorted(_SCALES, key=len, reverse=True))})?"
    r"(?![a-z])(?P<tail>\D*)",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
_CODE = re.compile(r"(?<![A-Za-z])[A-Za-z]{3}(?![A-Za-z])")
# Decimals here, and whole thousands elsewhere; or thousands that are not grouped by three.
_EITHER_WAY = re.compile(r"[1-9]\d{0,2}\.\d{3}|[1-9]\d*,\d{3,}", re.ASCII)
_LONGEST = 100  # characters of an amount; the patterns take their time over endless digits
_NO_AMOUNT = "is not an amount: write it like 1,250,000, 1.25m or 125 million"
_NO_PERCENTAGE = "is not a percentage: write it like 2, 2.5 or 2.5%"


class AmountError(ValueError):
    """Text that is no amount; its own text says what was typed, why not, and the mend."""


def parse_amount(text: str, currency: str) -> Decimal:
    """Read an amount in a currency, exactly; a sign or code beside it must be the currency's.

    Raises AmountError. What is negative is read too: bounds are for whoever asks.
    """
    shown = _shown(text, _NO_AMOUNT)
    found = _TYPED.fullmatch(_codes_in_capitals(shown, currency))
    if not found:
        raise AmountError(f"“{shown}” {_NO_AMOUNT}.")
    scale = _SCALES.get((found["scale"] or "").lower(), 1)
    digits, sign, percent = _read(f"{found['head']}{found['tail']}", shown, _NO_AMOUNT)
    if percent:
        raise AmountError(f"“{shown}” is a percentage: write an amount, such as 1.25m.")
    if sign and currency and not can_mean(sign, currency):
        raise AmountError(f"“{shown}” is not in {currency}: write the amount in {currency}.")
    if scale == 1 and (ambiguous := _EITHER_WAY.search(found["head"])):
        _refuse_either_way(shown, ambiguous[0].replace(",", "."), digits)
    try:
        return parse_decimal(Decimal(digits) * scale)
    except PydanticCustomError as error:
        raise AmountError(f"“{shown}” {error.message()}.") from error


def parse_percent(text: str) -> Decimal:
    """Read a percentage as a fraction: 2, 2 % and 2.0% are 0.02. Raises AmountError."""
    shown = _shown(text, _NO_PERCENTAGE)
    digits, sign, _ = _read(shown, shown, _NO_PERCENTAGE)
    if sign:
        raise AmountError(f"“{shown}” {_NO_PERCENTAGE}.")
    try:
        return normalised(parse_decimal(digits, places=10) / 100)
    except PydanticCustomError as error:
        raise AmountError(f"“{shown}” {error.message()}.") from error


def _shown(text: str, mend: str) -> str:
    """Return what was typed, with single spaces. Raises AmountError where it is too long."""
    if len(text) > _LONGEST:
        raise AmountError(f"“{text[:20]}…” {mend}.")
    return " ".join(text.split())


def _read(text: str, shown: str, mend: str) -> tuple[str, str, bool]:
    try:
        return read_number(text.strip(), _point)
    except UnreadableCellError as error:
        raise AmountError(f"“{shown}” {mend}.") from error


def _point() -> Style:
    """Pages write a point before decimals, and so do those who type into them."""
    return "point"


def _codes_in_capitals(text: str, currency: str) -> str:
    """Write codes of currencies in capitals; the asked one's own need not be a known one."""

    def capital(found: re.Match[str]) -> str:
        code = found[0].upper()
        if code == currency and code not in SIGNS:
            return ""
        return code if code in SIGNS else found[0]

    return _CODE.sub(capital, text)


def _refuse_either_way(shown: str, number: str, digits: str) -> None:
    """Refuse 500.000: it is 500 here, and five hundred thousand in half of the world.

    So can 1020,000 be 1020, or 1,020,000 with a comma left out.
    """
    if Decimal(number) == abs(Decimal(digits)):
        small, large = plain_text(Decimal(number)), f"{int(number.replace('.', '')):,}"
        sure = number if len(number.partition(".")[2]) > len("000") else f"{number}0"
        raise AmountError(f"“{shown}” can be {small} or {large}: write {sure} or {large}.")
