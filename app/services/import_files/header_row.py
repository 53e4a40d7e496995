"""Finds the row of headings in a file that begins with titles, dates or notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from app.services.import_files.columns import REQUIRED_COLUMNS
from app.services.import_files.header import LONGEST_HEADING
from app.services.import_files.mapping import propose_mapping
from app.services.sheets import SheetRow

_WITHIN = 20  # rows that are not blank
_FEWEST = 3  # headings that a row has, where none of them is known


def from_header_on(rows: Iterable[SheetRow]) -> tuple[list[int], Iterator[SheetRow]]:
    """Leave out blank rows and whatever stands above the headings.

    Returns the numbers of the rows above them, and the rows from the headings on; nothing where all
    rows are blank. The header is the first row that names the date and the type of events by any of
    their names; else the first that is not blank, unless it is a title: one cell above a row of
    several.
    """
    filled = (row for row in rows if not row.is_blank)
    first = list(islice(filled, _WITHIN))
    place = next((place for place, row in enumerate(first) if _is_header(row)), None)
    if place is None:
        place = 0
        if first and _count(first[0]) == 1:
            wide = (place for place, row in enumerate(first) if _count(row) >= _FEWEST)
            place = next(wide, 0)
    return [row.row for row in first[:place]], chain(first[place:], filled)


def _is_header(row: SheetRow) -> bool:
    headings = [cell.strip() for cell in row.cells]
    if any(len(heading) > LONGEST_HEADING for heading in headings):
        return False
    found = {each.column for each in propose_mapping(headings) if each.how != "close"}
    return found.issuperset(REQUIRED_COLUMNS)


def _count(row: SheetRow) -> int:
    return sum(bool(cell.strip()) for cell in row.cells)
