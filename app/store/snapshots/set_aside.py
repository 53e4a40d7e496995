"""Snapshots that are not as Asof wrote them: set aside, told of, and found to be made anew."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import psycopg

from app.observability import metrics

KEPT_FOR = timedelta(days=30)  # those of which nobody asked to have them made anew
_log = logging.getLogger(__name__)
_MARK = """
    UPDATE snapshot SET set_aside_at = clock_timestamp()
    WHERE fund_id = %s AND id = %s AND set_aside_at IS NULL RETURNING id
"""
_IDS = """
    SELECT id FROM snapshot WHERE fund_id = %s AND set_aside_at IS NOT NULL ORDER BY id LIMIT %s
"""


def mark(driver: psycopg.Connection, fund_id: UUID, snapshot_id: UUID, reason: str) -> None:
    """Have a snapshot serve nobody any more, and tell of it.

    Where the database takes no change now, it is told of all the same: each read finds it again.
    """
    metrics.snapshot_set_aside()
    _log.error(
        "Snapshot %s of the fund %s is set aside: %s. Somebody may have changed the database "
        "behind Asof's back.",
        snapshot_id,
        fund_id,
        reason,
        extra={"fund_id": str(fund_id), "snapshot_id": str(snapshot_id)},
    )
    with suppress(psycopg.Error), driver.transaction():
        driver.execute(_MARK, (fund_id, snapshot_id)).fetchone()


def ids(driver: psycopg.Connection, fund_id: UUID, limit: int) -> list[UUID]:
    """List snapshots that are set aside, the oldest first."""
    return [row[0] for row in driver.execute(_IDS, (fund_id, limit))]


def take_away(driver: psycopg.Connection, fund_id: UUID, snapshot_id: UUID) -> None:
    """Delete a snapshot that is set aside."""
    driver.execute(
        "DELETE FROM snapshot WHERE fund_id = %s AND id = %s AND set_aside_at IS NOT NULL",
        (fund_id, snapshot_id),
    )
