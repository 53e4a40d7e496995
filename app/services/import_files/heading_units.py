"""What a heading says of its numbers besides their column: a scale, a currency, per cent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from app.domain.currencies import COMMON

_THOUSAND, _MILLION, _BILLION = Decimal(10) ** 3, Decimal(10) ** 6, Decimal(10) ** 9
_SCALES = {
    **dict.fromkeys(("thousand", "thousands", "000", "000s", "tsd", "tausend"), _THOUSAND),
    **dict.fromkeys(("million", "millions", "mm", "mn", "mio", "mln", "mill"), _MILLION),
    **dict.fromkeys(("billion", "billions", "bn", "mrd"), _BILLION),
}
# These letters are a scale beside a currency or in brackets only: a series may be called M.
_LETTERS = {"k": _THOUSAND, "t": _THOUSAND, "m": _MILLION, "b": _BILLION}
_WORDS = {_THOUSAND: "thousands", _MILLION: "millions", _BILLION: "billions"}
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_CODES = "|".join(COMMON)
_CODE = re.compile(rf"(?<![A-Za-z])({_CODES})(?![A-Za-ln-z])")
_BESIDE = re.compile(rf"(?:[$€£¥]|(?<![A-Za-z])(?:{_CODES}))\s?([kmb])(?:n|m)?(?![A-Za-z])")
_SYMBOL = re.compile("|".join(re.escape(sign) for sign in ("US$", "C$", "A$", "€", "£", "¥", "$")))
_LOCAL = {"local", "lc", "lcy", "local currency", "local ccy"}
_PER_CENT = {"%", "percent", "per cent", "pct"}


@dataclass(frozen=True, slots=True)
class HeadingUnit:
    """What the numbers below a heading are in; nothing where it says nothing."""

    scale: Decimal = Decimal(1)
    sign: str = ""  # of a currency, or its code
    is_local: bool = False  # in the currency of each deal
    percent: bool = False

    def __bool__(self) -> bool:
        """Return whether a plain number below the heading is not what it says."""
        return self != PLAIN

    def __str__(self) -> str:
        """Name the unit in words, such as "in millions of €"."""
        if self.is_local:
            return "in local currency"
        if self.percent:
            return "in per cent"
        scaled = _WORDS.get(self.scale, "")
        return " ".join(
            filter(None, ["in", scaled, "of" if scaled and self.sign else "", self.sign])
        )


PLAIN = HeadingUnit()


def unit_of(heading: str) -> HeadingUnit:
    """Read the unit that a heading names, such as `Amount ($m)`, `commitment_mm` or `Own. (%)`."""
    inside = [(one or two).strip() for one, two in _BRACKETS.findall(heading)]
    folded = [each.casefold() for each in inside]
    words = heading.upper() if "_" in heading else heading  # names in snake case have no capitals
    sign = _SYMBOL.search(heading) or _CODE.search(
        " ".join([words.replace("_", " "), *map(str.upper, inside)])
    )
    return HeadingUnit(
        scale=_scale(heading, folded),
        sign=sign[0] if sign else "",
        is_local=any(each in _LOCAL for each in folded) or "local" in _words(heading),
        percent=any(each in _PER_CENT for each in folded) or heading.rstrip().endswith("%"),
    )


def _scale(heading: str, inside: list[str]) -> Decimal:
    for word in _words(heading):
        if word in _SCALES:
            return _SCALES[word]
    for each in inside:
        bare = each.removeprefix("in ").strip()
        unit = _SYMBOL.sub("", bare.upper()).casefold().strip("' ")
        for code in COMMON:
            unit = unit.removeprefix(code.casefold()).strip()
        if found := _LETTERS.get(unit) or _SCALES.get(unit):
            return found
    beside = _BESIDE.search(heading)
    return _LETTERS[beside[1]] if beside else PLAIN.scale


def _words(heading: str) -> list[str]:
    return re.findall(r"[^\W_]+", heading.casefold())
