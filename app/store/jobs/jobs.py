"""Jobs as they are asked for and found: work for the background, of which nothing gets lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Row
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.exc import IntegrityError
from uuid_utils.compat import uuid7

from app.domain.errors import UnknownJobError
from app.observability import request_ids
from app.store.jobs import wakeups
from app.store.jobs.tables import PENDING, huey_schedule, huey_task, job
from app.store.tables import fund

Status = Literal["queued", "running", "done", "failed"]
_CONFLICT = sa.text(f"dedupe_key IS NOT NULL AND {PENDING}")


@dataclass(frozen=True, slots=True)
class Count:
    """How much of a job is done, of how much; None where no one can say."""

    done: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work of a fund's, and how far it has come.

    `kind` says which handler does it, `subject` what about; both are the asker's. `attempts`
    counts the times it was started, without those that were cut short: by a stop of the worker, or
    by its death, which `lost_leases` counts. Both begin anew when somebody has a failed job tried
    again; what it had come to by then is in its `history`, the oldest first.
    """

    fund_id: UUID
    id: UUID
    kind: str
    subject: dict[str, Any]
    dedupe_key: str | None
    status: Status
    attempts: int
    error: str | None  # of the last attempt that failed
    progress_done: int | None
    progress_total: int | None
    result: Any
    requested_by: str
    requested_at: datetime
    due_at: datetime  # it is not started before
    started_at: datetime | None
    heartbeat_at: datetime | None  # when its worker last showed signs of life
    finished_at: datetime | None
    request_id: str | None  # of the request that asked for it
    runs: int  # how often it was started, however that ended
    lost_leases: int
    history: list[dict[str, Any]]

    @property
    def progress(self) -> Count:
        """How far it has come."""
        return Count(self.progress_done, self.progress_total)

    @property
    def is_pending(self) -> bool:
        """Return whether it is still to be done, or being done."""
        return self.status in {"queued", "running"}


def request(  # noqa: PLR0913 (a request is what its row holds)
    connection: Connection,
    fund_id: UUID,
    kind: str,
    subject: dict[str, Any],
    *,
    requested_by: str,
    dedupe_key: str | None = None,
) -> Job:
    """Ask for work within the connection's transaction: its commit wakes a worker up.

    Where a job of the same kind and `dedupe_key` is pending, that one is given instead.
    """
    values = {"fund_id": fund_id, "kind": kind, "subject": subject, "dedupe_key": dedupe_key}
    now = sa.func.clock_timestamp()
    statement = insert(job).values(
        **values, id=uuid7(), status="queued", attempts=0, requested_by=requested_by,
        requested_at=now, due_at=now, request_id=request_ids.current(),
    ).on_conflict_do_nothing(
        index_elements=["fund_id", "kind", "dedupe_key"], index_where=_CONFLICT
    )  # fmt: skip
    while True:
        if made := connection.execute(statement.returning(*job.c)).first():
            wakeups.wake_up(connection, fund_id, made.id)
            return as_job(made)
        if there := pending(connection, fund_id, kind, dedupe_key):
            return there
        # The one in the way has ended between the two statements.


def find_job(connection: Connection, fund_id: UUID, job_id: UUID) -> Job:
    """Find a job of a fund's. Raises UnknownJobError."""
    query = sa.select(job).where(job.c.fund_id == fund_id, job.c.id == job_id)
    row = connection.execute(query).first()
    if row is None:
        raise UnknownJobError(f"no job of this fund has the id {job_id}")
    return as_job(row)


def requested(
    connection: Connection, fund_id: UUID, kind: str, requested_by: str, key: str
) -> Job | None:
    """Find what a person asked for under a key; whoever asks the same waits for this transaction.

    The key stands in the job's subject as `request_key`.
    """
    lock = sa.func.pg_advisory_xact_lock(
        sa.func.hashtextextended(f"{fund_id} {kind} {requested_by} {key}", 0)
    )
    connection.execute(sa.select(lock))
    query = sa.select(job).where(
        job.c.fund_id == fund_id,
        job.c.kind == kind,
        job.c.requested_by == requested_by,
        job.c.subject["request_key"].astext == key,
    )
    row = connection.execute(query).first()
    return as_job(row) if row else None


