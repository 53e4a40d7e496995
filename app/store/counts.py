"""How the whole site does, counted by indexes: snapshots, jobs, the queue and the workers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

import psycopg

from app.domain.state.fold import PROJECTOR_VERSION
from app.store.accounts.audit import latest_verification
from app.store.database import seals
from app.store.jobs import wakeups, workers
from app.store.log import verifications
from app.store.snapshots.model import Tally
from app.store.snapshots.table import STANDINGS

# Bounds in seconds by which jobs are sorted.
JOB_SECONDS = (0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0)
_STALE_AFTER = 2  # days; each night brings an active fund a snapshot of the day before
_SNAPSHOTS = f"SELECT {STANDINGS} FROM snapshot"
# Of the funds that are given one each night: those whose newest that serves is old, and how old
# the oldest of these newest is, in days.
_FRESHNESS = """
    SELECT count(*), count(*) FILTER (WHERE coalesce(newest < current_date - %(days)s, true)),
        coalesce(current_date - min(newest), 0)
    FROM ledger_head AS head LEFT JOIN LATERAL (
        SELECT as_of AS newest FROM snapshot
        WHERE snapshot.fund_id = head.fund_id AND projector_version = %(version)s
            AND sealed_with = %(key)s AND set_aside_at IS NULL AND valid_before IS NULL
        ORDER BY as_of DESC LIMIT 1) AS each ON true
    WHERE sequence > 0 AND recorded_at > clock_timestamp() - interval '366 days'
"""
_JOBS = """
    SELECT kind, status, slot, count(*), coalesce(sum(seconds), 0)::float8
    FROM (SELECT kind, status, seconds, width_bucket(seconds, %(bounds)s::float8[]) AS slot
        FROM (SELECT kind, status, CASE WHEN status = 'done'
                THEN extract(epoch FROM finished_at - started_at)::float8 END AS seconds
            FROM job) AS timed) AS sorted
    GROUP BY kind, status, slot ORDER BY kind, status, slot
"""
_WAITING = """
    SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(due_at)), 0)::float8
    FROM job WHERE status = 'queued' AND due_at <= clock_timestamp()
"""
_FUNDS = "SELECT count(*), clock_timestamp() FROM ledger_head WHERE sequence > 0"
_QUEUE = """
    SELECT (SELECT count(*) FROM huey_task WHERE queue = %(queue)s),
        (SELECT count(*) FROM huey_schedule WHERE queue = %(queue)s)
"""


class Freshness(NamedTuple):
    """How near to today the newest snapshots of active funds are."""

    active_funds: int
    stale_funds: int
    oldest_days: int


class Jobs(NamedTuple):
    """Jobs of a kind that stand alike and took about as long."""

    kind: str
    status: str
    slot: int | None  # how many bounds of JOB_SECONDS they took; None where they are not done
    number: int
    seconds: float  # all of them together


class Verified(NamedTuple):
    """How funds were found when they were verified last."""

    sound: int
    wrong: int
    never: int
    oldest_seconds: float  # how long ago the one was that was verified the longest ago
    mismatches: dict[str, int]  # by the part in which they are


@dataclass(frozen=True, slots=True)
class SiteCounts:
    """All of it."""

    snapshots: Tally
    freshness: Freshness
    jobs: list[Jobs]
    due: int
    longest_due: float  # seconds
    queued: int  # wake-ups for now
    scheduled: int  # wake-ups for later
    workers: int
    verified: Verified


def counted(driver: psycopg.Connection) -> SiteCounts:
    """Count."""
    version = {"version": PROJECTOR_VERSION, "key": seals.key().name}
    snapshots = driver.execute(_SNAPSHOTS, version).fetchone()
    freshness = driver.execute(_FRESHNESS, version | {"days": _STALE_AFTER}).fetchone()
    jobs = driver.execute(_JOBS, {"bounds": list(JOB_SECONDS)}).fetchall()
    due, longest_due = driver.execute(_WAITING).fetchone() or (0, 0.0)
    queued, scheduled = driver.execute(_QUEUE, {"queue": wakeups.NAME}).fetchone() or (0, 0)
    assert snapshots is not None
    assert freshness is not None
    return SiteCounts(
        Tally(*snapshots),
        Freshness(*freshness),
        [Jobs(*row) for row in jobs],
        due,
        longest_due,
        queued,
        scheduled,
        workers.vitals(driver).alive,
        _verified(driver),
    )


def _verified(driver: psycopg.Connection) -> Verified:
    latest, audit = verifications.latest_of_all(driver), latest_verification(driver)
    row = driver.execute(_FUNDS).fetchone()
    assert row is not None
    funds, now = row
    wrong = sum(bool(each.findings) for each in latest)
    oldest = min((each.verified_at for each in latest), default=now)
    return Verified(
        sound=len(latest) - wrong,
        wrong=wrong,
        never=max(0, funds - len(latest)),
        oldest_seconds=max(0.0, (now - oldest).total_seconds()),
        mismatches={
            **Counter(found.part for each in latest for found in each.found),
            "audit": int(audit is not None and audit.broken is not None),
        },
    )
