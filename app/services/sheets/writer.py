"""Writes rows as CSV or XLSX one by one, so that nothing in them is taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import IO, Literal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from app.domain.errors import AsofError
from app.domain.money import plain_text
from app.services.sheets.formula_escape import guarded
from app.services.sheets.workbook import EVENTS_SHEET
from app.services.sheets.xml_text import escaped

Value = str | Decimal | int | date | bool | None
Row = Sequence[Value]
Format = Literal["csv", "xlsx"]
FORMATS: tuple[Format, ...] = ("csv", "xlsx")

# With three places a decimal can be taken for a whole number with a separator of thousands.
_TWO_READINGS = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")
# Spreadsheets keep 15 digits of a number, and show dates from here on as they are.
_DIGITS = 15
_FIRST_DAY = date(1900, 3, 1)
_LONGEST_CELL = 32_767


class CellTooLongError(AsofError):
    """A text that no cell of an XLSX file can hold."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


def write_rows(rows: Iterable[Row], file: IO[bytes], to: Format, title: str = EVENTS_SHEET) -> None:
    """Write rows into an open file, which stays open; `title` names the sheet of an XLSX file.

    Raises CellTooLongError.
    """
    if to == "csv":
        _write_csv(rows, file)
    else:
        _write_xlsx(rows, file, title)


def _write_csv(rows: Iterable[Row], file: IO[bytes]) -> None:
    """Write UTF-8 with the mark by which spreadsheets know it."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([_csv_cell(value) for value in row])
    text.detach()


def _csv_cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            text = plain_text(value)
            return f"{text}0" if _TWO_READINGS.fullmatch(text) else text
        case int():
            return str(value)
        case date():
            return value.isoformat()
        case str():
            return guarded(value)


def _write_xlsx(rows: Iterable[Row], file: IO[bytes], title: str) -> None:
    """Write one sheet, with numbers and days as such wherever a cell holds them exactly."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    assert isinstance(sheet, WriteOnlyWorksheet)
    sheet.freeze_panes = "A2"
    try:
        for number, row in enumerate(rows, 1):
            sheet.append([_xlsx_cell(value, sheet, number) for value in row])
    except CellTooLongError:
        sheet.close()
        raise
    workbook.save(file)


def _xlsx_cell(value: Value, sheet: WriteOnlyWorksheet, row: int) -> object:
    match value:
        case None | bool() | "":
            return None if value == "" else value
        case Decimal() | int():
            return _number(Decimal(value))
        case date():
            return value if value >= _FIRST_DAY else value.isoformat()
        case str():
            return _text_cell(guarded(value), sheet, row)


def _number(value: Decimal) -> int | float | str:
    """Return a number that a spreadsheet keeps to the last digit, else its text."""
    text = plain_text(value)
    if len(text.lstrip("-").replace(".", "").strip("0")) > _DIGITS:
        return text
    return float(text) if "." in text else int(text)


def _text_cell(text: str, sheet: WriteOnlyWorksheet, row: int) -> object:
    written = escaped(text)
    if len(written) > _LONGEST_CELL:
        raise CellTooLongError(
            f"row {row}: a text of {len(written):,} characters does not fit into a cell of XLSX, "
            f"which holds {_LONGEST_CELL:,}: choose CSV"
        )
    if written.startswith("#"):  # text such as #N/A is not the error of that name
        cell = WriteOnlyCell(sheet, written)
        cell.data_type = "s"
        return cell
    return written
