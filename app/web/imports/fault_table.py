"""The rows of an import file that are at fault, as a table with their cells marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.services.import_files.faults import WHOLE
from app.services.imports.report import Findings
from app.services.sheets import letter
from app.web.shared.formats import counted

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as the file has it."""

    text: str
    is_at_fault: bool


@dataclass(frozen=True, slots=True)
class FaultRow:
    """A row at fault, what is wrong with it, and of which row it is the duplicate."""

    number: int
    cells: list[Cell]
    reasons: list[tuple[str, str]]  # the column with its value, and the reason with its mend
    duplicate_of: int | None
    duplicate_cells: list[Cell]


@dataclass(frozen=True)
class FaultTable:
    """A page of the rows at fault; columns that are empty in all of them are left out."""

    findings: Findings
    page: int

    @cached_property
    def numbers(self) -> list[int]:
        """The rows at fault that are shown on any page."""
        return list(dict.fromkeys(fault["row"] for fault in self.findings["faults"]))

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-len(self.numbers) // PAGE_SIZE))

    @property
    def number(self) -> int:
        """Which page this is: the nearest there is."""
        return min(max(self.page, 1), self.pages)

    @property
    def summary(self) -> str:
        """How much is wrong, and how much of it is shown; or what, where it is the whole file."""
        if self.findings["count"] == 1 and (said := self._of_the_file):
            return f"The file {said.partition(':')[0]}"
        at_fault, shown = self.findings["rows_at_fault"], len(self.numbers)
        text = counted(self.findings["count"], "error")
        if at_fault:
            text += f" in {counted(at_fault, 'row')}"
        return f"{text}; the first {shown:,} rows are shown" if shown < at_fault else text

    @property
    def _of_the_file(self) -> str:
        """What is said of the file as such, where the first fault is of that kind."""
        first = next(iter(self.findings["faults"]), None)
        return _said_of_the_file(first) if first else ""

    @cached_property
    def rows(self) -> list[FaultRow]:
        """The rows of this page."""
        start = (self.number - 1) * PAGE_SIZE
        return [self._row(number) for number in self.numbers[start : start + PAGE_SIZE]]

    @cached_property
    def columns(self) -> list[tuple[str, str]]:
        """The letter and heading of each column that is shown."""
        header = self.findings["header"]
        return [
            (letter(index), header[index] if index < len(header) else "") for index in self._places
        ]

    @cached_property
    def _places(self) -> list[int]:
        start = (self.number - 1) * PAGE_SIZE
        wanted = set(self.numbers[start : start + PAGE_SIZE])
        wanted |= {self._duplicate(number) or 0 for number in wanted}
        used = {
            index for number in wanted for index, cell in enumerate(self._cells(number)) if cell
        }
        at_fault = {fault["letter"] for number in wanted for fault in self._faults(number)}
        most = max([len(self.findings["header"]), *(index + 1 for index in used)])
        return [index for index in range(most) if index in used or letter(index) in at_fault]

    def _row(self, number: int) -> FaultRow:
        faults = self._faults(number)
        marked = {fault["letter"] for fault in faults}
        duplicate_of = self._duplicate(number)
        return FaultRow(
            number,
            list(self._marked(number, marked)),
            [_told(fault) for fault in faults],
            duplicate_of,
            list(self._marked(duplicate_of, set())) if duplicate_of else [],
        )

    def _marked(self, number: int, letters: set[str]) -> Iterator[Cell]:
        cells = self._cells(number)
        for index in self._places:
            text = cells[index] if index < len(cells) else ""
            yield Cell(text, letter(index) in letters)

    def _cells(self, number: int) -> list[str]:
        cells: list[str] = self.findings["rows"].get(str(number), [])
        return cells

    def _faults(self, number: int) -> list[dict[str, Any]]:
        return [fault for fault in self.findings["faults"] if fault["row"] == number]

    def _duplicate(self, number: int) -> int | None:
        return next(
            (fault["duplicate_of"] for fault in self._faults(number) if fault["duplicate_of"]), None
        )


def _told(fault: dict[str, Any]) -> tuple[str, str]:
    """Name what is at fault, and say why."""
    if said := _said_of_the_file(fault):
        return "The file", said
    if fault["column"] == WHOLE:
        return "The row", fault["reason"]
    shown = f" “{fault['value']}”" if fault["value"] else ""
    return f"{fault['column']}{shown}", fault["reason"]


def _said_of_the_file(fault: dict[str, Any]) -> str:
    reason: str = fault["reason"]
    is_of_file = fault["column"] == WHOLE and reason.startswith("the file ")
    return reason.removeprefix("the file ") if is_of_file else ""
