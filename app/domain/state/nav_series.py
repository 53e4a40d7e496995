"""A figure over time: NAV at the close of every day on which it may have changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import groupby

from app.domain.events.model import Foldable
from app.domain.state.fold import fold_key, fold_onto, in_force
from app.domain.state.state import FundState


def nav_series(log: Iterable[Foldable], through: int) -> list[tuple[date, Decimal]]:
    """Return (day, NAV before carry) for each day that has events known at `through`."""
    return nav_series_onto(FundState(), log, through)


def nav_series_onto(
    state: FundState, later: Iterable[Foldable], through: int
) -> list[tuple[date, Decimal]]:
    """Return the same of events that all come after what is in a state, which is changed."""
    series = []
    ordered = sorted(in_force(later, through), key=fold_key)
    for day, events in groupby(ordered, key=lambda event: event.effective_on):
        fold_onto(state, events)
        series.append((day, state.nav))
    return series
