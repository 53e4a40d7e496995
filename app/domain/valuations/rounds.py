"""A valuation round: which holdings it is about, what is said of each, and what that comes to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.domain.money import ZERO
from app.domain.state.state import FundState, Holding
from app.domain.viewpoint import quarter_end

# People who mean the fund's holding and type the company's post-money are off by more than this.
STEEP = 5
# Those who type millions and leave the "m" away are off by more than this.
FAINT = 100


def is_steep(value: Decimal, prior: Decimal) -> bool:
    """Return whether a mark is above five times the prior one."""
    return value > STEEP * prior > ZERO


def is_faint(value: Decimal, prior: Decimal) -> bool:
    """Return whether a mark is below a hundredth of the prior one, and yet no write-off."""
    return ZERO < FAINT * value < prior


@dataclass(frozen=True, slots=True)
class Mark:
    """What a round says of one holding."""

    holding: Holding  # as it stood before
    value: Decimal
    unchanged: bool = False  # the same value said anew, so that its age starts again
    ownership: Decimal | None = None
    method: str | None = None
    fair_value_level: int | None = None
    note: str | None = None

    @property
    def difference(self) -> Decimal:
        """By how much fair value changes."""
        return self.value - self.holding.fair_value

    @property
    def change(self) -> Decimal | None:
        """The change as a share of the prior mark; None where that is zero."""
        prior = self.holding.fair_value
        return self.difference / prior if prior else None

    @property
    def is_steep(self) -> bool:
        """Whether the new mark is above five times the prior one."""
        return is_steep(self.value, self.holding.fair_value)

    @property
    def is_faint(self) -> bool:
        """Whether the new mark is below a hundredth of the prior one, and above zero."""
        return is_faint(self.value, self.holding.fair_value)

    @property
    def is_doubtful(self) -> bool:
        """Whether the new mark is so far from the prior one that somebody has to confirm it."""
        return self.is_steep or self.is_faint

    def repeats(self, as_of: date) -> bool:
        """Return whether this value was marked for this day already, and is still the last word."""
        return self.holding.marked_on == as_of and not self.difference


@dataclass(frozen=True, slots=True)
class Totals:
    """What a round comes to."""

    marks: int
    sum_of_marks: Decimal
    value_before: Decimal
    value_after: Decimal
    nav_before: Decimal
    nav_after: Decimal

    @property
    def change(self) -> Decimal | None:
        """The change of NAV as a share of what it was; None where that is zero."""
        return (self.nav_after - self.nav_before) / self.nav_before if self.nav_before else None


def totals(state: FundState, marks: Sequence[Mark]) -> Totals:
    """Sum a round up; holdings without a mark keep their value."""
    difference = sum((mark.difference for mark in marks), ZERO)
    value, nav = state.total_value, state.nav
    return Totals(
        marks=len(marks),
        sum_of_marks=sum((mark.value for mark in marks), ZERO),
        value_before=value,
        value_after=value + difference,
        nav_before=nav,
        nav_after=nav + difference,
    )


def to_be_valued(holdings: Iterable[Holding]) -> list[Holding]:
    """Return the holdings to be valued, by name: what was sold and owes nothing is left out."""
    kept = [each for each in holdings if each.fair_value or _is_at_zero(each)]
    return sorted(kept, key=lambda each: (each.name.casefold(), each.company_id))


def _is_at_zero(holding: Holding) -> bool:
    return bool(holding.remaining_cost) and holding.exited_on is None


def quarter_ends(first: date, last: date) -> list[date]:
    """Return the quarter ends from one day to another, the latest first."""
    ends, end = [], quarter_end(last + timedelta(days=1), -1)
    while end >= first:
        ends.append(end)
        before = quarter_end(end, -1)
        if before == end:  # the calendar begins here
            break
        end = before
    return ends
