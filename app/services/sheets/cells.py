"""What a spreadsheet is made of, whatever its format: numbered rows of cells as text."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple, Self

from app.domain.errors import AsofError
from app.services.sheets.number_formats import NOTHING, ShownWith

_LETTERS = 26


class Number(str):
    """The text of a cell that holds a number, which cannot be read in two ways.

    `shown` is what the cell's format shows beside it.
    """

    __slots__ = ("shown",)
    shown: ShownWith

    def __new__(cls, text: object, shown: ShownWith = NOTHING) -> Self:
        """Take the digits, and what is shown with them."""
        made = super().__new__(cls, text)
        made.shown = shown
        return made


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that cannot be taken, by its place in the row from 0."""

    index: int
    value: str
    reason: str


class SheetRow(NamedTuple):
    """One row, by the number that a spreadsheet gives it."""

    row: int
    cells: list[str]
    faults: tuple[CellFault, ...] = ()
    is_hidden: bool = False

    @property
    def is_blank(self) -> bool:
        """Return whether nothing stands in the row."""
        return not self.faults and not any(cell.strip() for cell in self.cells)


class UnreadableFileError(AsofError):
    """A file that is no spreadsheet that Asof can read."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, row: int, reason: str) -> None:
        """Say from which row on, and what to do about it."""
        super().__init__(f"row {row}: {reason}")
        self.row, self.reason = row, reason


def letter(index: int) -> str:
    """Name a column, from 0, as spreadsheets do: A to Z, AA and so on."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, _LETTERS)
        name = chr(ord("A") + rest) + name
    return name
