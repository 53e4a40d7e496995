"""Where snapshots are laid along both axes, so that no read is far from one that serves it."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date

from app.store.validity import Validity

EVENTS_PER_CUT = 500
# A log is cut again each time it has grown by so much, and a very long one by this share of it:
# what was known at any moment stays near a snapshot, at a cost that does not grow with the square.
_SHARE_OF_LOG = 200
# Reads let late events in, one by one; after so many steps a cut that was overtaken is taken again.
_PATIENCE = 4


def step(head: int, every: int = EVENTS_PER_CUT) -> int:
    """Give the events after which a log of this length is cut again."""
    return max(1, head // _SHARE_OF_LOG // every) * every


def boundaries(done: int, head: int, size: int) -> range:
    """Give the sequences at which a log is cut again, of those after `done`."""
    return range((done // size + 1) * size, head + 1, size)


def is_due(serves: Validity | None, through: int, head: int, size: int) -> bool:
    """Tell whether a cut is taken at a boundary; `serves` is of the last one of its day.

    At the last boundary all that were overtaken are: that is where most readers are.
    """
    if serves is None:
        return True
    if serves.usable_before is not None and serves.usable_before <= through:
        return True
    patience = 0 if through + size > head else _PATIENCE * size
    return serves.valid_before is not None and serves.valid_before <= through - patience


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
