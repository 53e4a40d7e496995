"""What is wrong with an import: each fault with its place, and the refusal that bears them all."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.errors import AsofError, Fault

TERMS = 0  # the line of a fault that lies in the terms given beside the file
WHOLE = "-"  # the column of a fault that lies in a line, or in the terms, as such


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing wrong with an import, where it stands."""

    line: int  # of the file, from 1; the header is line 1
    column: str
    value: str
    reason: str

    @property
    def text(self) -> str:
        """Name column, value and mend."""
        if self.column == WHOLE:
            return self.reason
        shown = f" {self.value!r}" if self.value else ""
        return f"{self.column}{shown}: {self.reason}"

    def __str__(self) -> str:
        """Name the line as well."""
        if self.line == TERMS:
            return f"terms: {self.text}"
        return f"line {self.line}{': ' if self.column == WHOLE else ', column '}{self.text}"


class ImportFaultsError(AsofError):
    """A file that cannot be imported; nothing of it was written."""

    def __init__(self, faults: list[RowFault]) -> None:
        """Keep every fault, in the order of the file."""
        self.faults = sorted(faults, key=lambda fault: fault.line)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def terms_fault(fault: Fault) -> RowFault:
    """Say which of the terms is at fault."""
    column = WHOLE if fault.field == "terms" else fault.field.removeprefix("terms.")
    return RowFault(TERMS, column, fault.value, fault.reason)
