"""Jobs as they are done: taken by one worker at a time, shown to be alive, ended, or taken back.

A run is known by the job and its number among the job's runs. What a run writes is without effect
once the job was taken from it, because its worker seemed dead. All moments are told by the clock
of the database: those of the machines that workers run on may differ.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection, Update

from app.store.jobs import wakeups
from app.store.jobs.jobs import Count, Job, as_job
from app.store.jobs.tables import job

_NOW = sa.func.clock_timestamp()


_TURNS = 8  # of several workers that look at once each finds another one
_IN_TURN = sa.text(
    """
    SELECT fund_id, id FROM (
        SELECT DISTINCT ON (requested_by) fund_id, id, requested_by, due_at FROM job
        WHERE status = 'queued' AND due_at <= clock_timestamp()
        ORDER BY requested_by, due_at, id
    ) AS first
    ORDER BY
        (SELECT count(*) FROM job AS other
         WHERE other.requested_by = first.requested_by AND other.status = 'running'),
        (SELECT max(started_at) FROM job AS other
         WHERE other.requested_by = first.requested_by) NULLS FIRST,
        due_at, id
    LIMIT :turns
    """
).bindparams(turns=_TURNS)


class LostJobError(Exception):
    """The job was taken from this run, or has ended: what the run did must not count."""


def in_turn(connection: Connection) -> list[tuple[UUID, UUID]]:
    """Find the jobs whose turn it is, by fund and id, the next one first: one of each asker.

    Who has fewest running comes first, then whose last one was begun longest ago. What the site
    asks for itself takes turns as if it were one person.
    """
    return [(row.fund_id, row.id) for row in connection.execute(_IN_TURN)]


def claim(connection: Connection, fund_id: UUID, job_id: UUID) -> Job | None:
    """Start a job that no one else does; None where there is no such job to do (any more)."""
    start = (
        job.update()
        .where(job.c.fund_id == fund_id, job.c.id == job_id, job.c.status == "queued")
        .where(job.c.due_at <= _NOW)
        .values(status="running", attempts=job.c.attempts + 1, runs=job.c.runs + 1)
        .values(started_at=_NOW, heartbeat_at=_NOW, progress_done=None, progress_total=None)
    )
    row = connection.execute(start.returning(*job.c)).first()
    return as_job(row) if row else None


def beat(connection: Connection, run: Job, count: Count) -> None:
    """Show that the run is alive, and how far it is. Raises LostJobError."""
    _write(connection, run, heartbeat_at=_NOW, **_columns(count))


def finish(connection: Connection, run: Job, result: object, count: Count) -> None:
    """End a job well, in the transaction that holds its effect. Raises LostJobError."""
    end = {"status": "done", "finished_at": _NOW, "result": result, "error": None}
    _write(connection, run, **end, **_columns(count))


def fail(connection: Connection, run: Job, error: str, pause: timedelta | None) -> None:
    """Keep the error and try again after a pause; None: no more. Raises LostJobError."""
    if pause is None:
        _write(connection, run, status="failed", finished_at=_NOW, error=error)
        return
    _write(connection, run, status="queued", error=error, due_at=_NOW + pause)
    wakeups.wake_up(connection, run.fund_id, run.id, after=pause)


def hand_back(connection: Connection, run: Job) -> None:
    """Hand a job back that a stop of the worker cuts short: it was no attempt.

    Raises LostJobError.
    """
    _write(connection, run, status="queued", attempts=run.attempts - 1, due_at=_NOW)
    wakeups.wake_up(connection, run.fund_id, run.id)


def lose(connection: Connection, run: Job, most: int) -> None:
    """Take a job back from a worker that is gone: it was no attempt, and is counted apart.

    Where as many as `most` were lost, the job is failed. Raises LostJobError.
    """
    lost = run.lost_leases + 1
    counts = {"attempts": run.attempts - 1, "lost_leases": lost}
    if lost >= most:
        error = f"its worker was lost {lost} times before the job was done, and never said why"
        _write(connection, run, status="failed", finished_at=_NOW, error=error, **counts)
        return
    _write(connection, run, status="queued", due_at=_NOW, **counts)
    wakeups.wake_up(connection, run.fund_id, run.id)


def abandoned(connection: Connection, lease: timedelta) -> list[Job]:
    """Return the runs that showed no life for as long as `lease`, locked for the caller."""
    silent = sa.select(job).where(job.c.status == "running", job.c.heartbeat_at < _NOW - lease)
    return [as_job(row) for row in connection.execute(silent.with_for_update(skip_locked=True))]


def forgotten(connection: Connection) -> list[Job]:
    """Return the jobs that are due and for which no wake-up lies in the queue."""
    due = sa.select(job).where(job.c.status == "queued", job.c.due_at <= _NOW)
    jobs = [as_job(row) for row in connection.execute(due.order_by(job.c.due_at))]
    waiting = wakeups.waiting(connection)
    return [one for one in jobs if wakeups.message_for(one.fund_id, one.id) not in waiting]


def _write(connection: Connection, run: Job, **values: Any) -> None:  # noqa: ANN401 (columns)
    if connection.execute(_of(run).values(values)).rowcount == 0:
        raise LostJobError(f"job {run.id} is no longer run {run.runs}'s")


def _of(run: Job) -> Update:
    return job.update().where(
        job.c.fund_id == run.fund_id,
        job.c.id == run.id,
        job.c.status == "running",
        job.c.runs == run.runs,
    )


def _columns(count: Count) -> dict[str, int | None]:
    return {"progress_done": count.done, "progress_total": count.total}
