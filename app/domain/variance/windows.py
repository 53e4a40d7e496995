"""Periods added up: month, quarter and year to date, and the last twelve months."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from app.domain.money import ZERO
from app.domain.viewpoint import month_end, months_before

Window = Literal["period", "mtd", "qtd", "ytd", "ttm"]
WINDOWS: tuple[Window, ...] = get_args(Window)
_YEAR = 12
_QUARTER = 3
Span = tuple[date, int]  # the last day of a period, and the months that it covers


def months_in(window: Window, end: date) -> int | None:
    """Return how many months a window covers that ends with a month; None for one period."""
    match window:
        case "period":
            return None
        case "mtd":
            return 1
        case "qtd":
            return (end.month - 1) % _QUARTER + 1
        case "ytd":
            return end.month
        case _:
            return _YEAR


def added_up(values: Mapping[Span, Decimal], end: date, months: int) -> Decimal | None:
    """Add up the periods that fill a window without a gap; None where they do not.

    Where several sets of periods fill it, the longest period that ends last is taken first.
    """
    if months == 0:
        return ZERO
    lengths = sorted(
        (length for day, length in values if day == end and length <= months), reverse=True
    )
    for length in lengths:
        rest = added_up(values, months_before(end, length), months - length)
        if rest is not None:
            return values[end, length] + rest
    return None


def spans_whole_months(end: date) -> bool:
    """Return whether a day is the last one of its month, so that windows can end with it."""
    return end == month_end(end)
