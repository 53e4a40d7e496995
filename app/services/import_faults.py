"""What is wrong with an import: each fault with its place, and the refusal that bears them all."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.errors import AsofError, Fault
from app.services.sheets import Value, write_rows

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
    twin_of: int | None = None  # the row that says the same, where that is the fault
    content: str = ""  # tells a twin by what it says; see `import_judging`

    @property
    def text(self) -> str:
        """Name column, value and mend."""
        if self.column == WHOLE:
            return self.reason
        place = f" ({self.letter})" if self.letter else ""
        shown = f" {self.value!r}" if self.value else ""
        return f"{self.column}{place}{shown}: {self.reason}"

    def __str__(self) -> str:
        """Name the row as well."""
        if self.row == TERMS:
            return f"terms: {self.text}"
        return f"row {self.row}{': ' if self.column == WHOLE else ', column '}{self.text}"


class ImportFaultsError(AsofError):
    """A file that cannot be imported; nothing of it was written."""

    def __init__(self, faults: list[RowFault], notes: Sequence[str] = ()) -> None:
        """Keep every fault, in the order of the file, and notes on how its cells were read."""
        self.notes = list(notes)
        self.faults = sorted(faults, key=_place_in_file)
        super().__init__("\n".join(str(fault) for fault in self.faults))


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
