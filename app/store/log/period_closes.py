"""Reads what concerns a fund's books: closes, reopenings, adjustments, and what a close locks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

import psycopg

from app.domain.events.model import Event
from app.domain.period_closes import Close
from app.store.log.stored_events import EVENT_COLUMNS, event_of

_TURNS = f"""
    SELECT {", ".join(EVENT_COLUMNS)} FROM event
    WHERE fund_id = %s AND sequence <= %s AND event_type IN ('PERIOD_CLOSED', 'PERIOD_REOPENED')
    ORDER BY sequence
"""
# What opens a close again, which is named `closed`; what else it must meet may follow.
REOPENING = """
    SELECT FROM event AS reopened
    WHERE reopened.fund_id = closed.fund_id AND reopened.event_type = 'PERIOD_REOPENED'
        AND reopened.sequence > closed.sequence
        AND reopened.payload ->> 'closed_through' <= closed.payload ->> 'closed_through'
"""
_CLOSED_THROUGH = f"""
    SELECT closed.fund_id, max(closed.payload ->> 'closed_through')::date
    FROM unnest(%s::uuid[], %s::bigint[]) AS seen (fund_id, through) JOIN event AS closed
        ON closed.fund_id = seen.fund_id AND closed.sequence <= seen.through
    WHERE closed.event_type = 'PERIOD_CLOSED'
        AND NOT EXISTS ({REOPENING} AND reopened.sequence <= seen.through)
    GROUP BY closed.fund_id
"""
# Written as the index of adjustments has it, see `store.log.tables`.
_ADJUSTED = """
    WITH adjusted AS MATERIALIZED (
        SELECT sequence, effective_on FROM event
        WHERE fund_id = %s AND (payload ->> 'adjustment') = 'true'
    )
    SELECT closed.sequence, count(*)
    FROM unnest(%s::bigint[], %s::date[]) AS closed (sequence, through) JOIN adjusted
        ON adjusted.sequence > closed.sequence AND adjusted.effective_on <= closed.through
    GROUP BY closed.sequence
"""
_LOCKED = """
    SELECT count(*) FROM event
    WHERE fund_id = %s AND effective_on <= %s AND effective_on > coalesce(%s::date, '-infinity')
        AND sequence <= %s AND event_type NOT IN ('PERIOD_CLOSED', 'PERIOD_REOPENED')
"""


def turns(driver: psycopg.Connection, fund_id: UUID, through: int) -> list[Event]:
    """Read the closes and reopenings known at a sequence, oldest first."""
    return [event_of(row) for row in driver.execute(_TURNS, (fund_id, through))]


def closed_through(driver: psycopg.Connection, throughs: Mapping[UUID, int]) -> dict[UUID, date]:
    """Return the last day of the closed books of many funds, each as known at a sequence.

    Funds whose books are all open are left out.
    """
    rows = driver.execute(_CLOSED_THROUGH, (list(throughs), list(throughs.values())))
    return dict(rows.fetchall())


def adjustments(
    driver: psycopg.Connection, fund_id: UUID, closes: Collection[Close]
) -> dict[int, int]:
    """Count the adjustments recorded since each close in what it closed, where there are any."""
    sequences = [each.sequence for each in closes]
    days = [each.closed_through for each in closes]
    return dict(driver.execute(_ADJUSTED, (fund_id, sequences, days)).fetchall())


def count_between(
    driver: psycopg.Connection, fund_id: UUID, after: date | None, last: date, through: int
) -> int:
    """Count the facts dated after one day (None: ever) and up to another."""
    row = driver.execute(_LOCKED, (fund_id, last, after, through)).fetchone()
    assert row is not None
    return int(row[0])
