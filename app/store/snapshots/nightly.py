"""The nightly snapshots: of which day there is one, and which funds lack one."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import psycopg


def nightly(driver: psycopg.Connection, fund_id: UUID, day: date) -> UUID | None:
    """Return the id of the nightly snapshot of a day."""
    query = """
        SELECT id FROM snapshot WHERE fund_id = %s AND type = 'scheduled' AND as_of = %s LIMIT 1
    """
    row = driver.execute(query, (fund_id, day)).fetchone()
    return row[0] if row else None


def without_scheduled(
    driver: psycopg.Connection, day: date, *, active_since: datetime
) -> list[UUID]:
    """Find the funds in which something was recorded lately, without a nightly one of the day."""
    query = """
        SELECT fund_id FROM ledger_head AS head
        WHERE sequence > 0 AND recorded_at > %s AND NOT EXISTS (
            SELECT FROM snapshot WHERE snapshot.fund_id = head.fund_id
                AND snapshot.type = 'scheduled' AND snapshot.as_of = %s)
    """
    return [fund_id for (fund_id,) in driver.execute(query, (active_since, day))]
