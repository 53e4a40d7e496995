"""More of the same, for trials: the demo fund's years with as many events as are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from app.services.demo.daily import Daily
from app.services.demo.entries.days import CLOSES, LAST_QUARTER, OPENS, working_day
from app.services.demo.entries.model import Desk, Entry

LATE, VOIDED = 0.06, 0.01  # shares of all events: in closed books, and voids
_FIRST, _LAST = date(2016, 4, 1), LAST_QUARTER - timedelta(days=2)
_RECENT = 50  # entries among which the mistakes are found


class Mix(NamedTuple):
    """How many events to add, and how many of them fall in closed books or are voids."""

    events: int
    late: int
    voids: int


def mix_for(story: list[Entry], events: int) -> Mix:
    """Work out what has to come on top of the story, whose entries are numbered."""
    late = sum("adjustment" in entry.payload for entry in story)
    voids = sum(entry.voids is not None for entry in story)
    return Mix(
        events - len(story),
        max(round(LATE * events) - late, 0),
        max(round(VOIDED * events) - voids, 0),
    )


def more_entries(mix: Mix, seed: int) -> Iterator[Entry]:
    """Spread more marks, results and bills over the working days, in the order of recording."""
    volume = _Volume(mix, Desk(seed, "volume"))
    days = list(_working_days())
    for number, day in enumerate(days, 1):
        yield from volume.recorded_on(day, mix.events * number // len(days))


class _Volume:
    def __init__(self, mix: Mix, desk: Desk) -> None:
        self._mix = mix
        self._chance = desk.chance
        self._daily = Daily(desk, mix.events, mix.late / max(mix.events, 1))
        self._voids = mix.voids / max(mix.events - mix.voids, 1)
        self._done = 0
        self._recent: list[Entry] = []

    def recorded_on(self, day: date, until: int) -> Iterator[Entry]:
        """Write a day's entries, until so many are done; a correction may go one beyond."""
        seconds = sorted(self._chance.uniform(OPENS, CLOSES) for _ in range(until - self._done))
        for second in seconds:
            if self._done < until:
                moment = datetime.combine(day, time(), UTC) + timedelta(seconds=second)
                entries = self._at(moment)
                self._done += len(entries)
                yield from entries

    def _at(self, moment: datetime) -> list[Entry]:
        room = self._mix.events - self._done > 1
        if room and self._recent and self._chance.random() < self._voids:
            wrong = self._recent.pop(self._chance.randrange(len(self._recent)))
            return self._daily.corrected(wrong, moment)
        entry = self._daily.fresh(moment)
        if len(self._recent) < _RECENT:
            self._recent.append(entry)
        else:
            self._recent[self._chance.randrange(_RECENT)] = entry
        return [entry]


def _working_days() -> Iterator[date]:
    for ordinal in range(_FIRST.toordinal(), _LAST.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if working_day(day) == day:
            yield day
