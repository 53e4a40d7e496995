"""The fund's books: closed a while after each quarter's marks, once opened again for an auditor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from app.services.demo.entries.model import GP, Desk, Entry, payload_of

# The quarter that is reopened before the next one is closed, to book what the auditors found.
REOPENED = date(2018, 12, 31)
_CLOSED_AFTER = (6, 12)  # days after the marks
_REOPENED_AFTER, _CLOSED_AGAIN = (14, 15), (24, 26)  # days after the close


def book_entries(marks: dict[date, list[Entry]], seed: int) -> list[Entry]:
    """Close each quarter under its name."""
    desk = Desk(seed, "books")
    return [entry for quarter in marks for entry in _closed(quarter, marks[quarter][0], desk)]


def _closed(quarter: date, marked: Entry, desk: Desk) -> Iterator[Entry]:
    label = f"Q{(quarter.month + 2) // 3} {quarter.year}"
    closed_at = desk.moment(marked.recorded_at.date(), _CLOSED_AFTER)
    yield _turned("PERIOD_CLOSED", closed_at, quarter, label)
    if quarter == REOPENED:
        reopened_at, again_at = (
            desk.moment(closed_at.date(), within) for within in (_REOPENED_AFTER, _CLOSED_AGAIN)
        )
        yield _turned("PERIOD_REOPENED", reopened_at, quarter)
        yield _turned("PERIOD_CLOSED", again_at, quarter, f"{label}, audited")


def _turned(event_type: str, moment: datetime, quarter: date, label: str | None = None) -> Entry:
    """Close or reopen the books; it takes effect on the day on which it is recorded."""
    payload = payload_of({"closed_through": quarter, "label": label})
    return Entry(event_type, moment.date(), payload, moment, GP)
