"""What a number format shows beside a number: the sign of a currency, or per cent."""

from __future__ import annotations

import re
from typing import NamedTuple

from app.domain.currencies import SIGN_PATTERN

_LONGEST = 300  # characters of a format; Excel takes 255
# Text in quotes; a currency by its country; a colour or condition; an escaped character; a space as
# wide as another one, or a character that fills the cell; and any other.
_PIECE = re.compile(r'"([^"]*)"|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|\\(.)|[_*].|(.)', re.DOTALL)
_SIGN = re.compile(rf"(?<![^\W\d_])(?:{SIGN_PATTERN})(?![^\W\d_])")
_SHOWN_PLAINLY = frozenset("$€£¥₹₩₪")


class ShownWith(NamedTuple):
    """What stands beside the number that the cell holds."""

    sign: str = ""  # of a currency, such as € or CHF
    percent: bool = False


NOTHING = ShownWith()


def shown_with(code: str) -> ShownWith:
    """Read the format's part for positive numbers, such as `[$€-407] #,##0.00;-0` or `0%`."""
    literal, percent = "", False
    for quoted, currency, escaped, plain in _PIECE.findall(code[:_LONGEST]):
        if plain == ";":
            break
        percent |= plain == "%"
        literal += quoted or currency or escaped or (plain if plain in _SHOWN_PLAINLY else " ")
    sign = _SIGN.search(literal)
    return ShownWith(sign[0] if sign else "", percent)
