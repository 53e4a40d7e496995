"""Failed jobs tried anew: with fresh counts, and with what they had come to kept in their past."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError

from app.store.database.schema import job
from app.store.jobs import jobs, wakeups
from app.store.jobs.jobs import Job, as_job

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
        found = jobs.find(connection, fund_id, job_id)
        return jobs.pending(connection, fund_id, found.kind, found.dedupe_key) or found
    if row is None:
        return jobs.find(connection, fund_id, job_id)
    wakeups.wake_up(connection, fund_id, job_id)
    return as_job(row)
