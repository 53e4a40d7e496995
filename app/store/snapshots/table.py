"""Snapshots in the database: kept, found, listed and pruned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from app.domain.state.fold import PROJECTOR_VERSION
from app.store.database import seals
from app.store.log.validity import Overtaking, Validity
from app.store.snapshots import set_aside
from app.store.snapshots.codec import state_hash
from app.store.snapshots.model import Snapshot, Taken, Tally

COLUMNS = """
    fund_id, id, type, description, as_of, through, valid_before, usable_until, projector_version,
    event_count, last_event, nav, state_hash, taken_at, requested_by, octet_length(state) AS size,
    sealed_with, seal, set_aside_at, remade_at
"""
_INSERT = """
    INSERT INTO snapshot (fund_id, id, type, description, as_of, through, usable_until,
        projector_version, event_count, last_event, nav, state, state_hash, requested_by,
        sealed_with, seal, taken_at, remade_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, clock_timestamp(),
        CASE WHEN %s THEN clock_timestamp() END)
    ON CONFLICT DO NOTHING
"""


# Counted: those that serve all, only readers of the past, or nobody; and those that are wrong.
_OURS = "projector_version = %(version)s AND sealed_with IS NOT DISTINCT FROM %(key)s"
STANDINGS = f"""
    count(*) FILTER (WHERE {_OURS} AND set_aside_at IS NULL AND valid_before IS NULL),
    count(*) FILTER (WHERE {_OURS} AND set_aside_at IS NULL AND valid_before IS NOT NULL),
    count(*) FILTER (WHERE NOT ({_OURS})),
    count(*) FILTER (WHERE {_OURS} AND set_aside_at IS NOT NULL)
"""


def keep(
    driver: psycopg.Connection,
    fund_id: UUID,
    taken: Iterable[Taken],
    overtaking: Overtaking,
) -> None:
    """Write snapshots of one sequence; `overtaking` are the events that came since.

    The caller holds the head and has read those events after that.
    """
    with driver.cursor() as cursor:
        cursor.executemany(_INSERT, [_columns(fund_id, each, overtaking) for each in taken])


def last_automatic(driver: psycopg.Connection, fund_id: UUID) -> dict[date, tuple[int, Validity]]:
    """Give, of each day with automatic ones, the last one's sequence and how long it serves."""
    query = """
        SELECT DISTINCT ON (as_of) as_of, through, valid_before, usable_until FROM snapshot
        WHERE fund_id = %s AND projector_version = %s AND sealed_with = %s
            AND set_aside_at IS NULL AND type = 'auto'
        ORDER BY as_of DESC, through DESC
    """
    rows = driver.execute(query, (fund_id, PROJECTOR_VERSION, seals.key().name))
    return {as_of: (through, Validity(*until)) for as_of, through, *until in rows}


def navs(driver: psycopg.Connection, fund_id: UUID, through: int) -> list[tuple[date, Decimal]]:
    """Return NAV before carry at each snapshot that serves readers at a sequence, oldest first.

    Those whose keyed hash is wrong are set aside.
    """
    query = f"""
        SELECT DISTINCT ON (as_of) {COLUMNS} FROM snapshot
        WHERE fund_id = %(fund)s AND projector_version = %(version)s AND sealed_with = %(key)s
            AND set_aside_at IS NULL AND through <= %(through)s
            AND (valid_before IS NULL OR valid_before > %(through)s)
        ORDER BY as_of
    """
    given = {"fund": fund_id, "through": through, **_ours()}
    with driver.cursor(row_factory=class_row(Snapshot)) as cursor:
        found = cursor.execute(query, given).fetchall()
    for wrong in (each for each in found if each.is_wrong):
        set_aside.mark(driver, fund_id, wrong.id, seals.WRONG_SEAL)
    return [(each.as_of, each.nav) for each in found if not each.is_wrong]


def find_snapshot(driver: psycopg.Connection, fund_id: UUID, snapshot_id: UUID) -> Snapshot | None:
    """Find one snapshot of a fund."""
    query = f"SELECT {COLUMNS} FROM snapshot WHERE fund_id = %s AND id = %s"
    with driver.cursor(row_factory=class_row(Snapshot)) as cursor:
        return cursor.execute(query, (fund_id, snapshot_id)).fetchone()


