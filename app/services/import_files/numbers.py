"""Reads numbers as people write them in spreadsheets, and refuses those that say two things."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from app.domain.currencies import SIGN_PATTERN

Style = Literal["point", "comma"]  # what stands before the decimals

_SPACES = "\u0020\u00a0\u202f\u2009'\u2019"
# Spaces are taken at once and for good (*+): else many of them are tried in every division.
# A currency may stand before the brackets, and a minus after the digits, as accountants write them.
_WRITTEN = re.compile(
    rf"(?:(?P<outside>{SIGN_PATTERN})\s*+(?=\())?"
    rf"(?P<open>\()?\s*+(?P<sign>[-+\u2212])?\s*+(?:(?P<before>{SIGN_PATTERN})\s*+)?"
    rf"(?P<second>[-+\u2212])?(?P<digits>[0-9.,{_SPACES}]*[0-9])(?P<trailing>[-\u2212])?\s*+"
    rf"(?P<after>{SIGN_PATTERN})?\s*+(?P<percent>%)?\s*+(?P<close>\))?"
)
# How accounting formats show nothing.
_DASH = r"[-\u2013\u2014\u2212]"
_ZERO = re.compile(rf"(?P<before>{SIGN_PATTERN})\s*+{_DASH}|{_DASH}\s*+(?P<after>{SIGN_PATTERN})")
_ONLY_A_DASH = re.compile(_DASH)
_INDIAN = re.compile(r"[1-9]\d?(?:,\d{2})+,\d{3}(?:\.\d+)?", re.ASCII)  # 12,34,567.89
_GROUPED_BY_SPACES = re.compile(rf"[1-9]\d{{0,2}}(?:[{_SPACES}]\d{{3}})+(?:[.,]\d+)?", re.ASCII)
_STYLES: dict[Style, tuple[str, str]] = {"point": (",", "."), "comma": (".", ",")}
_PATTERNS = {
    style: re.compile(
        rf"[1-9]\d{{0,2}}(?:\{group}\d{{3}})+(?:\{point}\d+)?|\d*\{point}\d+|\d+", re.ASCII
    )
    for style, (group, point) in _STYLES.items()
}
_PLAIN = re.compile(r"-?(?:\d+|\d{4,}\.\d+|\d+\.(?:\d{1,2}|\d{4,})|0\.\d+)", re.ASCII)
_DASH_ALONE = "is a dash, which can mean 0 or nothing: write 0, or leave the cell empty"
_NO_NUMBER = (
    "is not a plain number: write digits with a point for decimals, such as 1250000.50, "
    "and -5 or (5) for what is negative"
)


class UnreadableCellError(Exception):
    """A cell that does not say what its column asks for; its text is the reason and the mend."""


@dataclass(frozen=True, slots=True)
class Written:
    """A number taken apart; `readings` are its digits by what may stand before the decimals."""

    negative: bool
    readings: dict[Style, str]
    currency: str
    percent: bool


def read_number(text: str, style: Callable[[], Style | None]) -> tuple[str, str, bool]:
    """Return a number in plain digits, the currency written with it, and whether it is in per cent.

    `style` tells what the other cells of the column show, where that matters. Raises
    UnreadableCellError.
    """
    if _PLAIN.fullmatch(text):
        return text, "", False
    written = _taken_apart(text)
    readings = written.readings
    if len(set(readings.values())) > 1:
        shown = style()
        if shown is None:
            point, comma = readings["point"], readings["comma"]
            raise UnreadableCellError(
                f"can be {_signed(point, written)} or {_signed(comma, written)}, and no other "
                f"cell of the column says which: write {_sure(point)} or {_sure(comma)}"
            )
        digits = readings[shown]
    else:
        digits = next(iter(readings.values()))
    return _signed(digits, written), written.currency, written.percent


def style_of(texts: Iterable[str]) -> Style | None:
    """Find what stands before the decimals in a column; None where its cells do not say, or differ.

    Only cells that can be read in one way count.
    """
    found: set[Style] = set()
    for text in texts:
        if text.isdigit():
            continue
        try:
            readings = _taken_apart(text).readings
        except UnreadableCellError:
            continue
        if len(readings) == 1:
            found |= readings.keys()
    return found.pop() if len(found) == 1 else None


def _taken_apart(text: str) -> Written:
    if zero := _ZERO.fullmatch(text):
        currency = zero["before"] or zero["after"]
        return Written(negative=False, readings=_both("0"), currency=currency, percent=False)
    found = _WRITTEN.fullmatch(text)
    if found is None or bool(found["open"]) != bool(found["close"]):
        raise UnreadableCellError(_DASH_ALONE if _ONLY_A_DASH.fullmatch(text) else _NO_NUMBER)
    signs = [sign for sign in found.group("sign", "second", "trailing") if sign]
    currencies = [sign for sign in found.group("outside", "before", "after") if sign]
    readings = _readings(found["digits"])
    if not readings or len(signs) + bool(found["open"]) > 1 or len(currencies) > 1:
        raise UnreadableCellError(_NO_NUMBER)
    return Written(
        negative=bool(found["open"]) or signs not in ([], ["+"]),
        readings=readings,
        currency="".join(currencies),
        percent=bool(found["percent"]),
    )


def _readings(digits: str) -> dict[Style, str]:
    """Read digits with either sign before the decimals, where they can be read so."""
    if any(space in digits for space in _SPACES):
        if not _GROUPED_BY_SPACES.fullmatch(digits):
            return {}
        whole = re.sub(f"[{_SPACES}]", "", digits).replace(",", ".")
        return {"comma" if "," in digits else "point": whole} if "." in whole else _both(whole)
    if _INDIAN.fullmatch(digits):
        return {"point": digits.replace(",", "")}
    readings: dict[Style, str] = {}
    for style, (group, point) in _STYLES.items():
        if _PATTERNS[style].fullmatch(digits):
            plain = digits.replace(group, "").replace(point, ".")
            readings[style] = f"0{plain}" if plain.startswith(".") else plain
    return readings


def _both(digits: str) -> dict[Style, str]:
    return {"point": digits, "comma": digits}


def _signed(digits: str, written: Written) -> str:
    return f"-{digits}" if written.negative else digits


def _sure(digits: str) -> str:
    """Write a number so that it can be read in one way only."""
    return f"{digits}0" if "." in digits else digits
