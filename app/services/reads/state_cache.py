"""What was read of a fund, kept for all days of its interval.

Between two days with events nothing of a fund changes but its age, and what is known at a sequence
never changes: so what was read at one day serves the days up to the next event. A handle that is
dragged stops at far more days than there are events.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter
from uuid import UUID

from cachetools import LRUCache
from sqlalchemy import Engine

from app.domain.viewpoint import Viewpoint
from app.store.log.neighbours import Neighbours
from app.store.snapshots.state_reader import Read

_HEAVIEST = 20_000  # records in all; one takes some 2.5 kB with what belongs to it

_Log = tuple[Engine, UUID, int]  # as it is known through a sequence


@dataclass(frozen=True, slots=True)
class Interval:
    """What stands from the day after an event until the next one."""

    after: date  # the day of that event
    before: date  # the day of the next one; the last of the calendar where there is none
    found: Read
    around: Neighbours

    @property
    def weight(self) -> int:
        """How many records it holds, about."""
        state = self.found.state
        return len(state.holdings) + len(state.commitments) + len(self.around.latest)

    @property
    def is_long(self) -> bool:
        """Whether it has more days than one."""
        return (self.before - self.after).days > 2  # noqa: PLR2004 - neither end is one of them

    def at(self, day: date) -> tuple[Read, Neighbours] | None:
        """Return what stands on a day; None where it is no day of the interval."""
        if not self.after < day < self.before:
            return None
        return self.found, replace(self.around, previous_on=self.after)


@dataclass(slots=True)
class _LogIntervals:
    """The intervals of one log, in their order."""

    intervals: list[Interval] = field(default_factory=list)
    weight: int = 0

    def find(self, day: date) -> Interval | None:
        index = bisect_right(self.intervals, day, key=_after)
        return self.intervals[index - 1] if index else None

    def with_interval(self, interval: Interval) -> _LogIntervals:
        index = bisect_left(self.intervals, interval.after, key=_after)
        if index < len(self.intervals) and self.intervals[index].after == interval.after:
            return self
        intervals = [*self.intervals[:index], interval, *self.intervals[index:]]
        return _LogIntervals(intervals, self.weight + interval.weight)


_cache: LRUCache[_Log, _LogIntervals] = LRUCache(_HEAVIEST, getsizeof=attrgetter("weight"))
_one_at_a_time = threading.Lock()


def get(engine: Engine, fund_id: UUID, at: Viewpoint) -> tuple[Read, Neighbours] | None:
    """Return what stands at a viewpoint, where a day of the same interval was read before."""
    with _one_at_a_time:
        log = _cache.get((engine, fund_id, at.through))
    interval = log.find(at.as_of) if log else None
    return interval.at(at.as_of) if interval else None


def put(engine: Engine, fund_id: UUID, at: Viewpoint, found: Read, around: Neighbours) -> None:
    """Keep what was read at a viewpoint, where it may serve another day.

    Those that were not asked for the longest give way, a log's all at once.
    """
    if not around.latest:
        return  # nothing had happened yet
    interval = Interval(around.latest[0].effective_on, around.next_on or date.max, found, around)
    if not interval.is_long:
        return
    key = engine, fund_id, at.through
    with _one_at_a_time:
        log = _cache.pop(key, _LogIntervals()).with_interval(interval)
        if log.weight <= _HEAVIEST:
            _cache[key] = log


def _after(interval: Interval) -> date:
    return interval.after
