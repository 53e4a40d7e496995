"""Spreadsheets as rows of text, whatever their format, and rows as spreadsheets."""

from app.services.sheets.cells import CellFault, Number, SheetRow, UnreadableFileError, letter
from app.services.sheets.limits import PARTS
from app.services.sheets.reader import read_rows
from app.services.sheets.writer import FORMATS, CellTooLongError, Format, Value, write_rows

__all__ = [
    "FORMATS",
    "PARTS",
    "CellFault",
    "CellTooLongError",
    "Format",
    "Number",
    "SheetRow",
    "UnreadableFileError",
    "Value",
    "letter",
    "read_rows",
    "write_rows",
]
