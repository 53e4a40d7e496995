"""The background work on snapshots: what is asked for, when, and who does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, Engine

from app.domain.viewpoint import Viewpoint
from app.services.accounts import person_limits
from app.services.jobs.jobs import SITE
from app.services.jobs.progress import Progress
from app.services.jobs.runner import Handler
from app.services.snapshots.builder import build_missing, repair
from app.services.snapshots.policy import EVENTS_PER_BOUNDARY, reaches_a_boundary
from app.services.snapshots.rebuild import put_right, remake
from app.services.snapshots.take import SnapshotRequest, take
from app.services.snapshots.verify import check
from app.store.admission.batches import Appended
from app.store.database.connections import driver_connection, reading
from app.store.database.outages import spared_when_full
from app.store.jobs import jobs
from app.store.jobs.jobs import Job
from app.store.snapshots import nightly, table

TAKE, BUILD_MISSING, REPAIR, CHECK = (
    "take_snapshot",
    "lay_snapshots",
    "repair_snapshots",
    "check_snapshots",
)
# A read that folds more events than this asks for a nearer snapshot.
LONG_WAY = 2 * EVENTS_PER_BOUNDARY
_ACTIVE = timedelta(days=366)  # a fund is active while something was recorded so lately


def ask_to_take(
    connection: Connection,
    fund_id: UUID,
    what: SnapshotRequest,
    request: Mapping[str, str] | None = None,
) -> Job:
    """Ask for one snapshot, which will have the job's id; `request` says what it answers."""
    subject = {
        **(request or {}),
        "as_of": what.as_of.isoformat(),
        "type": what.type,
        "description": what.description,
    }
    key = f"scheduled {what.as_of}" if what.type == "scheduled" else None
    return jobs.request(
        connection, fund_id, TAKE, subject, requested_by=what.requested_by, dedupe_key=key
    )


def ask_after(connection: Connection, fund_id: UUID, appended: Appended) -> None:
    """Ask for snapshots in the transaction of an append, where it has reached a boundary."""
    if reaches_a_boundary(appended.first_sequence - 1, appended.last_sequence):
        jobs.request(
            connection, fund_id, BUILD_MISSING, {}, requested_by=SITE, dedupe_key=BUILD_MISSING
        )


def ask_to_repair(engine: Engine, fund_id: UUID, at: Viewpoint) -> None:
    """Ask for snapshots near a viewpoint, unless such a repair of the fund is pending."""
    subject = {"as_of": at.as_of.isoformat(), "through": at.through}
    with engine.begin() as connection, spared_when_full(connection):
        jobs.request(connection, fund_id, REPAIR, subject, requested_by=SITE, dedupe_key=REPAIR)


def ask_to_check(engine: Engine, fund_id: UUID, requested_by: str) -> Job:
    """Ask to have every snapshot of a fund folded anew and compared, unless that is under way.

    Raises LimitReachedError.
    """
    with engine.begin() as connection:
        if under_way := jobs.pending(connection, fund_id, CHECK, CHECK):
            return under_way
        person_limits.check_jobs(connection, requested_by)
        return jobs.request(
            connection, fund_id, CHECK, {}, requested_by=requested_by, dedupe_key=CHECK
        )


def ask_nightly(engine: Engine) -> None:
    """Ask for yesterday's snapshot (UTC) of each active fund that has none."""
    now = datetime.now(UTC)
    yesterday = now.date() - timedelta(days=1)
    with reading(engine) as driver:
        due = nightly.without_scheduled(driver, yesterday, active_since=now - _ACTIVE)
    for fund_id in due:
        with engine.begin() as connection:
            ask_to_take(connection, fund_id, SnapshotRequest(yesterday, "scheduled", SITE))


def _take(engine: Engine, job: Job, _: Progress) -> object:
    subject = job.subject
    as_of, description = date.fromisoformat(subject["as_of"]), subject["description"]
    what = SnapshotRequest(as_of, subject["type"], job.requested_by, description)
    return {"snapshot_id": str(take(engine, job.fund_id, job.id, what).id)}


def _build_missing(engine: Engine, job: Job, progress: Progress) -> object:
    count = 0
    while built := build_missing(
        engine, job.fund_id, progress.report
    ):  # the log may have grown meanwhile
        count += built
    with engine.begin() as connection:
        pruned = table.prune(driver_connection(connection), job.fund_id)
    return {"taken": count, "pruned": pruned}


def _repair(engine: Engine, job: Job, progress: Progress) -> object:
    remake(engine, job.fund_id)
    build_missing(engine, job.fund_id, progress.report)
    as_of, through = date.fromisoformat(job.subject["as_of"]), job.subject["through"]
    return {"taken": repair(engine, job.fund_id, Viewpoint(as_of, through))}


def _check(engine: Engine, job: Job, progress: Progress) -> object:
    report = check(engine, job.fund_id, progress.report)
    put_right(engine, job.fund_id, {UUID(each.snapshot_id): each.reason for each in report.wrong})
    return {"checked": report.checked, "wrong": [asdict(each) for each in report.wrong]}


HANDLERS: dict[str, Handler] = {
    TAKE: _take,
    BUILD_MISSING: _build_missing,
    REPAIR: _repair,
    CHECK: _check,
}
