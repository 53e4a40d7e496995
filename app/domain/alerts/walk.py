"""What a log passes through on its way to a state: marks, the lowest cash, and the credit line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.domain.events.catalogue import EventType
from app.domain.events.model import Foldable
from app.domain.money import ZERO
from app.domain.state.fold import apply
from app.domain.state.state import FundState


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark with the fair value that it found."""

    sequence: int
    effective_on: date
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Low:
    """An amount at the close of a day, with the last event of that day."""

    on: date
    amount: Decimal
    sequence: int


@dataclass(slots=True)
class Walk:
    """A state, and what came before it."""

    state: FundState = field(default_factory=FundState)
    last_marks: dict[str, Mark] = field(default_factory=dict)  # by the company's id
    lowest_cash: Low | None = None
    lowest_unfunded: Low | None = None  # at the close of days with a call
    drawn_since: Low | None = None  # the day since when the credit line is drawn, without a break


def walk(ordered: Sequence[Foldable]) -> Walk:
    """Fold events in force, in the order of the fold, and note what they pass through."""
    found = Walk()
    state, has_call = found.state, False
    for index, event in enumerate(ordered):
        if event.event_type == EventType.VALUATION_UPDATED:
            _mark(found, event)
        else:
            apply(state, event)
        has_call = has_call or event.event_type == EventType.CAPITAL_CALLED
        later = ordered[index + 1] if index + 1 < len(ordered) else None
        if later is None or later.effective_on != event.effective_on:
            _close_day(found, event, has_call=has_call)
            has_call = False
    return found


def _mark(found: Walk, event: Foldable) -> None:
    company_id = event.payload["company_id"]
    held = found.state.holdings.get(company_id)
    before = held.fair_value if held else ZERO
    apply(found.state, event)
    after = found.state.holdings[company_id].fair_value
    found.last_marks[company_id] = Mark(event.sequence, event.effective_on, before, after)


def _close_day(found: Walk, last: Foldable, *, has_call: bool) -> None:
    state, day = found.state, last.effective_on
    if found.lowest_cash is None or state.cash < found.lowest_cash.amount:
        found.lowest_cash = Low(day, state.cash, last.sequence)
    if has_call and (
        found.lowest_unfunded is None or state.unfunded < found.lowest_unfunded.amount
    ):
        found.lowest_unfunded = Low(day, state.unfunded, last.sequence)
    if state.borrowings <= ZERO:
        found.drawn_since = None
    elif found.drawn_since is None:
        found.drawn_since = Low(day, state.borrowings, last.sequence)
