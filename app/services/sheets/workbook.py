"""Reads the rows of an XLSX file, row by row; macros, links and styles are left alone."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import WorkSheetParser

from app.services.sheets.archive import check_archive
from app.services.sheets.cells import CellFault, Number, SheetRow, UnreadableFileError
from app.services.sheets.xml_text import unescaped

EVENTS_SHEET = "events"
_WIDEST = 256  # columns
# What openpyxl raises for files that are not as they should be; entities are a ValueError.
_DAMAGED = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    OSError,
    RuntimeError,
    EOFError,
    ParseError,
    BadZipFile,
    zlib.error,
)


def workbook_rows(content: bytes) -> Iterator[SheetRow]:
    """Give the rows of the sheet named events, or of the only one.

    Raises UnreadableFileError for a file that is too large, damaged, or has several sheets.
    """
    check_archive(content)
    row = 1
    try:
        workbook = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        for parsed in _rows(workbook, _sheet(workbook)):
            row = parsed.row
            yield parsed
    except UnreadableFileError:
        raise
    except _DAMAGED as error:
        reason = "the file is no sound XLSX from here on: open it in a spreadsheet and save it anew"
        raise UnreadableFileError(row, reason) from error


def _sheet(workbook: Workbook) -> ReadOnlyWorksheet:
    sheets = workbook.worksheets
    named = [sheet for sheet in sheets if sheet.title.strip().lower() == EVENTS_SHEET]
    if len(named or sheets) != 1:
        titles = ", ".join(sheet.title for sheet in sheets) or "none"
        raise UnreadableFileError(
            1,
            f"the file has {len(sheets)} sheets ({titles}): name the one to import "
            f"“{EVENTS_SHEET}”, or save it in a file of its own",
        )
    sheet = (named or sheets)[0]
    assert isinstance(sheet, ReadOnlyWorksheet)
    return sheet


def _rows(workbook: Any, sheet: Any) -> Iterator[SheetRow]:  # noqa: ANN401 - parts without types
    """Parse the sheet as openpyxl does, without its filling up of empty cells and rows.

    A sheet can claim millions of empty cells in a few bytes.
    """
    with sheet._get_source() as source:  # noqa: SLF001 - the filling up comes with the public way
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,  # noqa: SLF001
            epoch=workbook.epoch,
            date_formats=workbook._date_formats,  # noqa: SLF001
            timedelta_formats=workbook._timedelta_formats,  # noqa: SLF001
        )
        for number, cells in parser.parse():
            yield _row(number, cells)


def _row(number: int, parsed: list[dict[str, Any]]) -> SheetRow:
    cells: list[str] = []
    faults = []
    for cell in parsed:
        index = cell["column"] - 1
        if cell["value"] is None:
            continue
        if index >= _WIDEST:
            reason = f"stands beyond column {_WIDEST}: delete what is not needed"
            faults.append(CellFault(index, str(cell["value"])[:50], reason))
            continue
        cells.extend([""] * (index + 1 - len(cells)))
        if cell["data_type"] in _NOT_TAKEN:
            shown = str(getattr(cell["value"], "text", None) or cell["value"])
            faults.append(CellFault(index, shown, _NOT_TAKEN[cell["data_type"]]))
        else:
            cells[index] = _text(cell["value"])
    return SheetRow(number, cells, tuple(faults))


_NOT_TAKEN = {
    "f": "is a formula: copy the column and paste it as values",
    "e": "is an error of the spreadsheet: mend the cell, or empty it",
}


def _text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return Number(value)
        case float():
            return Number(_exactly(value))
        case date() | time():
            return value.isoformat().removesuffix("T00:00:00")
        case _:
            return unescaped(str(value))


def _exactly(value: float) -> str:
    """Write the number that the file shows: the shortest that stands for these very bits."""
    text = f"{Decimal(repr(value)):f}"
    return text.removesuffix(".0")
