"""What lies around a viewpoint in the log: the last events, the next ones, and how far it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import psycopg

from app.domain.events.model import Event
from app.domain.viewpoint import Viewpoint
from app.store.log.stored_events import EVENT_COLUMNS, event_of

# Flows come first within a day, then marks, then full exits.
_RANK = """
    CASE WHEN event_type = 'VALUATION_UPDATED' THEN 1
        WHEN event_type = 'PROCEEDS_RECEIVED' AND payload ->> 'kind' = 'full_exit' THEN 2
        ELSE 0 END
"""
_IN_FORCE = """
    event.fund_id = %(fund)s AND event.sequence <= %(through)s
    AND event.event_type <> 'EVENT_VOIDED'
    AND NOT EXISTS (SELECT FROM event AS void WHERE void.fund_id = %(fund)s
        AND void.voids = event.sequence AND void.sequence <= %(through)s)
"""
_HORIZON = """
    (SELECT latest_on FROM horizon WHERE fund_id = %(fund)s AND sequence <= %(through)s
    ORDER BY sequence DESC LIMIT 1)
"""
_LATEST = f"""
    SELECT {", ".join(EVENT_COLUMNS)} FROM event
    WHERE {_IN_FORCE} AND effective_on <= least(%(as_of)s, {_HORIZON})
    ORDER BY effective_on DESC, {_RANK} DESC, sequence DESC LIMIT %(most)s
"""
_BESIDE = f"""
    SELECT
        (SELECT effective_on FROM event
            WHERE {_IN_FORCE} AND effective_on < %(as_of)s AND effective_on <= {_HORIZON}
            ORDER BY effective_on DESC LIMIT 1),
        (SELECT effective_on FROM event
            WHERE {_IN_FORCE} AND effective_on > %(as_of)s AND effective_on <= {_HORIZON}
            ORDER BY effective_on LIMIT 1),
        (SELECT recorded_at FROM event WHERE fund_id = %(fund)s AND sequence = %(through)s)
"""
_HAPPENINGS = f"""
    SELECT event_type, effective_on, count(*) FROM event WHERE {_IN_FORCE}
    GROUP BY event_type, effective_on
"""
_SPAN = f"""
    SELECT
        (SELECT effective_on FROM event WHERE {_IN_FORCE} ORDER BY effective_on LIMIT 1),
        (SELECT effective_on FROM event WHERE {_IN_FORCE} ORDER BY effective_on DESC LIMIT 1),
        (SELECT recorded_at FROM event WHERE fund_id = %(fund)s AND sequence = 1),
        (SELECT recorded_at FROM event WHERE fund_id = %(fund)s AND sequence = %(through)s)
"""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What a reader at a viewpoint sees beside the state; all of it known and in force there."""

    latest: list[Event]  # the last to take effect, the very last first
    previous_on: date | None  # the nearest day before with an event
    next_on: date | None
    known_until: datetime | None  # when the last event known here was recorded


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when a log goes, on both axes, as it stood at a sequence of 1 or more."""

    first_on: date
    last_on: date
    first_recorded_at: datetime
    last_recorded_at: datetime


@dataclass(frozen=True, slots=True)
class AskedAround:
    """What was sent to the server, and may be under way still."""

    latest: psycopg.Cursor
    beside: psycopg.Cursor

    def answer(self) -> Neighbours:
        """Read what came back."""
        beside = self.beside.fetchone()
        assert beside is not None
        return Neighbours([event_of(row) for row in self.latest], *beside)


def ask(driver: psycopg.Connection, fund_id: UUID, at: Viewpoint, latest: int) -> AskedAround:
    """Ask what lies around a viewpoint, with so many of the latest events.

    In a pipeline of the driver's it waits for nothing.
    """
    given = {"fund": fund_id, "as_of": at.as_of, "through": at.through, "most": latest}
    return AskedAround(driver.execute(_LATEST, given), driver.execute(_BESIDE, given))


def span(driver: psycopg.Connection, fund_id: UUID, through: int) -> Span | None:
    """Measure a log as it stood at a sequence; None where it had no event."""
    row = driver.execute(_SPAN, {"fund": fund_id, "through": through}).fetchone()
    assert row is not None
    return None if row[0] is None else Span(*row)


def happenings(
    driver: psycopg.Connection, fund_id: UUID, through: int
) -> list[tuple[str, date, int]]:
    """Return how many events of each type took effect on each day, as known at a sequence."""
    return driver.execute(_HAPPENINGS, {"fund": fund_id, "through": through}).fetchall()
