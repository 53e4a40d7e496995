"""Reads days as people write them in spreadsheets, by the order that their column shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.services.import_files.numbers import UnreadableCellError

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-\s./]+([a-z]+)\.?,?[-\s./]+(\d{4})", re.ASCII)
_MONTH_FIRST = re.compile(r"([a-z]+)\.?[-\s]+(\d{1,2})(?:st|nd|rd|th)?,?[-\s]+(\d{4})", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}[-\s./]+(?:\d{1,2}|[a-z]+)\.?[-\s./]+'?\d{2}", re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_EPOCH = date(1899, 12, 30)  # day 0 of spreadsheets, from March 1900 on
_MONTH_NAMES = (
    "january february march april may june july august september october november december"
)
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), 1)}
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class DayOrder:
    """Which of its numbers comes first in a day, and the first cell that can be read so only."""

    day_first: bool
    row: int
    cell: str

    @property
    def name(self) -> str:
        """Say it as people do."""
        return "day/month/year" if self.day_first else "month/day/year"

    @property
    def shown(self) -> str:
        """Name the cell that shows it."""
        return f"{self.cell} in row {self.row}"


def orders_of(cells: Iterable[tuple[int, str]]) -> list[DayOrder]:
    """Find the orders in which a column writes days, of cells with their rows: none, one or both.

    Only cells that can be read in one order count.
    """
    found: dict[bool, DayOrder] = {}
    for row, text in cells:
        if numbers := _NUMBERS.fullmatch(text):
            days = _by_order(int(numbers[1]), int(numbers[3]), int(numbers[4]))
            if len(days) == 1:
                [day_first] = days
                found.setdefault(day_first, DayOrder(day_first, row, text))
    return list(found.values())


def read_day(text: str, orders: Callable[[], list[DayOrder]]) -> str:
    """Return a day in ISO form. Raises UnreadableCellError for what is none, or can be two.

    `orders` tells what the cells of the column show, where that matters.
    """
    if found := _ISO.fullmatch(text):
        return _day(*(int(part) for part in found.groups()))
    if found := _MIDNIGHT.fullmatch(text):
        if found[2].strip("0:."):
            raise UnreadableCellError(f"has a time of day: write {found[1]} alone")
        return found[1]
    if found := _NUMBERS.fullmatch(text):
        return _from_numbers(int(found[1]), int(found[3]), int(found[4]), orders)
    words = " ".join(text.lower().split())
    if found := _DAY_FIRST.fullmatch(words):
        return _day(int(found[3]), _month(found[2]), int(found[1]))
    if found := _MONTH_FIRST.fullmatch(words):
        return _day(int(found[3]), _month(found[1]), int(found[2]))
    if _SHORT_YEAR.fullmatch(words):
        raise UnreadableCellError("leaves the century open: write the year with four digits")
    if _SERIAL.fullmatch(text):
        day = _EPOCH + timedelta(int(text.partition(".")[0]))
        raise UnreadableCellError(
            f"is a number; if it is how a spreadsheet counts days, it means {day}: format the "
            f"column as dates, or write {day}"
        )
    raise _no_day()


def _from_numbers(first: int, second: int, year: int, orders: Callable[[], list[DayOrder]]) -> str:
    """Read a day of which either number may be the month: as only one can be, or the column is."""
    days = _by_order(first, second, year)
    if not days:
        raise _no_day()
    if len(set(days.values())) == 1:
        return next(iter(days.values())).isoformat()
    shown = orders()
    if len(shown) == 1:
        return days[shown[0].day_first].isoformat()
    one, other = days[True], days[False]
    why = (
        f"the column has days of both kinds ({' and '.join(each.shown for each in shown)})"
        if shown
        else "no other cell of the column says which"
    )
    raise UnreadableCellError(
        f"can be {_in_words(one)} or {_in_words(other)}, and {why}: write {one} or {other}"
    )


def _by_order(first: int, second: int, year: int) -> dict[bool, date]:
    """Read two numbers and a year with the day first (True) and with the month first (False)."""
    days = {}
    for day_first, (month, day) in ((True, (second, first)), (False, (first, second))):
        try:
            days[day_first] = date(year, month, day)
        except ValueError:
            continue
    return days


def _month(name: str) -> int:
    if len(name) >= _SHORTEST:
        for month, number in _MONTHS.items():
            if month.startswith(name):
                return number
    raise _no_day()


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise _no_day() from None


def _no_day() -> UnreadableCellError:
    return UnreadableCellError("must be a day of the calendar such as 2012-03-31")


def _in_words(day: date) -> str:
    return f"{day.day} {day:%b} {day.year}"
