"""Reads the header of an import file: which column holds what."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.services.import_files.columns import KINDS, REQUIRED_COLUMNS, TAKEN_COLUMNS, Kind
from app.services.import_files.faults import RowFault
from app.services.import_files.heading_units import HeadingUnit
from app.services.import_files.mapping import closest_column, plain_heading, unit_below
from app.services.sheets import SheetRow, UnreadableFileError, letter

LONGEST_HEADING = 200  # characters
IGNORED = "-"  # what a mapping says of a heading whose column is to be left out


@dataclass(slots=True)
class Header:
    """The columns by their place: empty where no name stands, None where nothing is read."""

    row: int
    columns: list[str | None] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    places: dict[str, tuple[str, str]] = field(default_factory=dict)  # heading and letter
    units: dict[str, HeadingUnit] = field(default_factory=dict)  # of the numbers below

    @property
    def missing(self) -> set[str]:
        """The columns that every file has, and this one has not."""
        return set(REQUIRED_COLUMNS).difference(self.columns)


def headings_of(row: SheetRow) -> list[str]:
    """Return the headings that stand in a row. Raises UnreadableFileError where one is too long."""
    headings = [cell.strip() for cell in row.cells]
    for index, heading in enumerate(headings):
        if len(heading) > LONGEST_HEADING:
            reason = (
                f"the file has a heading of {len(heading):,} characters in column {letter(index)}, "
                f"and one may have {LONGEST_HEADING}: shorten it, or begin with a row of headings"
            )
            raise UnreadableFileError(row.row, reason)
    return headings


def read_header(
    row: int, headings: Sequence[str], mapping: Mapping[str, str] | None = None
) -> Header:
    """Find the column that each heading means: as `mapping` says, or by its name in any case.

    A name that is nearly that of a column which is not there is a fault, and is taken for it, so
    that the rows can be judged as they are meant.
    """
    header = Header(row)
    cleaned = [" ".join(heading.split()) for heading in headings]
    mapped = _mapped(header, cleaned, mapping or {})
    plain = [plain_heading(heading) for heading in cleaned]
    named = {mapped.get(each.casefold(), name) for each, name in zip(cleaned, plain, strict=True)}
    for index, (heading, name) in enumerate(zip(cleaned, plain, strict=True)):
        column = mapped.get(heading.casefold(), name) if heading else ""
        if column == IGNORED:
            header.columns.append(None)
        elif column in header.places:
            _refuse_duplicate(header, heading, column, index)
        elif column in TAKEN_COLUMNS or not column:
            _take(header, heading if heading.casefold() in mapped else column, column, index)
            _note_unit(header, heading, column, index)
        else:
            _refuse_unknown(header, heading, index, named)
    header.faults += [
        RowFault(row, name, "", "is missing from the header: add this column")
        for name in REQUIRED_COLUMNS
        if name in header.missing
    ]
    return header


def _mapped(header: Header, headings: list[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Check a mapping against the header; return what is sound, by folded heading."""
    present = {heading.casefold() for heading in headings}
    sound = {}
    for heading, said in mapping.items():
        key, column = " ".join(heading.split()).casefold(), plain_heading(said)
        if key not in present:
            reason = (
                f"is mapped and not in the header, which has {', '.join(filter(None, headings))}"
            )
            header.faults.append(RowFault(header.row, heading, "", reason))
        elif column not in TAKEN_COLUMNS and said.strip() != IGNORED:
            near = difflib.get_close_matches(column, TAKEN_COLUMNS, 1)
            mend = f"did you mean {near[0]}?" if near else f"use any of {', '.join(TAKEN_COLUMNS)}"
            reason = f"is mapped to what is no column of an import: {mend}"
            header.faults.append(RowFault(header.row, heading, said, reason))
        else:
            sound[key] = IGNORED if said.strip() == IGNORED else column
    return sound


def _take(header: Header, shown: str, column: str, index: int) -> None:
    header.columns.append(column)
    if column:
        header.places[column] = (shown, letter(index))


def _note_unit(header: Header, heading: str, column: str, index: int) -> None:
    """Note what the numbers below a heading are in, or refuse what a column cannot hold."""
    unit = unit_below(heading, column)
    reason = ""
    if unit.is_local:
        reason = (
            f"is in local currency, and {column} is in that of the fund: map it to local_amount, "
            "and add a column with the amounts in the currency of the fund"
        )
    elif unit.percent and KINDS[column] is not Kind.SHARE:
        reason = f"is in per cent, and {column} holds amounts: write amounts, or leave it out"
    if reason:
        header.faults.append(RowFault(header.row, heading, "", reason, letter(index)))
    elif unit:
        header.units[column] = unit


def _refuse_duplicate(header: Header, heading: str, column: str, index: int) -> None:
    first = header.places[column]
    reason = (
        f"is {column}, as column {first[0]} ({first[1]}) is: keep one of both"
        if heading != first[0]
        else f"stands in the header twice, in columns {first[1]} and {letter(index)}: keep one"
    )
    header.faults.append(RowFault(header.row, heading, "", reason, letter(index)))
    header.columns.append(None)


def _refuse_unknown(header: Header, heading: str, index: int, named: set[str]) -> None:
    near = closest_column(heading)
    mend = (
        f"did you mean {near}? Rename it, or map it"
        if near
        else f"map it, leave it out, or use any of {', '.join(TAKEN_COLUMNS)}"
    )
    reason = f"is not a column of an import: {mend}"
    header.faults.append(RowFault(header.row, heading, "", reason, letter(index)))
    if near and near not in named and near not in header.places:
        _take(header, near, near, index)
    else:
        header.columns.append(None)
