"""Reads a spreadsheet of any format that Asof takes, which its first bytes tell."""

from __future__ import annotations

from collections.abc import Iterator

from app.services.sheets.cells import SheetRow, UnreadableFileError
from app.services.sheets.csv_text import csv_rows
from app.services.sheets.limits import within_limits
from app.services.sheets.workbook import workbook_rows

_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BEGINNING = 10_000  # bytes, blank ones included, in which the kind of a file shows
_FOREIGN = {
    b"%PDF": "is a PDF: save the spreadsheet as XLSX or CSV",
    b"<htm": "is a web page, whatever its name says: open it in a spreadsheet and save as XLSX",
    b"<!do": "is a web page, whatever its name says: open it in a spreadsheet and save as XLSX",
    b"<tab": "is a web page, whatever its name says: open it in a spreadsheet and save as XLSX",
    b"<?xm": "is XML: open it in a spreadsheet and save it as XLSX",
    b"{\\rt": "is a text document: save the table as XLSX or CSV",
}


def read_rows(content: bytes) -> Iterator[SheetRow]:
    """Return the rows of CSV or XLSX, blank ones included, each as far as it is filled.

    Raises UnreadableFileError, also on the way, for a file that is neither, or holds too much.
    """
    return within_limits(_rows(content))


def _rows(content: bytes) -> Iterator[SheetRow]:
    if content.startswith(_ZIP):
        return workbook_rows(content)
    if content.startswith(_OLD_OFFICE):
        raise UnreadableFileError(1, _old_office(content))
    start = content[:_BEGINNING].lstrip(b"\xef\xbb\xbf \r\n\t")[:5].lower()
    for sign, reason in _FOREIGN.items():
        if start.startswith(sign.lower()):
            raise UnreadableFileError(1, f"the file {reason}")
    return csv_rows(content)


def _old_office(content: bytes) -> str:
    if _ENCRYPTED in content:
        return "the file is protected by a password: take the password off and save it again"
    return "the file is in the old XLS format: open it in a spreadsheet and save it as XLSX"