def newest(
    driver: psycopg.Connection, fund_id: UUID, limit: int, *, before: UUID | None = None
) -> list[Snapshot]:
    """List snapshots as they were taken, the newest first; `before` is the last one seen."""
    query = f"""
        SELECT {COLUMNS} FROM snapshot WHERE fund_id = %s AND (%s::uuid IS NULL OR id < %s)
        ORDER BY id DESC LIMIT %s
    """
    with driver.cursor(row_factory=class_row(Snapshot)) as cursor:
        return cursor.execute(query, (fund_id, before, before, limit)).fetchall()


def tally(driver: psycopg.Connection, fund_id: UUID) -> Tally:
    """Count the snapshots of a fund by what they are good for."""
    query = f"SELECT {STANDINGS} FROM snapshot WHERE fund_id = %(fund)s"
    row = driver.execute(query, {"fund": fund_id, **_ours()}).fetchone()
    assert row is not None
    return Tally(*row)


def prune(driver: psycopg.Connection, fund_id: UUID) -> int:
    """Delete what nobody asked for and nobody can use; return how many.

    That is what an earlier projector folded or another key sealed, and what another snapshot of the
    same day serves.
    """
    query = """
        DELETE FROM snapshot AS each
        WHERE fund_id = %(fund)s AND type <> 'manual' AND (
            projector_version <> %(version)s OR sealed_with IS DISTINCT FROM %(key)s OR EXISTS (
                SELECT FROM snapshot AS other
                WHERE other.fund_id = %(fund)s AND other.projector_version = %(version)s
                    AND other.sealed_with = %(key)s AND other.set_aside_at IS NULL
                    AND other.as_of = each.as_of AND other.id < each.id
                    AND other.type = 'auto' AND each.type = 'auto'
                    AND other.through <= each.through
                    AND coalesce(other.valid_before > each.through, true)
                    AND coalesce(other.valid_before, 9223372036854775807)
                        >= coalesce(each.valid_before, 9223372036854775807)
                    AND coalesce(other.usable_until, 9223372036854775807)
                        >= coalesce(each.usable_until, 9223372036854775807)))
    """
    return driver.execute(query, {"fund": fund_id, **_ours()}).rowcount


def content(driver: psycopg.Connection, fund_id: UUID, snapshot_id: UUID) -> bytes | None:
    """Return the bytes of a snapshot's state; None where it is gone."""
    query = "SELECT state FROM snapshot WHERE fund_id = %s AND id = %s"
    row = driver.execute(query, (fund_id, snapshot_id)).fetchone()
    return bytes(row[0]) if row else None


def all_of(driver: psycopg.Connection, fund_id: UUID) -> list[Snapshot]:
    """List all snapshots of today's projector and key, by their sequences and days."""
    query = f"""
        SELECT {COLUMNS} FROM snapshot
        WHERE fund_id = %(fund)s AND projector_version = %(version)s AND sealed_with = %(key)s
        ORDER BY through, as_of
    """
    with driver.cursor(row_factory=class_row(Snapshot)) as cursor:
        return cursor.execute(query, {"fund": fund_id, **_ours()}).fetchall()


def _columns(fund_id: UUID, taken: Taken, overtaking: Overtaking) -> tuple[object, ...]:
    hashed = state_hash(taken.state)
    said = seals.claims(
        taken.id, taken.type, taken.through, taken.event_count, taken.last_event, taken.nav
    )
    return (
        fund_id,
        taken.id,
        taken.type,
        taken.description,
        taken.as_of,
        taken.through,
        overtaking.validity(taken.as_of).usable_until,
        PROJECTOR_VERSION,
        taken.event_count,
        taken.last_event,
        taken.nav,
        taken.state,
        hashed,
        taken.requested_by,
        seals.key().name,
        seals.of_snapshot(fund_id, taken.as_of, PROJECTOR_VERSION, said, hashed),
        taken.remade,
    )


def _ours() -> dict[str, object]:
    """Tell which snapshots this program can use."""
    return {"version": PROJECTOR_VERSION, "key": seals.key().name}