def listed(
    connection: Connection, fund_id: UUID, *, kind: str | None = None, limit: int = 100
) -> list[Job]:
    """List a fund's jobs, of one kind or of all, the newest request first."""
    query = sa.select(job).where(job.c.fund_id == fund_id)
    if kind is not None:
        query = query.where(job.c.kind == kind)
    rows = connection.execute(query.order_by(job.c.id.desc()).limit(limit))
    return [as_job(row) for row in rows]


def as_job(row: Row[Any]) -> Job:
    """Read a row of the table."""
    return Job(**row._asdict())


def pending(connection: Connection, fund_id: UUID, kind: str, dedupe_key: str | None) -> Job | None:
    """Find what is pending of a kind under a key."""
    query = sa.select(job).where(
        job.c.fund_id == fund_id,
        job.c.kind == kind,
        job.c.dedupe_key == dedupe_key,
        sa.text(PENDING),
    )
    row = connection.execute(query).first()
    return as_job(row) if row else None


STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Page:
    """Some jobs, the newest request first."""

    jobs: list[Job]
    next_cursor: UUID | None  # where the next page begins; none on the last


@dataclass(frozen=True, slots=True)
class Depth:
    """How many wake-ups lie in the queue: for now, and for after a pause."""

    now: int
    later: int


def job_page(
    connection: Connection,
    fund_id: UUID | None,
    status: Status | None,
    limit: int,
    before: UUID | None,
) -> Page:
    """Read a page of a fund's jobs, or of those of all funds."""
    conditions: list[ColumnElement[bool]] = []
    if fund_id is not None:
        conditions.append(job.c.fund_id == fund_id)
    if status is not None:
        conditions.append(job.c.status == status)
    if before is not None:
        conditions.append(job.c.id < before)
    query = sa.select(job).where(*conditions).order_by(job.c.id.desc()).limit(limit + 1)
    found = [as_job(row) for row in connection.execute(query)]
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


def tally(connection: Connection, fund_id: UUID | None) -> dict[Status, int]:
    """Count a fund's jobs by status, or those of all funds."""
    query = sa.select(job.c.status, sa.func.count()).group_by(job.c.status)
    if fund_id is not None:
        query = query.where(job.c.fund_id == fund_id)
    found: dict[Status, int] = dict(connection.execute(query).all())
    return {status: found.get(status, 0) for status in STATUSES}


def depth(connection: Connection) -> Depth:
    """Count what lies in the queue."""
    now, later = (
        sa.select(sa.func.count()).select_from(table).scalar_subquery()
        for table in (huey_task, huey_schedule)
    )
    return Depth(*connection.execute(sa.select(now, later)).one())


def fund_names(connection: Connection, fund_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of funds; one that an import is still to make has none."""
    query = sa.select(fund.c.id, fund.c.name).where(fund.c.id.in_(set(fund_ids)))
    return dict(connection.execute(query).all())


def clock(connection: Connection) -> datetime:
    """Read the clock that tells when jobs begin and end."""
    now: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return now


_NOW = sa.func.clock_timestamp()
_FRESH = {
    "status": "queued", "attempts": 0, "lost_leases": 0, "error": None, "due_at": _NOW,
    "progress_done": None, "progress_total": None, "started_at": None, "heartbeat_at": None,
    "finished_at": None,
}  # fmt: skip


def retry(connection: Connection, fund_id: UUID, job_id: UUID, retried_by: str) -> Job:
    """Queue a failed job anew; one that has not failed is left alone.

    Where another of its kind and `dedupe_key` is pending, that one is given instead. Raises
    UnknownJobError.
    """
    past = sa.func.jsonb_build_object(
        "failed_at", job.c.finished_at, "error", job.c.error, "attempts", job.c.attempts,
        "lost_leases", job.c.lost_leases, "retried_by", sa.cast(retried_by, sa.Text),
        "retried_at", _NOW,
    )  # fmt: skip
    history = job.c.history.op("||")(sa.func.jsonb_build_array(past, type_=JSONB))
    anew = (
        job.update()
        .where(job.c.fund_id == fund_id, job.c.id == job_id, job.c.status == "failed")
        .values(**_FRESH, history=history)
        .returning(*job.c)
    )
    try:
        with connection.begin_nested():
            row = connection.execute(anew).first()
    except IntegrityError:
        found = find_job(connection, fund_id, job_id)
        return pending(connection, fund_id, found.kind, found.dedupe_key) or found
    if row is None:
        return find_job(connection, fund_id, job_id)
    wakeups.wake_up(connection, fund_id, job_id)
    return as_job(row)
