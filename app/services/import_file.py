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

from app.domain.errors import Fault, RefusedError
from app.domain.events import Draft, parse_draft
from app.services.import_faults import WHOLE, ImportFaultsError, RowFault
from app.services.import_header import (
    JSON_COLUMNS,
    PAYLOAD_COLUMNS,
    Header,
    check_separator,
    read_header,
)

_FORMULA_PREFIXES = ("=", "+", "-", "@", "'")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file that states a fact; `number` is how voids refer to it."""

    line: int
    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file taken apart: its rows, and what is wrong with its header and its layout."""

    lines: list[Line]
    faults: list[RowFault]
    blamed: set[str]  # columns whose faults, row for row, follow from those already named


def read_sheet(content: bytes) -> Sheet:
    """Split a file into rows with their non-empty cells by column; blank rows do not count.

    Raises ImportFaultsError for a file that is empty, no UTF-8, or not proper CSV.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ImportFaultsError(
            [RowFault(line, WHOLE, "", "is not UTF-8: save the file as CSV in UTF-8")]
        ) from error
    check_separator(text)
    records = _records(text)
    header = read_header(next(records)[1])
    return _sheet(records, header)


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
    column, _, within = fault.field.partition(".")
    if within:
        return RowFault(line.line, column, fault.value, f"{within} {fault.reason}")
    return RowFault(line.line, column, line.cells.get(column, fault.value), fault.reason)


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
            [RowFault(start, WHOLE, "", f"is not proper CSV ({error}): check the quotes here")]
        ) from error


def _sheet(records: Iterator[tuple[int, list[str]]], header: Header) -> Sheet:
    sheet = Sheet([], header.faults, header.missing)
    numbers: set[int] = set()
    for start, row in records:
        cells = {
            name: _unescaped(cell.strip())
            for name, cell in zip(header.columns, row, strict=False)
            if name is not None and cell.strip()
        }
        if not any(cell.strip() for cell in row):
            continue
        if any(cell.strip() for cell in row[len(header.columns) :]) or cells.pop("", ""):
            reason = "has cells beyond the header's columns"
            sheet.faults.append(RowFault(start, WHOLE, "", reason))
        text = cells.pop("sequence", str(len(sheet.lines) + 1))
        number = int(text) if text.isascii() and text.isdigit() else -start
        if number < 0 or number in numbers:
            reason = "must be a number of its own"
            sheet.faults.append(RowFault(start, "sequence", text, reason))
            sheet.blamed.add("voids")  # it may mean this row
        numbers.add(number)
        sheet.lines.append(Line(start, number, cells))
    return sheet


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
        instant = datetime.fromisoformat(cell)
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
