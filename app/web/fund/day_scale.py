"""The scale under a slider: one step per day, and at its end perhaps a break up to much later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

_LABEL = 0.05  # the share of the scale that a year takes up when it is written
_ROOM = 40  # a break takes up one part in so many of the days before it


@dataclass(frozen=True, slots=True)
class DayScale:
    """Days from `first` on; the step `steps` means `last`, however far off that is."""

    first: date
    steps: int
    last: date
    room: int = 1  # the steps between `end` and `last`

    @classmethod
    def over(cls, first: date, end: date, last: date) -> Self:
        """Make a scale from `first` to `end`, whose last step means `last` (never before end).

        A fund that was wound up years ago still has a today, which is worth a break at the end of
        the scale and not half of it.
        """
        days = (end - first).days
        if last <= end:
            return cls(first, max(days, 1), max(end, first + timedelta(days=1)))
        room = min(max(1, days // _ROOM), (last - end).days)
        return cls(first, days + room, last, room)

    @property
    def end(self) -> date:
        """The last day before the break, or before `last` where there is none."""
        return min(self.last, self.first + timedelta(days=self.steps - self.room))

    @property
    def has_break(self) -> bool:
        """Whether years are left out between `end` and `last`."""
        return (self.last - self.first).days > self.steps

    @property
    def middle_of_break(self) -> float:
        """Tell how far along the scale the break lies, from 0 to 1."""
        return 1 - self.room / self.steps / 2

    def step(self, day: date) -> int:
        """Return the step of a day, or the nearest one."""
        if day >= self.last:
            return self.steps
        return min(max((day - self.first).days, 0), self.steps)

    def share(self, day: date) -> float:
        """Tell how far along the scale a day lies, from 0 to 1."""
        return self.step(day) / self.steps

    def years(self) -> list[tuple[int, float]]:
        """Return the years whose beginning can be written under the scale, each with its share."""
        ends_in = (self.first + timedelta(days=self.steps)).year
        starts = [
            (year, (date(year, 1, 1) - self.first).days / self.steps)
            for year in range(self.first.year + 1, ends_in + 1)
        ]
        # A last step that is named, because it means another day, takes up room as well.
        room = _LABEL * (2 if self.has_break else 1)
        starts = [(year, share) for year, share in starts if share <= 1 - room]
        if not starts or starts[0][1] >= _LABEL:
            starts.insert(0, (self.first.year, 0.0))
        return starts
