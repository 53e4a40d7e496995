"""Reads the rows of an XLSX file, row by row; macros, links and styles are left alone."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._reader import ROW_TAG
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from app.services.sheets.archive import check_archive
from app.services.sheets.cells import CellFault, Number, SheetRow, UnreadableFileError
from app.services.sheets.limits import MOST_COLUMNS, beyond_the_columns
from app.services.sheets.number_formats import NOTHING, ShownWith, shown_with
from app.services.sheets.sheet_parser import BoundedPart, RowTooLargeError, SharedTexts, SheetParser
from app.services.sheets.xml_text import unescaped

EVENTS_SHEET = "events"
_MERGED_TAG = f"{{{SHEET_MAIN_NS}}}mergeCells"
# What may follow in a sheet; none of it is of use here, and some is large.
_AFTER_MERGED = {
    f"{{{SHEET_MAIN_NS}}}{name}"
    for name in (
        "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions",
        "pageMargins", "pageSetup", "headerFooter", "drawing", "legacyDrawing", "tableParts",
        "extLst",
    )
}  # fmt: skip
_YES = {"1", "true"}
_ROWS_TAG = f"{{{SHEET_MAIN_NS}}}sheetData"
_LARGEST_ROW = 60_000  # elements of XML; a row of all 16,384 columns has about 50,000
_MOST_ELEMENTS = 12_000_000  # of a sheet; a filled cell has two or three, an empty one one
_SHEETS_NAMED = 10  # in a refusal
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


_HIDDEN = (
    "the sheet “{name}” is hidden, and nobody sees what would be read: show it, or give that name "
    "to another one"
)
_MERGED = (
    "{ranges} are merged cells, of which only the first holds a value: unmerge them, and write the "
    "value into each"
)
_TOO_LARGE = (
    f"the sheet has more than {_MOST_ELEMENTS:,} cells and rows, empty ones included: delete the "
    "empty ones, or save the sheet as CSV"
)


def workbook_rows(content: bytes) -> Iterator[SheetRow]:
    """Return the rows of the sheet named events, or of the only one.

    Raises UnreadableFileError for a file that is too large, damaged, or has several sheets.
    """
    check_archive(content)
    row = 1
    try:
        reader = _opened(content)
        for parsed in _rows(reader, _sheet(reader)):
            row = parsed.row
            yield parsed
    except UnreadableFileError:
        raise
    except RowTooLargeError as error:
        reason = f"after this one comes a row of more than {error}: delete what is not needed"
        raise UnreadableFileError(row, reason) from error
    except _DAMAGED as error:
        reason = "the file is no sound XLSX from here on: open it in a spreadsheet and save it anew"
        raise UnreadableFileError(row, reason) from error


def _opened(content: bytes) -> Any:  # noqa: ANN401 - openpyxl's reader has no types
    """Read what the rows need, and nothing else of the file.

    openpyxl's own way to open a file goes through whole sheets in search of their size.
    """
    reader: Any = ExcelReader(io.BytesIO(content), read_only=True, keep_links=False)
    reader.read_manifest()
    strings = reader.package.find(SHARED_STRINGS)
    if strings is not None:
        reader.shared_strings = SharedTexts(reader.archive.open(strings.PartName[1:]))
    reader.read_workbook()
    apply_stylesheet(reader.archive, reader.wb)
    return reader


def _sheet(reader: Any) -> str:  # noqa: ANN401
    """Find the part that holds the sheet to read."""
    found = [
        (sheet, relation.target)
        for sheet, relation in reader.parser.find_sheets()
        if "chartsheet" not in relation.Type
    ]
    for sheet, _ in found:
        if _is_events(sheet.name) and sheet.state != "visible":
            raise UnreadableFileError(1, _HIDDEN.format(name=sheet.name))
    sheets = {sheet.name: target for sheet, target in found if sheet.state == "visible"}
    named = [title for title in sheets if _is_events(title)]
    if len(named or sheets) != 1:
        raise UnreadableFileError(
            1,
            f"the file has {len(sheets):,} sheets ({_shown(list(sheets))}): name the one to "
            f"import “{EVENTS_SHEET}”, or save it in a file of its own",
        )
    return str(sheets[(named or list(sheets))[0]])


def _is_events(title: str) -> bool:
    return title.strip().lower() == EVENTS_SHEET


def _shown(names: list[str]) -> str:
    more = ["…"] if len(names) > _SHEETS_NAMED else []
    return ", ".join([*names[:_SHEETS_NAMED], *more]) or "none"


def _rows(reader: Any, part: str) -> Iterator[SheetRow]:  # noqa: ANN401
    """Parse a sheet row by row, as openpyxl does, but let go of each row at once.

    Nor are empty cells and rows filled up: a sheet can claim millions of them in a few bytes.
    """
    with reader.archive.open(part) as opened:
        source = BoundedPart(opened)
        parser = SheetParser(
            source,
            reader.shared_strings,
            epoch=reader.wb.epoch,
            date_formats=reader.wb._date_formats,  # noqa: SLF001 - nothing else tells days
            timedelta_formats=reader.wb._timedelta_formats,  # noqa: SLF001
        )
        shown = _formats(reader.wb)
        rows, size, whole = None, 0, 0
        for event, element in iterparse(source, ("start", "end")):
            size += 1
            if event == "start" and element.tag == _ROWS_TAG:
                rows = element
            elif event == "end" and element.tag == ROW_TAG and rows is not None:
                hidden = element.get("hidden") in _YES
                yield _row(*parser.parse_row(element), shown)._replace(is_hidden=hidden)
                rows.clear()
                parser.row_dimensions.clear()
                source.begin_row()
                whole += size // 2
                size = 0
                if whole > _MOST_ELEMENTS:
                    raise UnreadableFileError(parser.row_counter, _TOO_LARGE)
            elif event == "end" and element is rows:
                rows.clear()
                source.begin_row()
                size = 0
            elif event == "end" and element.tag == _MERGED_TAG and rows is not None:
                _refuse_merged([each.get("ref", "") for each in element])
                return
            elif event == "start" and element.tag in _AFTER_MERGED:
                return
            if size > 2 * _LARGEST_ROW:
                raise RowTooLargeError(f"{_LARGEST_ROW:,} cells, empty ones included")


def _refuse_merged(ranges: list[str]) -> None:
    """Refuse cells of which but the first keeps its value."""
    if ranges:
        ordered = sorted(ranges, key=_first_row)
        raise UnreadableFileError(_first_row(ordered[0]), _MERGED.format(ranges=_shown(ordered)))


def _first_row(cells: str) -> int:
    """Return the row in which a range such as E6:E7 begins."""
    return int("".join(filter(str.isdigit, cells.partition(":")[0])) or 1)


def _formats(book: Any) -> Callable[[int], ShownWith]:  # noqa: ANN401
    """Return what each style shows beside a number; each format is read once."""

    @cache
    def shown(style: int) -> ShownWith:
        number = book._cell_styles[style].numFmtId  # noqa: SLF001 - nothing else tells formats
        if number < BUILTIN_FORMATS_MAX_SIZE:
            # What currency a built-in format shows depends on where the program runs.
            return NOTHING._replace(percent="%" in BUILTIN_FORMATS.get(number, ""))
        return shown_with(book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])  # noqa: SLF001

    return shown


def _row(
    number: int, parsed: list[dict[str, Any]], formats: Callable[[int], ShownWith]
) -> SheetRow:
    cells: list[str] = []
    faults: list[CellFault] = []
    for cell in parsed:
        index = cell["column"] - 1
        if cell["value"] is None:
            continue
        if index >= MOST_COLUMNS:  # the first of them speaks for all
            return SheetRow(number, cells, (*faults, beyond_the_columns(index, cell["value"])))
        cells.extend([""] * (index + 1 - len(cells)))
        if cell["data_type"] in _NOT_TAKEN:
            shown = str(getattr(cell["value"], "text", None) or cell["value"])
            faults.append(CellFault(index, shown, _NOT_TAKEN[cell["data_type"]]))
        else:
            text = _text(cell["value"])
            if isinstance(text, Number) and cell["style_id"]:
                text = Number(text, formats(cell["style_id"]))
            cells[index] = text
    return SheetRow(number, cells, tuple(faults))


_NOT_TAKEN = {
    "f": "is a formula: copy the column and paste it as values",
    "e": "is an error of the spreadsheet: fix the cell, or empty it",
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
