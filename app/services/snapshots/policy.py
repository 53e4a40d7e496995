"""Where snapshots are taken along both axes, so that no read is far from one that serves it.

Which of them a read takes is decided in `app/store/snapshots/state_sql.py`.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date

from app.store.log.validity import EVENTS_PER_GROWTH, EVENTS_PER_STEP, STEPS_OF_PATIENCE, Validity

EVENTS_PER_BOUNDARY = EVENTS_PER_STEP


def step(head: int, every: int = EVENTS_PER_BOUNDARY) -> int:
    """Return the events after which a log of this length has its next boundary."""
    return max(1, head // EVENTS_PER_GROWTH) * every


def boundaries(done: int, head: int, size: int) -> range:
    """Return the sequences at which a log has boundaries, of those after `done`."""
    return range((done // size + 1) * size, head + 1, size)


def reaches_a_boundary(before: int, after: int) -> bool:
    """Return whether a log that grew from one sequence to another has passed a boundary."""
    return bool(boundaries(before, after, step(after)))


def is_cut_anew(serves: Validity | None, through: int, head: int, size: int) -> bool:
    """Return whether a snapshot is taken at a boundary; `serves` is of the last one of its day.

    At the last boundary all that were overtaken are: that is where most readers are.
    """
    if serves is None:
        return True
    if serves.usable_until is not None and serves.usable_until <= through:
        return True
    patience = 0 if through + size > head else STEPS_OF_PATIENCE * size
    return serves.valid_before is not None and serves.valid_before <= through - patience


def boundary_days(
    events_by_day: Mapping[date, int], standing: Container[date], every: int = EVENTS_PER_BOUNDARY
) -> list[date]:
    """Choose the days at whose close there is a snapshot: one each so many events, earliest first.

    Boundaries that are `standing` stay, so that their snapshots are of use for long. The last day
    with events is not among them, for it may still get more.
    """
    chosen, since = [], 0
    for day in sorted(events_by_day)[:-1]:
        since += events_by_day[day]
        if since >= every or day in standing:
            chosen.append(day)
            since = 0
    return chosen
