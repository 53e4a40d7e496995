"""The books of a fund: which periods were closed and when, and which of them were opened again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.domain.events.catalogue import EventType
from app.domain.events.model import Event
from app.domain.viewpoint import Viewpoint, quarter_end


@dataclass(frozen=True, slots=True)
class Close:
    """One close of the books, and what opened them again, if anything did."""

    closed_through: date
    event: Event
    reopened_by: Event | None = None

    @property
    def sequence(self) -> int:
        """The event that made it."""
        return self.event.sequence

    @property
    def name(self) -> str:
        """What people call the period: by its label, else by its last day."""
        return self.event.payload.get("label") or period_name(self.closed_through)

    @property
    def stands(self) -> bool:
        """Whether the books are still closed by it."""
        return self.reopened_by is None

    def stood_at(self, sequence: int) -> bool:
        """Whether the books were closed by it as known at a sequence."""
        reopened_at = self.reopened_by.sequence if self.reopened_by else sequence + 1
        return self.sequence <= sequence < reopened_at

    def is_reopened_by(self, sequence: int) -> bool:
        """Whether an event opened the books again."""
        return self.reopened_by is not None and self.reopened_by.sequence == sequence

    @property
    def viewpoint(self) -> Viewpoint:
        """What was reported: the period's last day, with all that the close knew."""
        return Viewpoint(self.closed_through, self.sequence)


def is_reopened(closed_through: date, reopened_from: date) -> bool:
    """Return whether reopening a close reopens another one: that one itself, and every later one.

    The statements that look for closes that stand say the same (`store.log.period_closes`).
    """
    return closed_through >= reopened_from


def closes_of(events: Iterable[Event]) -> list[Close]:
    """Follow closing and reopening in the order of their sequences; the oldest close first."""
    closes: list[Close] = []
    for event in events:
        day = date.fromisoformat(event.payload["closed_through"])
        if event.event_type is EventType.PERIOD_CLOSED:
            closes.append(Close(day, event))
        elif event.event_type is EventType.PERIOD_REOPENED:
            closes = [
                replace(each, reopened_by=event)
                if each.stands and is_reopened(each.closed_through, day)
                else each
                for each in closes
            ]
    return closes


def reported_at(closes: Sequence[Close], at: Viewpoint) -> Close | None:
    """Return the close whose report is seen from a viewpoint; None where it is none.

    So it is with what the close knew, on a day of the period that it closed: after the last day of
    the period that had been closed before.
    """
    close = next((each for each in closes if each.sequence == at.through), None)
    if close is None or at.as_of > close.closed_through:
        return None
    before = period_before(closes, close)
    return close if before is None or at.as_of > before.closed_through else None


def period_before(closes: Iterable[Close], close: Close) -> Close | None:
    """Return the close of the period before; of several closes of it the last one."""
    earlier = [each for each in closes if each.closed_through < close.closed_through]
    return max(earlier, key=lambda each: (each.closed_through, each.sequence), default=None)


def period_after(closes: Iterable[Close], close: Close) -> Close | None:
    """Return the close of the period after; of several closes of it the last one."""
    later = [each for each in closes if each.closed_through > close.closed_through]
    return min(later, key=lambda each: (each.closed_through, -each.sequence), default=None)


def period_name(last_day: date) -> str:
    """Name the period that ends on a day: by its quarter where it ends one, such as Q4 2011."""
    if quarter_end(last_day, 0) == last_day:
        return f"Q{(last_day.month + 2) // 3} {last_day.year}"
    return f"{last_day.day} {last_day:%b %Y}"
