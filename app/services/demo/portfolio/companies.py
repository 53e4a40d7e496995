"""The companies of the demo fund: what happened to each, and what a holding in it was worth."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from app.domain.money import ONE, ZERO, to_cent

_NOTE_DISCOUNT = Decimal("0.8")
_STAKE_PLACES = Decimal("0.000001")
EXITS = {"exit", "write_off"}
SALES = {"sold", "in_kind"}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a company; money in dollars, empty where it does not apply."""

    on: date
    what: str  # added, round, note, renamed, worth, listed, sold, in_kind, exit, escrow, …
    label: str
    country: str
    raised: Decimal  # from all investors
    worth: Decimal  # of the whole company, after what was raised
    amount: Decimal  # from the fund, or to it as a dividend
    share: Decimal  # of the holding that was sold, of the price or the escrow held back or paid


@dataclass(frozen=True, slots=True)
class Position:
    """What the fund holds from a day on."""

    stake: Decimal  # fraction of the company, notes not counted
    cost: Decimal
    notes: Decimal  # lent and not converted


_NOTHING = Position(ZERO, ZERO, ZERO)


@dataclass(frozen=True)
class Company:
    """A company with its steps, the oldest first."""

    name: str
    steps: tuple[Step, ...]

    def steps_of(self, *kinds: str) -> list[Step]:
        """Return the steps of some kinds."""
        return [step for step in self.steps if step.what in kinds]

    @property
    def left_on(self) -> date | None:
        """The day of the full exit."""
        return next((step.on for step in self.steps if step.what in EXITS), None)

    def is_held(self, on: date) -> bool:
        """Return whether the fund holds something at the close of a day."""
        return self.steps_of("round")[0].on <= on and not (self.left_on and self.left_on <= on)

    def position(self, on: date) -> Position:
        """Return what the fund holds at the close of a day."""
        days, positions = self._positions
        index = bisect_right(days, on)
        return positions[index - 1] if index else _NOTHING

    def position_before(self, step: Step) -> Position:
        """Return what the fund held before a step."""
        days, positions = self._positions
        index = days.index(step.on)
        return positions[index - 1] if index else _NOTHING

    def worth(self, on: date) -> Decimal:
        """Return the value of the whole company: it lags, then catches up with the next price."""
        days, prices = self._prices
        index = bisect_right(days, on)
        if not index:
            return ZERO
        since = prices[index - 1][1]
        if index == len(days):
            return since
        passed = Decimal((on - days[index - 1]).days) / (days[index] - days[index - 1]).days
        return since + (prices[index][0] - since) * passed * passed

    def fair_value(self, on: date) -> Decimal:
        """Return the value of the fund's holding at the close of a day, to the cent."""
        position = self.position(on)
        return to_cent(position.stake * self.worth(on) + position.notes)

    def price_of(self, step: Step) -> Decimal:
        """Return what a sale or an exit paid for the holding, escrow included."""
        return to_cent(self.position_before(step).stake * step.worth)

    @cached_property
    def _positions(self) -> tuple[list[date], list[Position]]:
        days, positions = [], [_NOTHING]
        for step in self.steps:
            positions.append(_after(positions[-1], step))
            days.append(step.on)
        return days, positions[1:]

    @cached_property
    def _prices(self) -> tuple[list[date], list[tuple[Decimal, Decimal]]]:
        priced = [step for step in self.steps if step.worth or step.what in EXITS]
        return [step.on for step in priced], [
            (step.worth - step.raised, step.worth) for step in priced
        ]


def _after(before: Position, step: Step) -> Position:
    match step.what:
        case "round":
            bought = (step.amount + before.notes / _NOTE_DISCOUNT) / step.worth
            stake = before.stake * (ONE - step.raised / step.worth) + bought
            return Position(stake.quantize(_STAKE_PLACES), before.cost + step.amount, ZERO)
        case "note":
            return Position(before.stake, before.cost + step.amount, before.notes + step.amount)
        case "sold" | "in_kind":
            kept = ONE - step.share
            stake = (before.stake * kept).quantize(_STAKE_PLACES)
            return Position(stake, to_cent(before.cost * kept), before.notes)
        case "exit" | "write_off":
            return _NOTHING
        case _:
            return before
