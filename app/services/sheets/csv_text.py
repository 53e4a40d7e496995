"""Reads CSV as spreadsheets write it: in UTF-8 or UTF-16, with any usual separator."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from app.services.sheets.cells import SheetRow, UnreadableFileError

# In the order of preference between those that split a file equally well: commas stand in texts
# and numbers, the others hardly ever.
_SEPARATORS = ("\t", ";", "|", ",")
_SAMPLE = 50  # rows that decide on the separator
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_MEND = 'save the file as "CSV UTF-8"'
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def csv_rows(content: bytes) -> Iterator[SheetRow]:
    """Give each record as a row; one record may hold line breaks in quotes.

    Raises UnreadableFileError for an encoding nobody names, and where quotes do not match.
    """
    text = _decoded(content)
    separator, text = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    row = 0
    try:
        for row, record in enumerate(reader, 1):
            yield SheetRow(row, record)
    except csv.Error as error:
        reason = f"is not proper CSV ({error}): check the quotes here"
        raise UnreadableFileError(row + 1, reason) from error


def _decoded(content: bytes) -> str:
    if content.startswith(_UTF_32):
        raise UnreadableFileError(1, f"the file is in UTF-32: {_MEND}")
    encoding, name = "utf-8-sig", "UTF-8"
    if content.startswith(_UTF_16):
        encoding, name = "utf-16", "UTF-16"
    elif b"\0" in content[:1000] and not content.startswith(codecs.BOM_UTF8):
        reason = f"the file is not text, or in UTF-16 without its byte order mark: {_MEND}"
        raise UnreadableFileError(1, reason)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = len(content[: error.start].splitlines() or [b""])
        line += content[: error.start].endswith((b"\n", b"\r"))
        byte = content[error.start]
        raise UnreadableFileError(line, f"is not {name} (byte 0x{byte:02x}): {_MEND}") from error


def _separator(text: str) -> tuple[str, str]:
    """Find what separates the cells: what a line for spreadsheets says, or what fits the rows."""
    if named := _SEPARATOR_LINE.match(text):
        return named.group(1), text[named.end() :]
    scores = {separator: _fit(text, separator) for separator in _SEPARATORS}
    best = max(scores.values())
    if best == (0, 0):
        return ",", text
    return next(each for each in _SEPARATORS if scores[each] == best), text


def _fit(text: str, separator: str) -> tuple[int, int]:
    """Tell how many rows are as wide as the header, and how wide that is."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        widths = [len(record) for record in islice(reader, _SAMPLE) if any(record)]
    except csv.Error:
        return 0, 0
    if not widths or widths[0] == 1:
        return 0, 0
    return widths.count(widths[0]), widths[0]
