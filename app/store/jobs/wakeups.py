"""Huey's queue as a wake-up: written within a transaction, told to the workers by its commit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy import Connection

from app.store.jobs.tables import huey_schedule, huey_task

NAME = "asof"
CHANNEL = f"huey.q.{NAME}"  # what Huey's workers listen on
RUN_JOB = "tasks.jobs.run_job"  # the task that does a job, by the name it is registered under


def message(task: str, arguments: Iterable[object] = ()) -> bytes:
    """Write a task as it lies in the queue: its name and arguments as JSON, nothing to execute."""
    return orjson.dumps([task, *map(str, arguments)])


def message_for(fund_id: UUID, job_id: UUID) -> bytes:
    """Write the task that does a job; the same bytes each time."""
    return message(RUN_JOB, (fund_id, job_id))


def wake_up(
    connection: Connection, fund_id: UUID, job_id: UUID, *, after: timedelta = timedelta()
) -> None:
    """Have a worker do a job once the transaction is committed, or some time from now.

    When that is, the database's clock tells, on this side and on that of the workers.
    """
    values = {"queue": NAME, "data": message_for(fund_id, job_id)}
    if after:
        now = sa.cast(sa.extract("epoch", sa.func.clock_timestamp()), sa.Double)
        moment = now + after.total_seconds()
        connection.execute(huey_schedule.insert().values(**values, timestamp=moment))
        return
    connection.execute(huey_task.insert().values(values))
    connection.execute(sa.select(sa.func.pg_notify(CHANNEL, "")))


def is_waiting(connection: Connection) -> bool:
    """Return whether the queue holds anything for a worker to do now."""
    found = sa.select(huey_task.c.id).where(huey_task.c.queue == NAME)
    return connection.scalar(found.limit(1)) is not None


def waiting(connection: Connection) -> set[bytes]:
    """Return every message that is still to come out of the queue, now or later."""
    tables = (huey_task, huey_schedule)
    queries = [sa.select(table.c.data).where(table.c.queue == NAME) for table in tables]
    return {bytes(data) for data in connection.scalars(sa.union_all(*queries))}
