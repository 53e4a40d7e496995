"""Where snapshots are laid along both axes, so that no read is far from one that serves it."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import date
from itertools import pairwise

EVENTS_PER_CUT = 500
# A log is cut again each time it has grown by so much, and a very long one by this share of it:
# what was known at any moment stays near a snapshot, at a cost that does not grow with the square.
_SHARE_OF_LOG = 200
# An event that overtakes more cuts than this leaves a long way to the last one that serves.
MOST_OVERTAKEN = 4


def step(head: int, every: int = EVENTS_PER_CUT) -> int:
    """Give the events after which a log of this length is cut again."""
    return max(1, head // _SHARE_OF_LOG // every) * every


def stretches(done: int, head: int, size: int) -> list[range]:
    """Divide what came after `done` at the regular boundaries: each range from one to the next."""
    marks = [done, *range((done // size + 1) * size, head, size), head]
    return [range(start, stop) for start, stop in pairwise(marks) if start < stop]


def boundaries(
    after: int,
    dates: Sequence[date],
    cuts: Sequence[date],
    size: int,
    every: int = EVENTS_PER_CUT,
) -> list[int]:
    """Give the sequences at which cuts are taken again, of those `after` a regular one.

    `dates` are the effective dates of the events of a stretch, `cuts` those that serve at its
    start, earliest first, `size` is the regular step. Besides the boundary at the end of a stretch
    that is complete, there is one after each run of events that overtake many cuts.
    """
    many = MOST_OVERTAKEN * size // every
    deep = cuts[-many - 1] if len(cuts) > many else None
    found = [
        after + place
        for place, (day, following) in enumerate(zip(dates, [*dates[1:], None], strict=True), 1)
        if deep and day <= deep and (following is None or following > deep)
    ]
    end = after + len(dates)
    return found + ([end] if end % size == 0 and end not in found else [])


def cut_days(
    events_by_day: Mapping[date, int], standing: Container[date], every: int = EVENTS_PER_CUT
) -> list[date]:
    """Choose the days at whose close there is a snapshot: one each so many events, earliest first.

    Cuts that are `standing` stay, so that snapshots taken there are of use for long. The last day
    with events is not among them, for it may still get more.
    """
    cuts, since = [], 0
    for day in sorted(events_by_day)[:-1]:
        since += events_by_day[day]
        if since >= every or day in standing:
            cuts.append(day)
            since = 0
    return cuts
