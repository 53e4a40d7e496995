"""Two people in one grid: what each changed is kept, and a cell that both changed is told of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Cell = tuple[str, str]  # the row's id and the field's name
Grid = Mapping[Cell, str]  # empty text for an empty cell; what is missing is empty too


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that two people changed to different texts."""

    cell: Cell
    mine: str
    theirs: str
    typed_by: str  # who typed theirs


@dataclass(frozen=True, slots=True)
class Merge:
    """What comes of laying one person's grid over the one that is kept."""

    written: dict[Cell, str]  # what I changed and is to be kept
    taken: dict[Cell, str]  # what others changed since I saw it, and I did not
    conflicts: list[Conflict]


def merge(base: Grid, mine: Grid, kept: Grid, typed_by: Grid, me: str) -> Merge:
    """Lay my grid over the kept one; `base` is what was kept when mine was shown to me.

    Cells missing from my grid were not shown, and stay. What I typed myself elsewhere gives way to
    what I type here.
    """
    written, taken, conflicts = {}, {}, []
    for cell, text in mine.items():
        before, theirs = base.get(cell, ""), kept.get(cell, "")
        if text == theirs:
            continue
        author = typed_by.get(cell, "")
        if text == before:
            taken[cell] = theirs
        elif theirs == before or author == me:
            written[cell] = text
        else:
            conflicts.append(Conflict(cell, text, theirs, author))
    return Merge(written, taken, conflicts)
