"""Reads the cells of an import file, each as the kind that its column holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

from app.domain.currencies import can_mean
from app.domain.money import plain_text
from app.services.import_files.columns import CHOICES, KINDS, Kind
from app.services.import_files.dates import DayOrder, orders_of, read_day
from app.services.import_files.faults import MOST_FAULTS, RowFault
from app.services.import_files.file import Line
from app.services.import_files.heading_units import HeadingUnit
from app.services.import_files.mapping import IN_OTHER_CURRENCIES
from app.services.import_files.numbers import Style, UnreadableCellError, read_number, style_of
from app.services.sheets import Number
from app.services.sheets.formula_escape import unguarded

_PLACES = {Kind.NUMBER: 6, Kind.SHARE: 12}
_WHOLE = re.compile(r"(\d+)\.0+", re.ASCII)
_YES = {"true", "yes", "y", "1", "x"}
_NO = {"false", "no", "n", "0"}
_HUNDRED = Decimal(100)
_LONGEST = {Kind.NUMBER: 100, Kind.SHARE: 100, Kind.DAY: 100, Kind.COUNT: 100, Kind.INSTANT: 100}
_PER_CENT = "is in per cent, and this column holds amounts: write one"
_MOST_ENTRIES = 10_000  # of all lists and objects in a cell of JSON


@dataclass(frozen=True, slots=True)
class Marked:
    """An amount that stands with the sign of a currency."""

    row: int
    column: str
    cell: str
    sign: str


class CellReader:
    """Reads cells in the light of the others in their columns, and notes their currencies."""

    def __init__(
        self, lines: Sequence[Line], units: Mapping[str, HeadingUnit] | None = None
    ) -> None:
        """Take the rows of the file, and what its headings say of the numbers below them."""
        self._lines = lines
        self._units = units or {}
        self._styles: dict[str, Style | None] = {}
        self._orders: dict[str, list[DayOrder]] = {}
        self._marked: dict[str, list[Marked]] = {}  # by sign

    def read(self, row: int, column: str, cell: str) -> Any:  # noqa: ANN401 - JSON of any kind
        """Return a cell's value as JSON; None where it says that the field is absent.

        Raises UnreadableCellError.
        """
        kind = KINDS[column]
        if len(cell) > (most := _LONGEST.get(kind, len(cell))):
            raise UnreadableCellError(
                f"has {len(cell):,} characters, and {kind.value} has {most} at most: shorten it"
            )
        if kind is Kind.TEXT or kind is Kind.INSTANT:
            return unguarded(cell)
        if kind is Kind.NUMBER or kind is Kind.SHARE:
            return self._number(row, column, kind, cell)
        if kind is Kind.DAY:
            return read_day(cell.removeprefix("'"), lambda: self._day_orders(column))
        return _READERS[kind](column, cell.removeprefix("'"))

    def day_orders(self) -> Iterator[tuple[str, DayOrder]]:
        """Return the columns in which days were read by the order that another cell shows."""
        return ((column, found[0]) for column, found in self._orders.items() if len(found) == 1)

    def foreign(self, currency: str) -> list[RowFault]:
        """Refuse the amounts that stand with the sign of another currency than the fund's."""
        return [
            RowFault(
                each.row,
                each.column,
                each.cell,
                f"is in {each.sign}, and the fund is in {currency}: convert it, and keep this as "
                "local_amount with its local_currency",
            )
            for sign, marked in self._marked.items()
            if not can_mean(sign, currency)
            for each in marked
        ]

    def _mark(self, row: int, column: str, cell: str, sign: str) -> None:
        """Note an amount with its sign, as far as it can be told of."""
        marked = self._marked.setdefault(sign, [])
        if len(marked) < MOST_FAULTS + 2:  # of which it is told that they are more
            marked.append(Marked(row, column, cell, sign))

    def _number(self, row: int, column: str, kind: Kind, cell: str) -> str:
        if isinstance(cell, Number):
            return self._shown_number(row, column, kind, cell)
        digits, sign, percent = read_number(cell.removeprefix("'"), lambda: self._style(column))
        if sign and column not in IN_OTHER_CURRENCIES:
            self._mark(row, column, cell, sign)
        if not percent:
            return self._scaled(column, digits)
        if kind is Kind.NUMBER:
            raise UnreadableCellError(_PER_CENT)
        return plain_text(Decimal(digits) / _HUNDRED)

    def _shown_number(self, row: int, column: str, kind: Kind, cell: Number) -> str:
        """Read a number as what its cell shows of it says; 0.5 that shows as 50 % is 0.5."""
        if cell.shown.sign and column not in IN_OTHER_CURRENCIES:
            self._mark(row, column, f"{cell.shown.sign} {cell}", cell.shown.sign)
        if cell.shown.percent and kind is Kind.NUMBER:
            raise UnreadableCellError(_PER_CENT)
        if cell.shown.percent or column not in self._units:
            return _exact(cell, _PLACES[kind])
        return _exact(Number(self._scaled(column, cell)), _PLACES[kind])

    def _scaled(self, column: str, digits: str) -> str:
        """Return a number in full, where the heading says that it is in thousands or per cent."""
        unit = self._units.get(column)
        if unit is None or (unit.scale == 1 and not unit.percent):
            return digits
        number = Decimal(digits) / _HUNDRED if unit.percent else Decimal(digits) * unit.scale
        return plain_text(number)

    def _style(self, column: str) -> Style | None:
        if column not in self._styles:
            self._styles[column] = style_of(cell for _, cell in self._texts(column))
        return self._styles[column]

    def _day_orders(self, column: str) -> list[DayOrder]:
        if column not in self._orders:
            self._orders[column] = orders_of(self._texts(column))
        return self._orders[column]

    def _texts(self, column: str) -> Iterator[tuple[int, str]]:
        """Return the cells of a column that hold text, with their rows."""
        for line in self._lines:
            cell = line.cells.get(column)
            if cell is None or len(cell) > _LONGEST.get(KINDS[column], len(cell)):
                continue
            if not isinstance(cell, Number):
                yield line.row, cell.removeprefix("'")


def _exact(number: Number, places: int) -> str:
    """Refuse the noise that sums and quotients leave behind what a spreadsheet shows."""
    if len(number.partition(".")[2]) > places:
        raise UnreadableCellError(
            f"has more than {places} decimals: round it with =ROUND(…, 2), and paste the values"
        )
    return str(number)


def _choice(column: str, cell: str) -> str:
    """Read one of some words as people write it: Full exit is full_exit."""
    word = "_".join(cell.casefold().replace("-", " ").replace("_", " ").split())
    return word if word in CHOICES[column] else unguarded(cell)


def _count(_: str, cell: str) -> str:
    found = _WHOLE.fullmatch(cell)
    return found[1] if found else cell


def _answer(column: str, cell: str) -> bool | None:
    word = cell.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return None if column == "adjustment" else False
    raise UnreadableCellError("must be true or false")


def _json(_: str, cell: str) -> object:
    if cell.count(",") >= _MOST_ENTRIES:
        raise UnreadableCellError(
            f"has more than {_MOST_ENTRIES:,} entries: leave out what follows from the commitments"
        )
    try:
        return orjson.loads(cell)
    except orjson.JSONDecodeError as error:
        raise UnreadableCellError("must be JSON") from error


_READERS = {
    Kind.CHOICE: _choice,
    Kind.COUNT: _count,
    Kind.ANSWER: _answer,
    Kind.JSON: _json,
}
