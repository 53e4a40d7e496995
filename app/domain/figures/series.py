"""Figures over time, as columns: made in one pass over a log, or of states that were read apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, Self, get_args

from app.domain.events.model import Foldable
from app.domain.figures.figures import AMOUNTS, RATES, RATIOS, figures_of
from app.domain.state.fold import fold_onto, fold_through
from app.domain.state.state import FundState
from app.domain.viewpoint import month_end, quarter_end

Step = Literal["event", "day", "month", "quarter"]
STEPS: tuple[Step, ...] = get_args(Step)
MOST_DAYS = 20_000  # that may be asked for at once, each by itself
FIGURES = (*AMOUNTS, *RATIOS, *RATES)
# Those that mean something of one company, where only its events are folded.
COMPANY_FIGURES = ("invested", "proceeds", "total_value", "gross_moic", "gross_irr")


@dataclass(frozen=True, slots=True)
class Flows:
    """What has moved by a day, in the fund's currency, each positive in its own direction."""

    calls: Decimal  # less returns of calls
    distributions: Decimal  # less what was given back
    investments: Decimal
    proceeds: Decimal
    expenses: Decimal  # paid or accrued

    @classmethod
    def of(cls, state: FundState) -> Self:
        """Sum up the flows that have led to a state."""
        return cls(state.paid_in, state.distributed, state.invested, state.proceeds, state.expenses)


FLOWS = tuple(Flows.__slots__)


@dataclass(slots=True)
class Series:
    """Figures at days, earliest first: each column has one entry for each of `dates`.

    A figure is what `figures_of` gives of that day, unrounded; one that does not exist is None,
    with its reason. `flows` are those since the day before in the series, and those of the first
    day since the state with which it opened; `net_cash_flow` is distributions less calls from the
    fund's first day on, so that it draws the J-curve.
    """

    opening: Flows
    dates: list[date] = field(default_factory=list)
    figures: dict[str, list[Decimal | None]] = field(
        default_factory=lambda: {name: [] for name in FIGURES}
    )
    reasons: dict[str, list[str | None]] = field(
        default_factory=lambda: {name: [] for name in (*RATIOS, *RATES)}
    )
    flows: dict[str, list[Decimal]] = field(default_factory=lambda: {name: [] for name in FLOWS})
    net_cash_flow: list[Decimal] = field(default_factory=list)

    def add(self, day: date, state: FundState) -> None:
        """Add the state at the close of a later day."""
        self.dates.append(day)
        figures = figures_of(state, day)
        for name, column in self.figures.items():
            column.append(getattr(figures, name))
        for name, reasons in self.reasons.items():
            reasons.append(figures.reasons.get(name))
        by_then = Flows.of(state)
        for name, flows in self.flows.items():
            flows.append(getattr(by_then, name) - getattr(self.opening, name))
        self.opening = by_then
        self.net_cash_flow.append(by_then.distributions - by_then.calls)


def series_onto(
    state: FundState, ordered: Sequence[Foldable], since: date, days: Iterable[date]
) -> Series:
    """Fold events in force, in the order of the fold, onto a state, and note the figures on days.

    The state is changed. It holds no event dated after `since`, with whose close the series opens,
    and all events come after what is in it. The days are later ones, earliest first.
    """
    before = [event for event in ordered if event.effective_on <= since]
    fold_onto(state, before)
    series = Series(Flows.of(state))
    for day in fold_through(state, ordered[len(before) :], days):
        series.add(day, state)
    return series


@dataclass(frozen=True, slots=True)
class Days:
    """The days that a series is asked for: from the first to the last one, both included."""

    step: Step
    first: date
    last: date

    def of(self, events: Sequence[Foldable]) -> list[date]:
        """Return them, earliest first.

        `event` gives the days of the events; `month` and `quarter` give the ends of those, and the
        last day, with which the last of them ends in the series.
        """
        if self.step == "event":
            days = {each.effective_on for each in events}
            return sorted(day for day in days if self.first <= day <= self.last)
        return list(self._each())

    def _each(self) -> Iterator[date]:
        day = self.first
        while day <= self.last:
            end = day
            if self.step == "month":
                end = month_end(day)
            elif self.step == "quarter":
                end = quarter_end(day - timedelta(days=1), 1)
            yield min(end, self.last)
            day = end + timedelta(days=1)
