"""Lays snapshots along a fund's log, as if each had been taken when the log was that long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import psycopg
from sqlalchemy import Engine

from app.domain.state.fold import fold_through, in_fold_order, in_force
from app.domain.viewpoint import Viewpoint
from app.services.jobs.jobs import SITE
from app.services.snapshots.policy import (
    EVENTS_PER_BOUNDARY,
    boundaries,
    boundary_days,
    is_cut_anew,
    step,
)
from app.store.database.connections import driver_connection
from app.store.log import stored_events, validity
from app.store.log.validity import Later, Overtaking, Validity, later_events
from app.store.snapshots import model, state_reader, table
from app.store.snapshots.model import Taken

Progress = Callable[[int, int], None]  # sequences done, of how many


def build_missing(
    engine: Engine,
    fund_id: UUID,
    progress: Progress | None = None,
    *,
    every: int = EVENTS_PER_BOUNDARY,
) -> int:
    """Take every snapshot that is due between the last ones and the head; return their number.

    There is one about each `every` events. Safe to run again, and by several at once: what stands
    already is not taken again.
    """
    with engine.connect() as connection:
        driver = driver_connection(connection)
        last = table.last_automatic(driver, fund_id)
        done = max((through for through, _ in last.values()), default=0)
        by_day = Counter(stored_events.events_by_day(driver, fund_id, done))
        later = LaterEvents(fund_id, done, later_events(driver, fund_id, done))
    serving = {as_of: serves for as_of, (_, serves) in last.items()}
    count, before, head = 0, done, later.head
    size = step(head, every)
    for through in boundaries(done, head, size):
        by_day.update(later.days(before, through))
        due = [
            day
            for day in boundary_days(by_day, serving, every)
            if is_cut_anew(serving.get(day), through, head, size)
        ]
        serving |= keep_all(engine, later, _fold_through(engine, fund_id, due, through))
        count, before = count + len(due), through
        if progress:
            progress(through, head)
    return count


def repair(engine: Engine, fund_id: UUID, at: Viewpoint) -> int:
    """Take the snapshots that spare a reader at a viewpoint a long way; return their number."""
    with engine.connect() as connection:
        driver = driver_connection(connection)
        since, _ = state_reader.serving(driver, fund_id, at)
        by_day = stored_events.events_by_day(driver, fund_id, at.through)
        standing = table.last_automatic(driver, fund_id)
        later = LaterEvents(fund_id, at.through, [])
    boundaries = boundary_days(by_day, standing)
    due = [day for day in boundaries if day <= at.as_of and (since is None or day > since)]
    keep_all(engine, later, _fold_through(engine, fund_id, due, at.through))
    return len(due)


@dataclass(slots=True)
class LaterEvents:
    """The events after a sequence, as far as they concern snapshots; they grow with the log."""

    fund_id: UUID
    after: int
    events: list[Later]

    @property
    def head(self) -> int:
        """The last sequence that is known here."""
        return self.after + len(self.events)

    def days(self, after: int, through: int) -> list[date]:
        """Return the days of the events after one sequence and up to another."""
        events = self.events[after - self.after : through - self.after]
        return [event.effective_on for event in events]

    def catch_up(self, driver: psycopg.Connection) -> None:
        """Read what was appended since."""
        self.events += later_events(driver, self.fund_id, self.head)

    def overtaking(self, through: int) -> Overtaking:
        """Return the events that first overtake snapshots of a sequence."""
        return Overtaking(self.events[through - self.after :])


def keep_all(engine: Engine, later: LaterEvents, taken: Sequence[Taken]) -> dict[date, Validity]:
    """Write snapshots of one sequence; give by their days how long they serve."""
    if not taken:
        return {}
    with engine.begin() as connection:
        driver = driver_connection(connection)
        validity.hold_head(driver, later.fund_id)
        later.catch_up(driver)
        overtaking = later.overtaking(taken[0].through)
        table.keep(driver, later.fund_id, taken, overtaking)
    return {each.as_of: overtaking.validity(each.as_of) for each in taken}


def _fold_through(engine: Engine, fund_id: UUID, days: Sequence[date], through: int) -> list[Taken]:
    """Fold once through the days, earliest first, from the snapshot that serves before them."""
    if not days:
        return []
    last = Viewpoint(days[-1], through)
    with engine.connect() as connection:
        driver = driver_connection(connection)
        since, state = state_reader.serving(driver, fund_id, Viewpoint(days[0], through))
        facts = state_reader.facts_after(driver, fund_id, since, last)
    ordered = in_fold_order(in_force(facts, through), last.as_of)
    return [
        model.taken(state, Viewpoint(day, through), "auto", SITE)
        for day in fold_through(state, ordered, days)
    ]
