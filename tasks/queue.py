"""The queue in PostgreSQL, and the worker's way to the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import uuid4

import orjson
import psycopg
from huey import Huey
from huey.registry import Message
from huey.serializer import Serializer
from huey.storage import PostgresStorage
from sqlalchemy import Engine

from app.config import Settings
from app.store.database import engines
from app.store.database.connections import connect_apart
from app.store.jobs import wakeups

_LOOK_EVERY = 0.25  # seconds a worker waits for a wake-up before it looks if it is to stop


class _PlainTasks(Serializer):
    """Writes tasks as JSON: whoever could write into the table could run code through a pickle."""

    def _serialize(self, data: Message) -> bytes:
        if data.eta or data.retries or data.kwargs or data.on_complete:
            raise ValueError(f"{data.name}: tasks here have a name and positional arguments only")
        return wakeups.message(data.name, data.args)

    def _deserialize(self, data: bytes) -> Message:
        name, *arguments = orjson.loads(data)
        return Message(str(uuid4()), name, args=arguments)


class _DatabasesClock(PostgresStorage):
    """Reads the schedule by the clock that wrote it, whatever that of this machine shows."""

    def read_schedule(self, ts: datetime) -> list[bytes]:  # noqa: ARG002 (this machine's moment)
        [(now,)] = self.sql("SELECT extract(epoch FROM clock_timestamp())", results=True)
        due: list[bytes] = super().read_schedule(datetime.fromtimestamp(float(now), UTC))
        return due


@cache
def settings() -> Settings:
    """Return the settings of the process."""
    return Settings.from_environ()


@cache
def engine() -> Engine:
    """Return the process's engine; processes forked from it make connections of their own."""
    return engines.open_engine(settings())


def lease() -> timedelta:
    """Return how long a worker may show no life until its job is another's."""
    return timedelta(seconds=settings().lease_seconds)


def _connect() -> psycopg.Connection:
    return connect_apart(engine())


# What must not be lost is in the table of jobs: a task is no more than a wake-up, without a result
# and without retries of Huey's.
huey = Huey(
    wakeups.NAME,
    storage_class=_DatabasesClock,
    results=False,
    serializer=_PlainTasks(),
    connection=_connect,
    create_tables=False,
    read_timeout=_LOOK_EVERY,
)
