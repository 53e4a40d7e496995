"""Proposes which column of an import each heading of somebody else's file means."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from app.domain.events.field_specs import FIELD_SPECS
from app.services.import_files.columns import KINDS, TAKEN_COLUMNS, Kind
from app.services.import_files.heading_units import PLAIN, HeadingUnit, unit_of

_CLOSE = 0.75
_AMOUNT, _LOCAL_AMOUNT = "amount", "local_amount"
IN_OTHER_CURRENCIES = {_LOCAL_AMOUNT, "fx_rate"}
_REMEMBERED = 2_048  # headings; files of one source bear the same
# Of the columns that are no payload's, as fund administrators' and portfolio software calls them.
_ENVELOPE_SYNONYMS: dict[str, str] = {
    "effective_on": "date, transaction date, effective date, value date, valuation date, "
    "event date, trade date, as of, as of date, cash flow date, payment date, due date",
    "event_type": "type, transaction type, event, activity, activity type, transaction, flow type",
    "recorded_at": "recorded, recorded on, entered at, booked at, created at, entry timestamp",
    "sequence": "seq, no, nr, number, id, line, event number, transaction number",
}
_SYNONYMS = {**_ENVELOPE_SYNONYMS, **{name: spec.synonyms for name, spec in FIELD_SPECS.items()}}
_BY_SYNONYM = {
    synonym.strip(): column
    for column, synonyms in _SYNONYMS.items()
    for synonym in filter(None, synonyms.split(","))
}
_BY_NAME = {column.replace("_", " "): column for column in TAKEN_COLUMNS}


def _letters(words: str) -> int:
    """Set a bit for each letter and digit that stands in a text."""
    bits = 0
    for letter in words:
        bits |= 1 << (ord(letter) % 64)
    return bits


# What headings are compared with, and the letters of each.
_KNOWN = [(words, len(words), _letters(words)) for words in (*_BY_NAME, *_BY_SYNONYM)]

How = Literal["same", "synonym", "close", "unknown"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The column that a heading may mean, and by what; none for one that nobody knows."""

    heading: str
    column: str | None
    how: How
    unit: HeadingUnit = PLAIN


def plain_heading(heading: str) -> str:
    """Write a heading as columns are named."""
    return "_".join(heading.casefold().replace("-", " ").replace("_", " ").split())


def propose_mapping(headings: Sequence[str]) -> list[Proposal]:
    """Propose a column for each heading, none twice: names before synonyms before likeness."""
    found: dict[int, Proposal] = {}
    taken: set[str] = set()
    for how in ("same", "synonym", "close"):
        for index, heading in enumerate(headings):
            column = None if index in found else _column(heading, how)
            if column is not None and column not in taken:
                taken.add(column)
                found[index] = Proposal(heading, column, how, unit_below(heading, column))
    return [
        found.get(index, Proposal(heading, None, "unknown"))
        for index, heading in enumerate(headings)
    ]


def unit_below(heading: str, column: str) -> HeadingUnit:
    """Return the unit of the numbers below a heading; none where the column holds no numbers."""
    has_unit = KINDS.get(column) in {Kind.NUMBER, Kind.SHARE} and plain_heading(heading) != column
    return unit_of(heading) if has_unit and column not in IN_OTHER_CURRENCIES else PLAIN


def closest_column(heading: str) -> str | None:
    """Find the column that a heading most probably means, if any is near."""
    return next(
        (column for how in ("same", "synonym", "close") if (column := _column(heading, how))), None
    )


def _column(heading: str, how: How) -> str | None:
    words = _words(heading)
    if not words:
        return None
    if how == "same":
        return _BY_NAME.get(plain_heading(heading).replace("_", " "))
    if how == "synonym":
        column = _BY_NAME.get(words) or _BY_SYNONYM.get(words)
        return _LOCAL_AMOUNT if column == _AMOUNT and unit_of(heading).is_local else column
    near = _closest(words)
    return (_BY_NAME.get(near) or _BY_SYNONYM[near]) if near else None


@lru_cache(_REMEMBERED)
def _closest(words: str) -> str | None:
    """Find the name or synonym that reads most like some words, where any is close."""
    candidates = list(_candidates(words))
    near = difflib.get_close_matches(words, candidates, 1, _CLOSE) if candidates else []
    return near[0] if near else None


def _candidates(words: str) -> Iterator[str]:
    """Return what can be close at all, which costs a hundredth of a comparison to see.

    Each letter that stands in one text alone is one less that can be the same in both.
    """
    length, letters = len(words), _letters(words)
    for known, known_length, known_letters in _KNOWN:
        same = min(
            length - (letters & ~known_letters).bit_count(),
            known_length - (known_letters & ~letters).bit_count(),
        )
        if 2 * same >= _CLOSE * (length + known_length):
            yield known


def _words(heading: str) -> str:
    """Strip a heading to its words: `Amount (USD)` and `Amount, $` are `amount`."""
    bare = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", heading.casefold())
    return " ".join(re.findall(r"[^\W_]+", bare))
