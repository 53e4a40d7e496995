"""Reads CSV as spreadsheets write it: in UTF-8 or UTF-16, with any usual separator."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Self

from app.services.sheets.cells import SheetRow, UnreadableFileError
from app.services.sheets.limits import LONGEST_ROW, long_cell

# In the order of preference between those that split a file equally well: commas stand in texts
# and numbers, the others hardly ever.
_SEPARATORS = ("\t", ";", "|", ",")
_SAMPLE = 50  # rows that decide on the separator
_SAMPLED = 500_000  # characters in which they are looked for
_PIECE = 2**20  # bytes
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_MEND = 'save the file as "CSV UTF-8"'
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def csv_rows(content: bytes) -> Iterator[SheetRow]:
    """Return each record as a row; one record may hold line breaks in quotes.

    Raises UnreadableFileError for an encoding nobody names, where quotes do not match, and for
    rows and cells that are too long. The text is decoded as it is read, not kept as a whole.
    """
    encoding = _encoding(content)
    separator, begins = _separator(_text(content, encoding).read(_SAMPLED))
    text = _text(content, encoding)
    text.read(begins)
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    row = 0
    try:
        for row, record in enumerate(reader, 1):
            lines.begin(row + 1)
            yield SheetRow(row, record)
    except csv.Error as error:
        reason = f"is not proper CSV ({error}): check the quotes here"
        too_long = "field limit" in str(error)
        raise UnreadableFileError(row + 1, long_cell() if too_long else reason) from error


class _Lines:
    """The lines of a text, until those of one row are too long."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.begin(1)

    def begin(self, row: int) -> None:
        """Begin a row."""
        self._row, self._left = row, LONGEST_ROW

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        if not (line := self._text.readline(self._left + 1)):
            raise StopIteration
        self._left -= len(line)
        if self._left < 0:
            reason = (
                f"has more than {LONGEST_ROW:,} characters: shorten its cells, or close the quote "
                "that may be open here"
            )
            raise UnreadableFileError(self._row, reason)
        return line


def _text(content: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding, newline="")


def _encoding(content: bytes) -> str:
    """Find the encoding, and see that all of the file is in it."""
    if content.startswith(_UTF_32):
        raise UnreadableFileError(1, f"the file is in UTF-32: {_MEND}")
    encoding, name = "utf-8-sig", "UTF-8"
    if content.startswith(_UTF_16):
        encoding, name = "utf-16", "UTF-16"
    elif b"\0" in content[:1000] and not content.startswith(codecs.BOM_UTF8):
        reason = f"the file is not text, or in UTF-16 without its byte order mark: {_MEND}"
        raise UnreadableFileError(1, reason)
    try:
        _check_encoding(content, encoding)
    except UnicodeDecodeError as error:
        line = 1 + _breaks(content[: error.start])
        byte = content[error.start]
        raise UnreadableFileError(line, f"is not {name} (byte 0x{byte:02x}): {_MEND}") from error
    return encoding


def _breaks(content: bytes) -> int:
    """Count the line ends, of which there are three kinds."""
    return content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n")


def _check_encoding(content: bytes, encoding: str) -> None:
    """See that a file can be decoded, piece by piece. Raises UnicodeDecodeError."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), _PIECE):
            decoder.decode(content[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        content.decode(encoding)  # which tells the place in the whole file
        raise


def _separator(text: str) -> tuple[str, int]:
    """Find what separates the cells, and how many characters come before the first of them.

    A line for spreadsheets says it, or it is what fits the rows.
    """
    if named := _SEPARATOR_LINE.match(text):
        return named.group(1), named.end()
    widths = {separator: _widths(text, separator) for separator in _SEPARATORS}
    chosen, (count, _) = _best({separator: _fit(found) for separator, found in widths.items()})
    if 2 * count < len(widths[chosen]):  # most rows are not as the first, which is a title
        chosen, (count, _) = _best({separator: _most(found) for separator, found in widths.items()})
    return (chosen, 0) if count else (",", 0)


def _best(scores: dict[str, tuple[int, int]]) -> tuple[str, tuple[int, int]]:
    """Return the separator that splits best, of several that which is preferred."""
    chosen = max(_SEPARATORS, key=scores.__getitem__)
    return chosen, scores[chosen]


def _widths(text: str, separator: str) -> list[int]:
    """Count the cells of the first rows; nothing where they cannot be split so."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return [len(record) for record in islice(reader, _SAMPLE) if any(record)]
    except csv.Error:
        return []


def _fit(widths: list[int]) -> tuple[int, int]:
    """Tell how many rows are as wide as the first, and how wide that is."""
    if not widths or widths[0] == 1:
        return 0, 0
    return widths.count(widths[0]), widths[0]


def _most(widths: list[int]) -> tuple[int, int]:
    """Tell how many rows are of the same width, where it is that of most, and how wide that is."""
    wide = Counter(width for width in widths if width > 1)
    return max(((count, width) for width, count in wide.items()), default=(0, 0))
