"""Reads one row of an import file as a well-formed fact, or every fault by its column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from app.domain.currencies import can_mean
from app.domain.errors import Fault, RefusedError
from app.domain.events.catalogue import EventType
from app.domain.events.labels import EVENT_NAMES, renamed
from app.domain.events.model import Draft
from app.domain.events.parse import parse_draft
from app.services.import_files.cells import CellReader
from app.services.import_files.columns import CURRENCY, PAYLOAD_COLUMNS
from app.services.import_files.faults import ImportFaultsError, RowFault, stop_at_many
from app.services.import_files.file import Line, Sheet
from app.services.import_files.numbers import UnreadableCellError

_PAYLOAD = frozenset(PAYLOAD_COLUMNS)
_LONG_AGO = date(1950, 1, 1)  # no fund of this kind is older
_LONGEST_NUMBER = 18  # digits of a row's own number


def draft_of(line: Line, position: int, sequences: Mapping[int, int], reader: CellReader) -> Draft:
    """Read one row as a fact; `sequences` leads from the file's numbering to the log's.

    Raises ImportFaultsError with every fault of the row.
    """
    reading = _Reading(line, reader)
    payload = {name: reading.value(name) for name in line.cells if name in _PAYLOAD}
    raw = {
        "event_type": line.cells.get("event_type"),
        "effective_on": reading.value("effective_on"),
        "payload": {name: value for name, value in payload.items() if value is not None},
    }
    reading.settle_void(raw["payload"], sequences)
    recorded_at = _recorded_at(line, reading)
    correlation_id = _correlation_id(line, reading)
    try:
        draft = parse_draft(raw, position)
    except RefusedError as error:
        reading.add(row_fault(line, fault) for fault in error.faults)
        raise ImportFaultsError(reading.faults) from error
    if reading.faults or line.unread:
        raise ImportFaultsError(reading.faults)
    return draft._replace(recorded_at=recorded_at, correlation_id=correlation_id)


def row_fault(line: Line, fault: Fault) -> RowFault:
    """Say where in the file a fault of an event lies."""
    column, _, within = fault.field.partition(".")
    if within:
        return RowFault(line.row, column, fault.value, f"{within} {fault.reason}")
    reason = renamed(fault.reason, _to_be_written if column == "event_type" else _named)
    return RowFault(line.row, column, line.cells.get(column, fault.value), reason)


def _to_be_written(event_type: EventType) -> str:
    return f"{EVENT_NAMES[event_type]} ({event_type})"


def _named(event_type: EventType) -> str:
    return f"“{EVENT_NAMES[event_type]}”"


class _Reading:
    """A row on its way to a fact, with its faults so far."""

    def __init__(self, line: Line, reader: CellReader) -> None:
        self._line = line
        self._reader = reader
        self._unread = set(line.unread)
        self.faults: list[RowFault] = []

    def value(self, column: str) -> Any:  # noqa: ANN401 - JSON of any kind
        cell = self._line.cells.get(column)
        if cell is None:
            return None
        try:
            return self._reader.read(self._line.row, column, cell)
        except UnreadableCellError as error:
            self.refuse(column, cell, str(error))
            return None

    def refuse(self, column: str, cell: str, reason: str) -> None:
        self.faults.append(RowFault(self._line.row, column, cell, reason))
        self._unread.add(column)

    def add(self, faults: Iterable[RowFault]) -> None:
        """Add what follows, apart from columns that are at fault already."""
        self.faults.extend(fault for fault in faults if fault.column not in self._unread)

    def settle_void(self, payload: dict[str, Any], sequences: Mapping[int, int]) -> None:
        """Turn the number of a voided row into its sequence."""
        voids = payload.get("voids", "")
        if voids.isascii() and voids.isdigit():
            if len(voids) <= _LONGEST_NUMBER and int(voids) in sequences:
                payload["voids"] = sequences[int(voids)]
            else:
                self.refuse("voids", voids, "is not a row above this one")


def _recorded_at(line: Line, reading: _Reading) -> datetime | None:
    cell = line.cells.get("recorded_at")
    if cell is None:
        return None
    try:
        instant = datetime.fromisoformat(cell.removeprefix("'"))
        if instant.tzinfo:
            instant = instant.astimezone(UTC)
    except (ValueError, OverflowError):
        instant = None
    if instant is None or instant.tzinfo is None:
        reason = "must be an instant with its offset, such as 2012-03-31T18:00:00Z"
    elif instant > datetime.now(UTC):
        reason = "lies in the future: history was recorded in the past"
    else:
        return instant
    reading.refuse("recorded_at", cell, reason)
    return None


def _correlation_id(line: Line, reading: _Reading) -> UUID | None:
    cell = line.cells.get("correlation_id")
    try:
        return UUID(cell) if cell else None
    except ValueError:
        reading.refuse("correlation_id", cell or "", "must be a UUID")
        return None


Progress = Callable[[int, int], None]  # rows done, of how many


class RowParser:
    """Reads the rows one by one and keeps every fault."""

    def __init__(self, sheet: Sheet, progress: Callable[[int], None] | None) -> None:
        """Take the rows; `progress` is told of each one that was read."""
        self._sheet = sheet
        self._lines = lines = sheet.lines
        self._progress = progress
        self._cells = CellReader(lines, sheet.units)
        first = lines[0].cells.get("event_type") if lines else ""
        self.establishes = first == EventType.FUND_ESTABLISHED  # the file does, in its first row
        self.offset = 0 if self.establishes else 1  # how many events come before the first row's
        self.faults: list[RowFault] = []

    def drafts(self) -> list[Draft | None]:
        """Read each row; None where it is at fault."""
        sequences: dict[int, int] = {}
        drafts = []
        for index, line in enumerate(self._lines):
            drafts.append(self._draft(line, index, sequences))
            sequences[line.number] = index + 1 + self.offset
            if self._progress:
                self._progress(index + 1)
            stop_at_many(self.faults, line.row)
        return drafts

    def check_recorded_at(self, drafts: list[Draft | None]) -> None:
        """See that all rows say when they were recorded, in order, or that none does."""
        first = "recorded_at" in self._lines[0].cells
        latest = None
        for line, draft in zip(self._lines, drafts, strict=True):
            cell = line.cells.get("recorded_at", "")
            if bool(cell) != first:
                reason = "is on some rows and not on others: give it on every row or on none"
                self.faults.append(RowFault(line.row, "recorded_at", cell, reason))
                return
            if draft is None or draft.recorded_at is None:
                continue
            if latest and draft.recorded_at < latest:
                reason = "lies before that of a row above: sort the rows by recorded_at"
                self.faults.append(RowFault(line.row, "recorded_at", cell, reason))
                stop_at_many(self.faults, line.row)
            latest = max(latest or draft.recorded_at, draft.recorded_at)

    def are_recent(self, drafts: list[Draft | None]) -> bool:
        """See that no day is of long ago, as it is where a year is mistyped."""
        known = len(self.faults)
        reason = (
            f"lies before {_LONG_AGO.year}: write the year in full, such as 2015, or give the "
            "inception_on of the fund in the terms if it is that old"
        )
        for line, draft in zip(self._lines, drafts, strict=True):
            if draft and draft.effective_on and draft.effective_on < _LONG_AGO:
                day = draft.effective_on.isoformat()
                self.faults.append(RowFault(line.row, "effective_on", day, reason))
                stop_at_many(self.faults, line.row)
        return len(self.faults) == known

    def check_currency(self, currency: str) -> None:
        """See that no amount stands with the sign of a currency that is not the fund's."""
        self.faults.extend(self._cells.foreign(currency))
        self.faults.extend(self._foreign_headings(currency))
        for given, rows in self._sheet.currencies.items():
            if given != currency:
                reason = f"the fund is in {currency}: convert the amounts, and leave this out"
                self.faults.extend(RowFault(row, CURRENCY, given, reason) for row in rows)

    def _foreign_headings(self, currency: str) -> Iterator[RowFault]:
        for column, unit in self._sheet.units.items():
            if unit.sign and not can_mean(unit.sign, currency):
                reason = (
                    f"is {unit}, and the fund is in {currency}: convert the amounts, and keep "
                    "these as local_amount with their local_currency"
                )
                yield RowFault(self._sheet.row, column, "", reason)

    def day_notes(self, places: Mapping[str, tuple[str, str]]) -> list[str]:
        """Say in which order days were read that the order of other cells decides."""
        return [
            f"Dates in column {places[column][0]} ({places[column][1]}) are read as {order.name}, "
            f"as {order.shown} shows"
            for column, order in self._cells.day_orders()
        ]

    def _draft(self, line: Line, index: int, sequences: Mapping[int, int]) -> Draft | None:
        try:
            return draft_of(line, index, sequences, self._cells)
        except ImportFaultsError as error:
            self.faults.extend(error.faults)
            return None
