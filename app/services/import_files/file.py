"""Reads an import file: which row says what, in cells by column, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from sys import intern

from app.domain.events.labels import event_type_called
from app.services.import_files.columns import CURRENCY, KINDS, Kind
from app.services.import_files.faults import (
    MOST_FAULTS,
    WHOLE,
    ImportFaultsError,
    RowFault,
    TooManyFaultsError,
    stop_at_many,
)
from app.services.import_files.header import Header, headings_of, read_header
from app.services.import_files.header_row import from_header_on
from app.services.import_files.heading_units import HeadingUnit
from app.services.sheets import Number, SheetRow, UnreadableFileError, letter, read_rows

_EMPTY = "the file is empty: begin with a header such as effective_on,event_type,amount"
_NONE: frozenset[str] = frozenset()
_MOST_ENTRIES = 1_000_000  # of lists and objects in cells of JSON, all together
_SHOWN = 10  # hidden rows that are named
_LONGEST_NUMBER = 18  # digits of a row's own number
_JSON = frozenset(name for name, kind in KINDS.items() if kind is Kind.JSON)
# Columns in which many rows say the same: each text of theirs is kept once.
_REPEATED = {"company", "effective_on", "recorded_at", "period_end", "metric_type"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file that states a fact; `number` is how voids refer to it."""

    row: int
    number: int
    cells: dict[str, str]
    unread: frozenset[str] = _NONE  # columns whose cells could not be taken, which is told already


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file taken apart: its rows, and what is wrong with its header and its layout."""

    row: int  # of the header
    lines: list[Line]
    faults: list[RowFault]
    blamed: set[str]  # columns whose faults, row for row, follow from those already named
    places: dict[str, tuple[str, str]]  # heading and letter of each column
    units: dict[str, HeadingUnit]  # of the numbers in a column, where its heading names one
    currencies: dict[str, list[int]] = field(default_factory=dict)  # the rows of each, the first
    hidden: list[int] = field(default_factory=list)  # rows that a filter or a hand has hidden
    above: list[int] = field(default_factory=list)  # rows above the header, which are not read

    @property
    def notes(self) -> list[str]:
        """Say what was read otherwise than it stands, and what the file hides."""
        return [*self._titles(), *self._scaled(), *self._hidden()]

    def _titles(self) -> Iterator[str]:
        if self.above:
            above = ", ".join(map(str, self.above))
            yield f"The headings are taken from row {self.row}; left out above them: row {above}"

    def _scaled(self) -> Iterator[str]:
        for column, unit in self.units.items():
            heading = self.places[column][0]
            if unit.percent:
                yield f"{heading} is in per cent: its numbers are divided by 100"
            elif unit.scale > 1:
                yield f"{heading} is {unit}: its numbers are multiplied by {unit.scale:,}"

    def _hidden(self) -> list[str]:
        if not self.hidden:
            return []
        shown = ", ".join(map(str, self.hidden[:_SHOWN]))
        more = f" and {len(self.hidden) - _SHOWN:,} more" if len(self.hidden) > _SHOWN else ""
        return [f"Rows that are hidden in the file are read, too: {shown}{more}"]


def read_headings(content: bytes) -> list[str]:
    """Return the headings of a file, to propose a mapping for them. Raises ImportFaultsError."""
    try:
        first = next(from_header_on(read_rows(content))[1], None)
        return headings_of(first) if first else []
    except UnreadableFileError as error:
        raise _refused(error) from error


def read_sheet(
    content: bytes,
    mapping: Mapping[str, str] | None = None,
    read: Callable[[int], None] | None = None,
) -> Sheet:
    """Split a file into rows with their non-empty cells by column; blank rows do not count.

    `read` is told how many were read so far: how many there are shows only at the end.
    Raises ImportFaultsError for a file that is empty, or no CSV or XLSX that can be read.
    """
    try:
        above, rows = from_header_on(read_rows(content))
        first = next(rows, None)
        if first is None:
            raise ImportFaultsError([RowFault(1, WHOLE, "", _EMPTY)])
        header = read_header(first.row, headings_of(first), mapping)
        header.faults.extend(_cell_faults(first, header))
        return _sheet(rows, header, read, above)
    except TooManyFaultsError:
        raise ImportFaultsError(header.faults) from None
    except UnreadableFileError as error:
        raise _refused(error) from error


def _refused(error: UnreadableFileError) -> ImportFaultsError:
    return ImportFaultsError([RowFault(error.row, WHOLE, "", error.reason)])


def _sheet(
    rows: Iterable[SheetRow],
    header: Header,
    read: Callable[[int], None] | None,
    above: list[int],
) -> Sheet:
    places, units = header.places, header.units
    sheet = Sheet(header.row, [], header.faults, header.missing, places, units, above=above)
    numbers: set[int] = set()
    entries = 0
    for row in rows:
        cells = _cells(row, header)
        entries += sum(cells[name].count(",") for name in _JSON.intersection(cells))
        if entries > _MOST_ENTRIES:
            reason = (
                f"the file has more than {_MOST_ENTRIES:,} entries in its cells of JSON, and this "
                "row is beyond: leave allocations out that follow from the commitments"
            )
            raise UnreadableFileError(row.row, reason)
        sheet.faults.extend(_cell_faults(row, header))
        if any(cell.strip() for cell in row.cells[len(header.columns) :]) or cells.pop("", ""):
            reason = "has cells beyond the header's columns"
            sheet.faults.append(RowFault(row.row, WHOLE, "", reason))
        _note_currency(sheet, row.row, cells.pop(CURRENCY, ""))
        text = cells.pop("sequence", str(len(sheet.lines) + 1))
        number = int(text) if _is_whole(text) else -row.row
        if number < 0 or number in numbers:
            reason = "must be a number of its own"
            sheet.faults.append(RowFault(row.row, "sequence", text, reason))
            sheet.blamed.add("voids")  # it may mean this row
        numbers.add(number)
        if row.is_hidden:
            sheet.hidden.append(row.row)
        unread = frozenset(_column(header, fault.index) for fault in row.faults)
        sheet.lines.append(Line(row.row, number, cells, unread or _NONE))
        if read:
            read(len(sheet.lines))
        stop_at_many(sheet.faults, row.row)
    return sheet


def _note_currency(sheet: Sheet, row: int, currency: str) -> None:
    """Note in which rows a currency stands, as far as they can be told of."""
    if currency:
        rows = sheet.currencies.setdefault(currency.upper(), [])
        if len(rows) <= MOST_FAULTS and len(sheet.currencies) <= MOST_FAULTS:
            rows.append(row)


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER


def _cells(row: SheetRow, header: Header) -> dict[str, str]:
    cells = {}
    for name, cell in zip(header.columns, row.cells, strict=False):
        text = cell if isinstance(cell, Number) else cell.strip()
        if text and name is not None:
            is_shared = name in _REPEATED and not isinstance(text, Number)
            cells[name] = intern(text) if is_shared else text
    if called := event_type_called(cells.get("event_type", "")):
        cells["event_type"] = called.value
    return cells


def _cell_faults(row: SheetRow, header: Header) -> list[RowFault]:
    """Say what is wrong with cells as the file holds them, such as a formula."""
    return [
        RowFault(
            row.row,
            header.places.get(_column(header, fault.index), ("cell", ""))[0],
            fault.value,
            fault.reason,
            letter(fault.index),
        )
        for fault in row.faults
        if not (fault.index < len(header.columns) and header.columns[fault.index] is None)
    ]


def _column(header: Header, index: int) -> str:
    name = header.columns[index] if index < len(header.columns) else None
    return name or ""
