"""What was read of a fund, kept for all days of its stretch.

Between two days with events nothing of a fund changes but its age, and what is known at a sequence
never changes: so what was read at one day serves the days up to the next event. A handle that is
dragged stops at far more days than there are events.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import Engine

from app.domain.viewpoint import Viewpoint
from app.store.states import Read
from app.store.surroundings import Surroundings

_MOST = 600  # stretches in all, each of some 75 kB

_Log = tuple[Engine, UUID, int]  # as it is known through a sequence


@dataclass(frozen=True, slots=True)
class Stretch:
    """What stands from the day after an event until the next one."""

    after: date  # the day of that event
    before: date  # the day of the next one; the last of the calendar where there is none
    found: Read
    around: Surroundings

    @property
    def is_long(self) -> bool:
        """Whether it has more days than one."""
        return (self.before - self.after).days > 2  # noqa: PLR2004 - neither end is one of them

    def at(self, day: date) -> tuple[Read, Surroundings] | None:
        """Give what stands on a day; None where it is no day of the stretch."""
        if not self.after < day < self.before:
            return None
        return self.found, replace(self.around, previous_on=self.after)


_logs: OrderedDict[_Log, list[Stretch]] = OrderedDict()
_one_at_a_time = threading.Lock()


def known(engine: Engine, fund_id: UUID, at: Viewpoint) -> tuple[Read, Surroundings] | None:
    """Give what stands at a viewpoint, where a day of the same stretch was read before."""
    log = engine, fund_id, at.through
    with _one_at_a_time:
        kept = _logs.get(log)
        if not kept:
            return None
        _logs.move_to_end(log)
        place = bisect_right(kept, at.as_of, key=_after)
        stretch = kept[place - 1] if place else None
    return stretch.at(at.as_of) if stretch else None


def keep(engine: Engine, fund_id: UUID, at: Viewpoint, found: Read, around: Surroundings) -> None:
    """Keep what was read at a viewpoint, where it may serve another day.

    Those that were not asked for the longest give way, a log's all at once.
    """
    if not around.latest:
        return  # nothing had happened yet
    stretch = Stretch(around.latest[0].effective_on, around.next_on or date.max, found, around)
    if not stretch.is_long:
        return
    with _one_at_a_time:
        kept = _logs.setdefault((engine, fund_id, at.through), [])
        place = bisect_left(kept, stretch.after, key=_after)
        if [each.after for each in kept[place : place + 1]] != [stretch.after]:
            kept.insert(place, stretch)
        while sum(map(len, _logs.values())) > _MOST:
            _logs.popitem(last=False)


def _after(stretch: Stretch) -> date:
    return stretch.after
