"""What was read of a fund, kept for all days of its stretch.

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
class Stretch:
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
        """Return what stands on a day; None where it is no day of the stretch."""
        if not self.after < day < self.before:
            return None
        return self.found, replace(self.around, previous_on=self.after)


@dataclass(slots=True)
class _LogStretches:
    """The stretches of one log, in their order."""

    stretches: list[Stretch] = field(default_factory=list)
    weight: int = 0

    def find(self, day: date) -> Stretch | None:
        index = bisect_right(self.stretches, day, key=_after)
        return self.stretches[index - 1] if index else None

    def with_stretch(self, stretch: Stretch) -> _LogStretches:
        index = bisect_left(self.stretches, stretch.after, key=_after)
        if index < len(self.stretches) and self.stretches[index].after == stretch.after:
            return self
        stretches = [*self.stretches[:index], stretch, *self.stretches[index:]]
        return _LogStretches(stretches, self.weight + stretch.weight)


_cache: LRUCache[_Log, _LogStretches] = LRUCache(_HEAVIEST, getsizeof=attrgetter("weight"))
_one_at_a_time = threading.Lock()


def get(engine: Engine, fund_id: UUID, at: Viewpoint) -> tuple[Read, Neighbours] | None:
    """Return what stands at a viewpoint, where a day of the same stretch was read before."""
    with _one_at_a_time:
        log = _cache.get((engine, fund_id, at.through))
    stretch = log.find(at.as_of) if log else None
    return stretch.at(at.as_of) if stretch else None


def put(engine: Engine, fund_id: UUID, at: Viewpoint, found: Read, around: Neighbours) -> None:
    """Keep what was read at a viewpoint, where it may serve another day.

    Those that were not asked for the longest give way, a log's all at once.
    """
    if not around.latest:
        return  # nothing had happened yet
    stretch = Stretch(around.latest[0].effective_on, around.next_on or date.max, found, around)
    if not stretch.is_long:
        return
    key = engine, fund_id, at.through
    with _one_at_a_time:
        log = _cache.pop(key, _LogStretches()).with_stretch(stretch)
        if log.weight <= _HEAVIEST:
            _cache[key] = log


def _after(stretch: Stretch) -> date:
    return stretch.after
