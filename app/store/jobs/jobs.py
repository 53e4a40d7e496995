"""Jobs as they are asked for and found: work for the background, of which nothing gets lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection, Row
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from app.domain.errors import UnknownJobError
from app.observability import request_ids
from app.store.database.schema import PENDING, job
from app.store.jobs import wakeups

Status = Literal["queued", "running", "done", "failed"]
_CONFLICT = sa.text(f"dedupe_key IS NOT NULL AND {PENDING}")


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
    def is_pending(self) -> bool:
        """Say whether it is still to be done, or being done."""
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


def find(connection: Connection, fund_id: UUID, job_id: UUID) -> Job:
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
