"""Which events raise a balance of the fund, and which lower it: the log lets none fall below 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from app.domain.events.catalogue import EventType
from app.domain.events.event_json import JsonObject
from app.domain.money import ZERO
from app.domain.state.state import Flows

# What is drawn on the credit line, called and not returned, distributed and not given back, paid as
# carry and not clawed back, accrued and not paid.
Balance = Literal["drawn", "called", "distributed", "carry", "accrued"]
_SETTLES = "settles_accrual"
# By the type of event and its kind: 1 raises a balance, -1 lowers it.
_MOVES: Mapping[tuple[EventType, str | None], tuple[Balance, int]] = {
    (EventType.CREDIT_LINE_DRAWN, None): ("drawn", 1),
    (EventType.CREDIT_LINE_REPAID, None): ("drawn", -1),
    (EventType.CAPITAL_CALLED, None): ("called", 1),
    (EventType.DISTRIBUTION_MADE, "return_of_call"): ("called", -1),
    (EventType.DISTRIBUTION_MADE, "standard"): ("distributed", 1),
    (EventType.DISTRIBUTION_MADE, "recallable"): ("distributed", 1),
    (EventType.DISTRIBUTION_RETURNED, "lp_giveback"): ("distributed", -1),
    (EventType.DISTRIBUTION_MADE, "carried_interest"): ("carry", 1),
    (EventType.DISTRIBUTION_RETURNED, "carry_clawback"): ("carry", -1),
    (EventType.EXPENSE_ACCRUED, None): ("accrued", 1),
    (EventType.EXPENSE_PAID, _SETTLES): ("accrued", -1),
}
MOVING_TYPES = tuple(dict.fromkeys(event_type for event_type, _ in _MOVES))


class Move(NamedTuple):
    """What an event does to a balance on a day; negative where it lowers it."""

    balance: Balance
    day: date
    amount: Decimal

    def undone(self) -> Move:
        """Return what a void of the event does."""
        return self._replace(amount=-self.amount)


def move_of(event_type: EventType, day: date, payload: JsonObject) -> Move | None:
    """Return what an event does to a balance; None where it does nothing to any."""
    if event_type not in MOVING_TYPES:
        return None
    kind = payload.get("kind")
    if event_type is EventType.EXPENSE_PAID:
        kind = _SETTLES if payload.get(_SETTLES) else "other"
    moved = _MOVES.get((event_type, kind))
    if moved is None:
        return None
    balance, sign = moved
    return Move(balance, day, sign * Decimal(payload["amount"]))


def sums_by_day(moves: Iterable[Move | None], balance: Balance) -> Flows:
    """Add up what moves do to one balance, by day."""
    sums: Flows = {}
    for move in moves:
        if move and move.balance == balance:
            sums[move.day] = sums.get(move.day, ZERO) + move.amount
    return sums
