"""What was read of a fund, kept for all days of its stretch.

Between two days with events nothing of a fund changes but its age, and what is known at a sequence
never changes: so what was read at one day serves the days up to the next event. A handle that is
dragged stops at far more days than there are events.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

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
class _Kept:
    """Stretches by the log that they are of, each log's in their order."""

    logs: OrderedDict[_Log, list[Stretch]] = field(default_factory=OrderedDict)
    weight: int = 0

    def find(self, log: _Log, day: date) -> Stretch | None:
        if log not in self.logs:
            return None
        self.logs.move_to_end(log)
        place = bisect_right(self.logs[log], day, key=_after)
        return self.logs[log][place - 1] if place else None

    def add(self, log: _Log, stretch: Stretch) -> None:
        stretches = self.logs.setdefault(log, [])
        place = bisect_left(stretches, stretch.after, key=_after)
        if place < len(stretches) and stretches[place].after == stretch.after:
            return
        stretches.insert(place, stretch)
        self.weight += stretch.weight
        while self.weight > _HEAVIEST:
            _, dropped = self.logs.popitem(last=False)
            self.weight -= sum(each.weight for each in dropped)


_kept = _Kept()
_one_at_a_time = threading.Lock()


def get(engine: Engine, fund_id: UUID, at: Viewpoint) -> tuple[Read, Neighbours] | None:
    """Return what stands at a viewpoint, where a day of the same stretch was read before."""
    with _one_at_a_time:
        stretch = _kept.find((engine, fund_id, at.through), at.as_of)
    return stretch.at(at.as_of) if stretch else None


def put(engine: Engine, fund_id: UUID, at: Viewpoint, found: Read, around: Neighbours) -> None:
    """Keep what was read at a viewpoint, where it may serve another day.

    Those that were not asked for the longest give way, a log's all at once.
    """
    if not around.latest:
        return  # nothing had happened yet
    stretch = Stretch(around.latest[0].effective_on, around.next_on or date.max, found, around)
    if stretch.is_long:
        with _one_at_a_time:
            _kept.add((engine, fund_id, at.through), stretch)


def _after(stretch: Stretch) -> date:
    return stretch.after
