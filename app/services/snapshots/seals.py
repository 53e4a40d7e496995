"""Checks the keyed hashes of a fund's snapshots, and how long they are said to serve.

It costs a reading of their bytes, where `snapshot_check` folds each anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import psycopg

from app.services.snapshots.verify import validity_fault
from app.store.database import seals
from app.store.log.validity import Overtaking, later_events
from app.store.snapshots import table
from app.store.snapshots.codec import state_hash
from app.store.snapshots.model import Snapshot


def check(driver: psycopg.Connection, fund_id: UUID, head: int) -> tuple[int, dict[UUID, str]]:
    """Check as the transaction sees them: how many there are, and what is wrong with which."""
    found = table.all_of(driver, fund_id)
    later = later_events(driver, fund_id, 0)
    wrong = {}
    for snapshot in found:
        overtaking = Overtaking(later[snapshot.through :])
        if reason := next(_faults(driver, fund_id, snapshot, head, overtaking), None):
            wrong[snapshot.id] = reason
    return len(found), wrong


def _faults(
    driver: psycopg.Connection, fund_id: UUID, snapshot: Snapshot, head: int, overtaking: Overtaking
) -> Iterator[str]:
    if snapshot.set_aside_at is not None:
        yield "it was set aside when it was to be read"
    content = table.content(driver, fund_id, snapshot.id) or b""
    if state_hash(content) != snapshot.state_hash or not snapshot.is_genuine:
        yield seals.WRONG_SEAL
    elif snapshot.through > head:
        yield f"it is genuine, and knows of event {snapshot.through}: the log ends at {head}"
    if fault := validity_fault(snapshot, overtaking):
        yield fault
