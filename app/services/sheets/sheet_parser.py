"""Parses the parts of an XLSX file as openpyxl does, without what can be made to cost too much."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any
from xml.etree.ElementTree import Element

from openpyxl.worksheet._reader import FORMULA_TAG, INLINE_STRING, VALUE_TAG, WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

_STRING, _TEXT, _RUN = (f"{{{SHEET_MAIN_NS}}}{name}" for name in ("si", "t", "r"))
_LONGEST_FORMULA = 50  # characters of one that are shown
_LARGEST_ROW = 8 * 2**20  # bytes of XML from the end of one row to that of the next
# The first and last number that is a day, in either of the ways to count them.
_DAYS = (-690_000, 2_956_000)


class RowTooLargeError(Exception):
    """A row of more than a table's row can have; the text is how much that is."""


class BoundedPart:
    """A part of the archive, of which each row may have so many bytes."""

    def __init__(self, source: IO[bytes]) -> None:
        """Take the part, opened."""
        self._source = source
        self.begin_row()

    def begin_row(self) -> None:
        """Begin to count anew."""
        self._left = _LARGEST_ROW

    def read(self, size: int = -1) -> bytes:
        """Read on. Raises RowTooLargeError where a row has no end."""
        piece = self._source.read(size)
        self._left -= len(piece)
        if self._left < 0:
            raise RowTooLargeError(f"{_LARGEST_ROW // 2**20} MB of XML")
        return piece


class SheetParser(WorkSheetParser):  # type: ignore[misc, unused-ignore]  # it has no types
    """Parses rows; formulas are refused, so that nothing is worked out of them."""

    def parse_cell(self, element: Element) -> dict[str, Any]:
        """Parse a cell; its text without the objects that openpyxl makes of each."""
        cell: dict[str, Any]
        texts = element.find(INLINE_STRING) if element.get("t") == "inlineStr" else None
        if texts is not None:
            element.set("t", "str")
        if self._is_no_day(element):
            element.set("t", "e")
            element.attrib.pop("s")
        cell = super().parse_cell(element)
        if texts is not None and cell["data_type"] != "f":
            return cell | {"value": _text(texts), "data_type": "s"}
        return cell

    def _is_no_day(self, element: Element) -> bool:
        """Return whether a number is shown as a day and is none: openpyxl warns of each."""
        if element.get("t", "n") != "n" or int(element.get("s", 0)) not in self.date_formats:
            return False
        first, last = _DAYS
        return not first < float(element.findtext(VALUE_TAG) or 0) < last

    def parse_formula(self, element: Element) -> str:
        """Show how a formula begins: to translate a shared one takes as long as it is."""
        return f"={(element.findtext(FORMULA_TAG) or '')[:_LONGEST_FORMULA]}"


class SharedTexts:
    """The texts to which cells refer by number, read as far as anybody has asked for."""

    def __init__(self, source: IO[bytes]) -> None:
        """Take the part, opened."""
        self._found: list[str] = []
        self._rest = _strings(source)

    def __getitem__(self, number: int) -> str:
        """Return a text. Raises IndexError, and what parsing raises."""
        while number >= len(self._found):
            if (text := next(self._rest, None)) is None:
                raise IndexError(number)
            self._found.append(text)
        return self._found[number]


def _strings(source: IO[bytes]) -> Iterator[str]:
    table = None
    for event, element in iterparse(source, ("start", "end")):
        if table is None:
            table = element
        elif event == "end" and element.tag == _STRING:
            yield _text(element)
            table.clear()


def _text(texts: Element) -> str:
    """Join the pieces of a text, without what tells how it is spoken."""
    return "".join(_pieces(texts))


def _pieces(texts: Element) -> Iterator[str]:
    for part in texts:
        if part.tag == _TEXT:
            yield part.text or ""
        elif part.tag == _RUN:
            yield part.findtext(_TEXT) or ""
