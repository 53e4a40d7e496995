"""A figure over time: NAV at the close of every day on which it may have changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import groupby

from app.domain.events import Event
from app.domain.fold import apply, fold_key, in_force
from app.domain.state import FundState


def nav_series(log: Iterable[Event], through: int) -> list[tuple[date, Decimal]]:
    """Give (day, NAV before carry) for each day that has events known at `through`."""
    state = FundState()
    series = []
    ordered = sorted(in_force(log, through), key=fold_key)
    for day, events in groupby(ordered, key=lambda event: event.effective_on):
        for event in events:
            apply(state, event)
        series.append((day, state.nav))
    return series
