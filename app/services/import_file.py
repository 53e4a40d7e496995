"""Reads an import file: rows of CSV into well-formed facts, or every fault by line and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from app.domain.errors import AsofError, Fault, RefusedError
from app.domain.events import Draft, parse_draft
from app.domain.payloads import PAYLOADS

ENVELOPE_COLUMNS = ("effective_on", "event_type", "recorded_at", "sequence", "correlation_id")
JSON_COLUMNS = ("terms", "allocations")
PAYLOAD_COLUMNS = tuple(
    dict.fromkeys(name for model in PAYLOADS.values() for name in model.model_fields)
)
_FORMULA_PREFIXES = ("=", "+", "-", "@", "'")


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing wrong with an import file, where it stands in it."""

    line: int  # of the file, from 1; the header is line 1
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        """Name line, column, value and mend."""
        shown = f" {self.value!r}" if self.value else ""
        return f"line {self.line}, column {self.column}{shown}: {self.reason}"


class ImportFaultsError(AsofError):
    """A file that cannot be imported; nothing of it was written."""

    def __init__(self, faults: list[RowFault]) -> None:
        """Keep every fault, in the order of the file."""
        self.faults = sorted(faults, key=lambda fault: fault.line)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file that states a fact; `number` is how voids refer to it."""

    line: int
    number: int
    cells: dict[str, str]


def read_lines(content: bytes) -> list[Line]:
    """Split a file into rows with their non-empty cells by column; blank rows do not count.

    Raises ImportFaultsError for a file that is no UTF-8, or whose header or quoting is at fault.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ImportFaultsError(
            [RowFault(line, "-", "", "is not UTF-8: save the file as CSV in UTF-8")]
        ) from error
    records = _records(text)
    _, header = next(records, (1, []))
    header = [name.strip() for name in header]
    _check_header(header)
    return _lines(records, header)


def draft_of(line: Line, position: int, sequences: Mapping[int, int]) -> Draft:
    """Read one row as a fact; `sequences` leads from the file's numbering to the log's.

    Raises ImportFaultsError with every fault of the row.
    """
    faults: list[RowFault] = []
    payload = _payload(line, sequences, faults)
    recorded_at = _recorded_at(line, faults)
    correlation_id = _correlation_id(line, faults)
    raw = {
        "event_type": line.cells.get("event_type"),
        "effective_on": line.cells.get("effective_on"),
        "payload": payload,
    }
    try:
        draft = parse_draft(raw, position)
    except RefusedError as error:
        faults.extend(row_fault(line, fault) for fault in error.faults)
        raise ImportFaultsError(faults) from error
    if faults:
        raise ImportFaultsError(faults)
    return replace(draft, recorded_at=recorded_at, correlation_id=correlation_id)


def row_fault(line: Line, fault: Fault) -> RowFault:
    """Say where in the file a fault of an event lies."""
    column = fault.field.partition(".")[0]
    return RowFault(line.line, column, line.cells.get(column, fault.value), fault.reason)


def _check_header(header: list[str]) -> None:
    known = (*ENVELOPE_COLUMNS, *PAYLOAD_COLUMNS)
    faults = [
        RowFault(1, name, "", f"is not a column of an import: use any of {', '.join(known)}")
        for name in header
        if name and name not in known
    ]
    faults += [
        RowFault(1, name, "", "stands in the header twice: keep one")
        for name in dict.fromkeys(header)
        if name and header.count(name) > 1
    ]
    faults += [
        RowFault(1, name, "", "is missing from the header: add this column")
        for name in ("effective_on", "event_type")
        if name not in header
    ]
    if faults:
        raise ImportFaultsError(faults)


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give each record with the line it begins on; one record may hold line breaks in quotes."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    try:
        for record in reader:
            yield start, record
            start = reader.line_num + 1
    except csv.Error as error:
        raise ImportFaultsError(
            [RowFault(start, "-", "", f"is not proper CSV ({error}): check the quotes here")]
        ) from error


def _lines(records: Iterator[tuple[int, list[str]]], header: list[str]) -> list[Line]:
    faults: list[RowFault] = []
    lines: list[Line] = []
    numbers: set[int] = set()
    for start, row in records:
        cells = {
            name: _unescaped(cell) for name, cell in zip(header, row, strict=False) if cell.strip()
        }
        if not any(cell.strip() for cell in row):
            continue
        place = len(numbers) + 1
        if any(cell.strip() for cell in row[len(header) :]) or "" in cells:
            faults.append(RowFault(start, "-", "", "has cells beyond the header's columns"))
        number = cells.pop("sequence", str(place))
        if not number.isdigit() or int(number) in numbers:
            faults.append(RowFault(start, "sequence", number, "must be a number of its own"))
            continue
        numbers.add(int(number))
        lines.append(Line(start, int(number), cells))
    if faults:
        raise ImportFaultsError(faults)
    return lines


def _unescaped(cell: str) -> str:
    """Take off the apostrophe that keeps spreadsheets from reading text as a formula."""
    if cell.startswith("'") and cell[1:].startswith(_FORMULA_PREFIXES):
        return cell[1:]
    return cell


def _payload(line: Line, sequences: Mapping[int, int], faults: list[RowFault]) -> dict[str, Any]:
    payload: dict[str, Any] = {
        name: cell for name, cell in line.cells.items() if name in PAYLOAD_COLUMNS
    }
    for name in JSON_COLUMNS:
        if name in payload:
            try:
                payload[name] = orjson.loads(payload[name])
            except orjson.JSONDecodeError:
                faults.append(RowFault(line.line, name, payload[name], "must be JSON"))
                payload.pop(name)
    if "voids" in payload and payload["voids"].isdigit():
        number = int(payload["voids"])
        if number in sequences:
            payload["voids"] = sequences[number]
        else:
            faults.append(RowFault(line.line, "voids", str(number), "is not a row above this one"))
    return payload


def _recorded_at(line: Line, faults: list[RowFault]) -> datetime | None:
    cell = line.cells.get("recorded_at")
    if cell is None:
        return None
    try:
        instant = datetime.fromisoformat(cell.strip())
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        reason = "must be an instant with its offset, such as 2012-03-31T18:00:00Z"
    elif instant > datetime.now(UTC):
        reason = "lies in the future: history was recorded in the past"
    else:
        return instant.astimezone(UTC)
    faults.append(RowFault(line.line, "recorded_at", cell, reason))
    return None


def _correlation_id(line: Line, faults: list[RowFault]) -> UUID | None:
    cell = line.cells.get("correlation_id")
    try:
        return UUID(cell) if cell else None
    except ValueError:
        faults.append(RowFault(line.line, "correlation_id", cell or "", "must be a UUID"))
        return None
