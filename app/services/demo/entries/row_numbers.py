"""Puts entries in the order in which they were recorded, as the log will number them."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from datetime import date
from operator import attrgetter

from app.services.demo.entries.model import GP, Entry

_PERIOD_EVENTS = {"PERIOD_CLOSED", "PERIOD_REOPENED"}


def numbered(*streams: Iterable[Entry]) -> Iterator[Entry]:
    """Merge streams, each in the order of recording, and give each entry its sequence.

    With it voids learn what they void, and what falls in closed books becomes an adjustment,
    which only a general partner may make.
    """
    closes: list[date] = []
    merged = heapq.merge(*streams, key=attrgetter("recorded_at"))
    for sequence, entry in enumerate(merged, 1):
        entry.sequence = sequence
        if entry.voids:
            entry.payload["voids"] = entry.voids.sequence
        if entry.event_type in _PERIOD_EVENTS:
            _turn(closes, entry)
        elif closes and entry.effective_on <= closes[-1]:
            entry.payload["adjustment"] = True
            entry.recorded_by = GP
        yield entry


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Sort entries by when they were recorded; batches stay in their order."""
    return sorted(entries, key=attrgetter("recorded_at"))


def _turn(closes: list[date], entry: Entry) -> None:
    """Close or reopen the books; reopening a close reopens every later one too."""
    through = date.fromisoformat(entry.payload["closed_through"])
    if entry.event_type == "PERIOD_CLOSED":
        closes.append(through)
    else:
        closes[:] = [day for day in closes if day < through]
