"""Lays snapshots along a fund's log, as if each had been taken when the log was that long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import psycopg
from sqlalchemy import Engine

from app.domain.fold import fold_through, in_fold_order, in_force
from app.domain.viewpoint import Viewpoint
from app.services.snapshot_cuts import EVENTS_PER_CUT, boundaries, cut_days, step, stretches
from app.store import snapshots, states
from app.store.driver import driver_connection
from app.store.snapshots import Taken

Progress = Callable[[int, int], None]  # sequences done, of how many
BUILDER = "asof"  # who asks for the snapshots that nobody asked for


def lay(
    engine: Engine,
    fund_id: UUID,
    progress: Progress | None = None,
    *,
    every: int = EVENTS_PER_CUT,
) -> int:
    """Take every snapshot that is due between the last ones and the head; give their number.

    There is one about each `every` events. Safe to run again, and by several at once: what stands
    already is not taken again.
    """
    with engine.connect() as connection:
        driver = driver_connection(connection)
        last = snapshots.last_automatic(driver, fund_id)
        done = max((through for through, _ in last.values()), default=0)
        by_day = Counter(snapshots.events_by_day(driver, fund_id, done))
        later = LaterEvents(fund_id, done, snapshots.effective_dates(driver, fund_id, done))
    valid = {as_of: valid_before for as_of, (_, valid_before) in last.items()}
    count, head = 0, later.head
    size = step(head, every)
    for stretch in stretches(done, head, size):
        serving = sorted(day for day in valid if not _is_due(valid, day, stretch.start))
        dates, before = later.dates(stretch.start, stretch.stop), stretch.start
        for through in boundaries(stretch.start, dates, serving, size, every):
            by_day.update(later.dates(before, through))
            due = [day for day in cut_days(by_day, valid, every) if _is_due(valid, day, through)]
            valid |= keep(engine, later, _fold_through(engine, fund_id, due, through))
            count, before = count + len(due), through
        by_day.update(later.dates(before, stretch.stop))
        if progress:
            progress(stretch.stop, head)
    return count


def repair(engine: Engine, fund_id: UUID, at: Viewpoint) -> int:
    """Take the snapshots that spare a reader at a viewpoint a long way; give their number."""
    with engine.connect() as connection:
        driver = driver_connection(connection)
        since, _ = states.serving(driver, fund_id, at)
        by_day = snapshots.events_by_day(driver, fund_id, at.through)
        standing = snapshots.last_automatic(driver, fund_id)
        later = LaterEvents(fund_id, at.through, [])
    cuts = cut_days(by_day, standing)
    due = [day for day in cuts if day <= at.as_of and (since is None or day > since)]
    keep(engine, later, _fold_through(engine, fund_id, due, at.through))
    return len(due)


@dataclass(slots=True)
class LaterEvents:
    """The effective dates of the events after a sequence, which grow with the log."""

    fund_id: UUID
    after: int
    days: list[date]

    @property
    def head(self) -> int:
        """The last sequence that is known here."""
        return self.after + len(self.days)

    def dates(self, after: int, through: int) -> list[date]:
        """Give the dates of the events after one sequence and up to another."""
        return self.days[after - self.after : through - self.after]

    def catch_up(self, driver: psycopg.Connection) -> None:
        """Read what was appended since."""
        self.days += snapshots.effective_dates(driver, self.fund_id, self.head)

    def overtaking(self, through: int) -> list[tuple[int, date]]:
        """Give the events that first overtake snapshots of a sequence."""
        dates = self.dates(through, self.head)
        return snapshots.first_overtaking(list(enumerate(dates, through + 1)))


def keep(engine: Engine, later: LaterEvents, taken: Sequence[Taken]) -> dict[date, int | None]:
    """Write snapshots of one sequence, with what overtook them since; give that by their days."""
    if not taken:
        return {}
    with engine.begin() as connection:
        driver = driver_connection(connection)
        snapshots.hold_head(driver, later.fund_id)
        later.catch_up(driver)
        overtaking = later.overtaking(taken[0].through)
        snapshots.keep(driver, later.fund_id, taken, overtaking)
    return {each.as_of: snapshots.valid_before(each.as_of, overtaking) for each in taken}


def _is_due(valid: dict[date, int | None], day: date, through: int) -> bool:
    """Tell whether a day has no snapshot, or only one that was overtaken by then."""
    return day not in valid or ((overtaken := valid[day]) is not None and overtaken <= through)


def _fold_through(engine: Engine, fund_id: UUID, days: Sequence[date], through: int) -> list[Taken]:
    """Fold once through the days, earliest first, from the snapshot that serves before them."""
    if not days:
        return []
    last = Viewpoint(days[-1], through)
    with engine.connect() as connection:
        driver = driver_connection(connection)
        since, state = states.serving(driver, fund_id, Viewpoint(days[0], through))
        facts = states.facts_after(driver, fund_id, since, last)
    ordered = in_fold_order(in_force(facts, through), last.as_of)
    return [
        snapshots.taken(state, Viewpoint(day, through), "auto", BUILDER)
        for day in fold_through(state, ordered, days)
    ]
