"""The demo fund's calendar: its ten years, their quarters, and when its people work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

INCEPTION = date(2015, 7, 1)
LAST_QUARTER = date(2025, 6, 30)
OPENS, CLOSES = 8 * 3600, 17 * 3600  # the office's hours, in seconds of the UTC day
_SATURDAY = 5


def quarter_ends(first: date, last: date) -> Iterator[date]:
    """Return the last days of the quarters between two days, both included."""
    starts = [
        date(year, month, 1) for year in range(first.year, last.year + 2) for month in (1, 4, 7, 10)
    ]
    for _, start in pairwise(starts):
        end = date.fromordinal(start.toordinal() - 1)
        if first <= end <= last:
            yield end


def working_day(day: date) -> date:
    """Return the day, or the Monday after it where it falls on a weekend."""
    return day + timedelta(max(7 - day.weekday(), 0) if day.weekday() >= _SATURDAY else 0)
