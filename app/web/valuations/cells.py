"""Reads the cells of a valuation round as people type them: 12.5m, 1.5x, unchanged."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar, get_args

from pydantic_core import PydanticCustomError

from app.domain.events.catalogue import Method
from app.domain.fields import read_text
from app.domain.money import EXACT, ONE, ZERO, plain_text, to_cent
from app.domain.state.state import Holding
from app.domain.valuations.rounds import Mark
from app.web.shared.amounts import AmountError, parse_amount, parse_percent

FIELDS = ("mark", "unchanged", "ownership", "method", "level", "note")
METHODS = {name: name.replace("_", " ").capitalize() for name in get_args(Method)}
LEVELS = ("1", "2", "3")
YES = "yes"
_UNCHANGED = {"unchanged", "same", "="}
_MULTIPLE = re.compile(r"(?P<number>.*\d)\s*[x×]", re.IGNORECASE)
_TWO_THINGS = "“{}” and Unchanged say two things: empty one of them."
_NO_MARK = "Write a mark, or choose Unchanged: without one the rest of the row is not recorded."
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class RowReading:
    """What a row says: a mark where it says one, and what is wrong with which cell."""

    mark: Mark | None = None
    faults: Mapping[str, str] = field(default_factory=dict)


def read_row(holding: Holding, cells: Mapping[str, str], currency: str) -> RowReading:
    """Read a row; an empty one says nothing, and a wrong one tells of every cell at fault."""
    texts = {name: cells.get(name, "").strip() for name in FIELDS}
    if not any(texts.values()):
        return RowReading()
    faults: dict[str, str] = {}
    unchanged = texts["unchanged"] == YES or texts["mark"].casefold() in _UNCHANGED
    value = _cell("mark", lambda: _value(texts, holding, currency), faults)
    ownership = _cell("ownership", lambda: _ownership(texts["ownership"]), faults)
    method = _cell("method", lambda: _choice(texts["method"], METHODS), faults)
    level = _cell("level", lambda: _choice(texts["level"], LEVELS), faults)
    note = _cell("note", lambda: _note(texts["note"]), faults)
    if faults or value is None:
        return RowReading(faults=faults)
    # How a value comes about stays as it was, where nothing else is said.
    method = method or holding.method
    level_number = int(level) if level else holding.fair_value_level
    return RowReading(Mark(holding, value, unchanged, ownership, method, level_number, note))


def _cell(name: str, read: Callable[[], _Read], faults: dict[str, str]) -> _Read | None:
    try:
        return read()
    except AmountError as error:
        faults[name] = str(error)
        return None


def _value(texts: Mapping[str, str], holding: Holding, currency: str) -> Decimal:
    text = texts["mark"]
    if text.casefold() in _UNCHANGED:
        return holding.fair_value
    if texts["unchanged"] == YES:
        if text:
            raise AmountError(_TWO_THINGS.format(text))
        return holding.fair_value
    if not text:
        raise AmountError(_NO_MARK)
    value = _multiple(text, holding) if _MULTIPLE.fullmatch(text) else parse_amount(text, currency)
    if value < ZERO:
        raise AmountError(f"“{text}” is negative: a fair value is 0 or more.")
    return value


def _multiple(text: str, holding: Holding) -> Decimal:
    """Read a multiple of remaining cost, to the cent."""
    if not holding.remaining_cost:
        raise AmountError(f"“{text}”: nothing of the cost remains, so write an amount.")
    found = _MULTIPLE.fullmatch(text)
    assert found
    try:
        number = parse_amount(found["number"], "")
    except AmountError as error:
        raise AmountError(f"“{text}” is not a multiple: write it like 1.5x.") from error
    return to_cent(EXACT.multiply(number, holding.remaining_cost))


def _ownership(text: str) -> Decimal | None:
    if not text:
        return None
    share = parse_percent(text)
    if "%" not in text and ZERO < share < ONE / 100:
        raise AmountError(
            f"“{text}” can be {plain_text(share * 100)}% or {plain_text(share * 10000)}%: "
            "write the % sign."
        )
    if not ZERO <= share <= ONE:
        raise AmountError(f"“{text}” is no share of a company: write 0 to 100%.")
    return share


def _choice(text: str, choices: Mapping[str, str] | tuple[str, ...]) -> str | None:
    if text and text not in choices:
        raise AmountError(f"“{text}” is not on the list: choose one of it.")
    return text or None


def _note(text: str) -> str | None:
    try:
        return read_text(text) if text else None
    except PydanticCustomError as error:
        raise AmountError(f"The note {error.message()}.") from error


def cells_of(form: Mapping[str, str], ids: list[str]) -> dict[tuple[str, str], str]:
    """Take the cells of these rows out of a form; a box that is not ticked is an empty cell.

    A field of WTForms for each takes 20 times as long, and a grid can have 500 rows. What is wrong
    with a cell is told wherever the grid is shown: a draft keeps what was typed.
    """
    return {(each, name): form.get(f"{name}.{each}", "").strip() for each in ids for name in FIELDS}


def rest_unchanged(cells: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    """Tick Unchanged in each row that is empty."""
    typed = {row for (row, _), text in cells.items() if text}
    return {(row, "unchanged"): YES for row, _ in cells if row not in typed}
