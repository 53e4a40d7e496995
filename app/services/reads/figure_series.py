"""A fund's figures over time, as far as they were known at a sequence of its log."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Engine

from app.domain.figures.series import Days, Series, series_onto
from app.domain.state.fold import in_fold_order, in_force
from app.domain.viewpoint import Viewpoint
from app.store.database.connections import reading
from app.store.snapshots import state_reader


def load_series(engine: Engine, fund_id: UUID, through: int, days: Days) -> Series:
    """Return the figures on days, in one pass from the snapshot before; no event beyond the head.

    The first of the days is not after the last.
    """
    since = days.first - timedelta(days=1)
    with reading(engine) as driver:
        day, state = state_reader.serving(driver, fund_id, Viewpoint(since, through))
        facts = state_reader.facts_after(driver, fund_id, day, Viewpoint(days.last, through))
    ordered = in_fold_order(in_force(facts, through), days.last)
    return series_onto(state, ordered, since, days.of(ordered))
