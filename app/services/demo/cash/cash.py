"""The fund's cash from day to day, as the plan for calls and distributions sees it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import accumulate

from app.domain.money import ZERO
from app.services.demo.entries.model import Entry

_COMES_IN = {"PROCEEDS_RECEIVED", "INCOME_RECEIVED", "CREDIT_LINE_DRAWN", "CAPITAL_CALLED",
             "DISTRIBUTION_RETURNED"}  # fmt: skip
_GOES_OUT = {"INVESTMENT_MADE", "EXPENSE_PAID", "CREDIT_LINE_REPAID", "DISTRIBUTION_MADE"}


class CashBook:
    """What moves the fund's cash, by the day on which it does."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Start from what is known to happen."""
        self._moves: dict[date, Decimal] = {}
        for entry in entries:
            self.add(entry.effective_on, cash_effect(entry))

    def add(self, day: date, amount: Decimal) -> None:
        """Note that money moves on a day, in or (negative) out."""
        self._moves[day] = self._moves.get(day, ZERO) + amount

    def lowest(self, first: date, end: date) -> Decimal:
        """Return the least cash at the close of any day from `first` to before `end`."""
        days = sorted(self._moves)
        balances = [ZERO, *accumulate(self._moves[day] for day in days)]
        return min(balances[bisect_right(days, first) : bisect_left(days, end) + 1])


def cash_effect(entry: Entry) -> Decimal:
    """Return what an event adds to the fund's cash, or takes from it."""
    amount = Decimal(entry.payload.get("amount", 0))
    if entry.event_type in _COMES_IN:
        return amount
    return -amount if entry.event_type in _GOES_OUT else ZERO
