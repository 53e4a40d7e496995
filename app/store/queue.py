"""Huey's queue as a wake-up: written within a transaction, told to the workers by its commit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy import Connection

from app.store.tables import huey_schedule, huey_task

NAME = "asof"
CHANNEL = f"huey.q.{NAME}"  # what Huey's workers listen on
RUN_JOB = "tasks.jobs.run_job"  # the task that does a job, by the name it is registered under


def message(task: str, arguments: Iterable[object] = ()) -> bytes:
    """Write a task as it lies in the queue: its name and arguments as JSON, nothing to execute."""
    return orjson.dumps([task, *map(str, arguments)])


def wake_up(
    connection: Connection, fund_id: UUID, job_id: UUID, due_at: datetime | None = None
) -> None:
    """Have a worker look at a job once the transaction is committed, or when it is due."""
    data = message(RUN_JOB, (fund_id, job_id))
    if due_at is not None:
        moment = _as_huey_counts(due_at)
        values = {"queue": NAME, "data": data, "timestamp": moment}
        connection.execute(huey_schedule.insert().values(values))
        return
    connection.execute(huey_task.insert().values(queue=NAME, data=data))
    connection.execute(sa.select(sa.func.pg_notify(CHANNEL, "")))


def waiting(connection: Connection) -> set[bytes]:
    """Give every message that is still to come out of the queue, now or later."""
    tables = (huey_task, huey_schedule)
    queries = [sa.select(table.c.data).where(table.c.queue == NAME) for table in tables]
    return {bytes(data) for data in connection.scalars(sa.union_all(*queries))}


def _as_huey_counts(moment: datetime) -> float:
    """Give a moment as Huey's schedule has it: UTC, read as if it were the local time."""
    return moment.astimezone(UTC).replace(tzinfo=None).timestamp()
