"""The scale under a slider: one step per day, and a last one that may stand for much later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

_LABEL = 0.04  # the share of the scale that a year takes up when it is written


@dataclass(frozen=True, slots=True)
class DayScale:
    """Days from `first` on; the step `steps` means `last`, however far off that is."""

    first: date
    steps: int
    last: date

    @classmethod
    def over(cls, first: date, end: date, last: date) -> Self:
        """Make a scale from `first` to `end`, whose last step means `last` (never before end).

        A fund that was wound up years ago still has a today, which is worth one step of the
        slider and not half of it.
        """
        steps = (end - first).days + (1 if last > end else 0)
        return cls(first, max(steps, 1), max(last, end, first + timedelta(days=1)))

    @property
    def end(self) -> date:
        """The last day that has a step of its own, but for `last`."""
        return min(self.last, self.first + timedelta(days=self.steps - 1))

    def step(self, day: date) -> int:
        """Give the step of a day, or the nearest one."""
        if day >= self.last:
            return self.steps
        return min(max((day - self.first).days, 0), self.steps)

    def share(self, day: date) -> float:
        """Tell how far along the scale a day lies, from 0 to 1."""
        return self.step(day) / self.steps

    def years(self) -> list[tuple[int, float]]:
        """Give the years whose beginning can be written under the scale, each with its share."""
        ends_in = (self.first + timedelta(days=self.steps)).year
        starts = [
            (year, (date(year, 1, 1) - self.first).days / self.steps)
            for year in range(self.first.year + 1, ends_in + 1)
        ]
        starts = [(year, share) for year, share in starts if share <= 1 - _LABEL]
        if not starts or starts[0][1] >= _LABEL:
            starts.insert(0, (self.first.year, 0.0))
        return starts
