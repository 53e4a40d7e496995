"""What is wrong with an import: each fault with its place, and the refusal that bears them all."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from app.domain.errors import AsofError, Fault
from app.services.sheets import Value, write_rows

MOST_FAULTS = 10_000  # after which the rest of a file is not judged
_LONGEST_VALUE, _LONGEST_REASON = 200, 2_000  # characters
TERMS = 0  # the row of a fault that lies in the terms given beside the file
WHOLE = "-"  # the column of a fault that lies in a row, or in the terms, as such
_HEADER = ("row", "column", "letter", "value", "reason")


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing wrong with an import, where it stands."""

    row: int  # as a spreadsheet numbers it
    column: str
    value: str
    reason: str  # what is wrong and how to mend it
    letter: str = ""  # of the column, as a spreadsheet names it
    duplicate_of: int | None = None  # the row that says the same, where that is the fault
    content: str = ""  # tells a duplicate by what it says; see `validate_rows`

    @property
    def text(self) -> str:
        """Name column, value and mend."""
        if self.column == WHOLE:
            return self.reason
        where = f" ({self.letter})" if self.letter else ""
        shown = f" {self.value!r}" if self.value else ""
        return f"{self.column}{where}{shown}: {self.reason}"

    def __str__(self) -> str:
        """Name the row as well."""
        if self.row == TERMS:
            return f"terms: {self.text}"
        return f"row {self.row}{': ' if self.column == WHOLE else ', column '}{self.text}"


class ImportFaultsError(AsofError):
    """A file that cannot be imported; nothing of it was written."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, faults: list[RowFault], notes: Sequence[str] = ()) -> None:
        """Keep every fault, in the order of the file, and notes on how its cells were read."""
        self.notes = list(notes)
        self.faults = [_shortened(fault) for fault in _listed(faults)]
        super().__init__("\n".join(str(fault) for fault in self.faults))


class TooManyFaultsError(Exception):
    """So many faults that more of them help nobody; they are noted, and why judging ends."""


def stop_at_many(faults: list[RowFault], row: int) -> None:
    """End the judging of a file at a row. Raises TooManyFaultsError."""
    if len(faults) < MOST_FAULTS:
        return
    reason = (
        f"{MOST_FAULTS:,} errors were found above, and nothing was checked from here on: fix "
        "those, and bring the file in again"
    )
    faults[MOST_FAULTS:] = [RowFault(row + 1, WHOLE, "", reason)]
    raise TooManyFaultsError


def _listed(faults: Sequence[RowFault]) -> list[RowFault]:
    """Leave out what is beyond the most that are told."""
    in_order = sorted(faults, key=_place_in_file)
    if len(faults) <= MOST_FAULTS + 1:  # the last may say that judging ended
        return in_order
    last = in_order[MOST_FAULTS - 1]
    reason = "more faults, in this row and below, are not listed: mend those above first"
    return [*in_order[:MOST_FAULTS], RowFault(last.row, WHOLE, "", reason)]


def _shortened(fault: RowFault) -> RowFault:
    """Cut what a cell of any length has brought into a fault."""
    column, value = _cut(fault.column, _LONGEST_VALUE), _cut(fault.value, _LONGEST_VALUE)
    return replace(fault, column=column, value=value, reason=_cut(fault.reason, _LONGEST_REASON))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def _place_in_file(fault: RowFault) -> tuple[int, int, str]:
    return fault.row, len(fault.letter), fault.letter


def terms_fault(fault: Fault) -> RowFault:
    """Say which of the terms is at fault."""
    column = WHOLE if fault.field == "terms" else fault.field.removeprefix("terms.")
    return RowFault(TERMS, column, fault.value, fault.reason)


def placed(fault: RowFault, places: dict[str, tuple[str, str]]) -> RowFault:
    """Name a fault's column as the file does, where `places` gives its heading and letter."""
    if fault.letter or fault.row == TERMS or fault.column not in places:
        return fault
    column, letter = places[fault.column]
    return replace(fault, column=column, letter=letter)


def faults_file(faults: list[RowFault]) -> bytes:
    """Write faults as a CSV file, to be mended beside the one that they are about."""
    rows: list[tuple[Value, ...]] = [_HEADER]
    rows += [
        ("terms" if fault.row == TERMS else fault.row, *_place(fault), fault.value, fault.reason)
        for fault in faults
    ]
    file = io.BytesIO()
    write_rows(rows, file, "csv")
    return file.getvalue()


def _place(fault: RowFault) -> tuple[str, str]:
    return ("" if fault.column == WHOLE else fault.column), fault.letter
