"""NAV over a fund's whole life, then and today, with the days on which something happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Engine

from app.domain.fold import in_force
from app.domain.payloads import EventType
from app.domain.series import nav_series
from app.store import history

Series = tuple[tuple[date, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """That at least one event of a kind took effect on a day."""

    event_type: EventType
    on: date


@dataclass(frozen=True, slots=True)
class NavStrip:
    """A fund's life as its log told it at a sequence; no day twice, oldest first."""

    nav: Series  # NAV before carry, at the close of each day with events
    happenings: tuple[Happening, ...]
    recorded: tuple[date, date] | None  # the days of the first and the last recording


@lru_cache(maxsize=512)
def nav_strip(engine: Engine, fund_id: UUID, through: int) -> NavStrip:
    """Draw up the strip known at a sequence; it never changes, and so is kept."""
    with engine.connect() as connection:
        events = history.events_through(connection, fund_id, through)
    happened = {
        Happening(event.event_type, event.effective_on) for event in in_force(events, through)
    }
    days = [event.recorded_at.date() for event in events]
    return NavStrip(
        nav=tuple(nav_series(events, through)),
        happenings=tuple(sorted(happened, key=lambda each: (each.on, each.event_type))),
        recorded=(days[0], days[-1]) if days else None,
    )
