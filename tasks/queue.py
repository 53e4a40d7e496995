"""The queue in PostgreSQL, and the worker's way to the database."""

from __future__ import annotations

from functools import cache
from uuid import uuid4

import orjson
import psycopg
from huey import PostgresHuey
from huey.registry import Message
from huey.serializer import Serializer
from sqlalchemy import Engine

from app.config import Settings
from app.store import queue, sessions
from app.store.driver import connect_apart

_LOOK_EVERY = 0.25  # seconds a worker waits for a wake-up before it looks if it is to stop


class _PlainTasks(Serializer):
    """Writes tasks as JSON: whoever could write into the table could run code through a pickle."""

    def _serialize(self, data: Message) -> bytes:
        if data.eta or data.retries or data.kwargs or data.on_complete:
            raise ValueError(f"{data.name}: tasks here have a name and positional arguments only")
        return queue.message(data.name, data.args)

    def _deserialize(self, data: bytes) -> Message:
        name, *arguments = orjson.loads(data)
        return Message(str(uuid4()), name, args=arguments)


@cache
def engine() -> Engine:
    """Give the process's engine; processes forked from it make connections of their own."""
    return sessions.open_engine(Settings.from_environ())


def _connect() -> psycopg.Connection:
    return connect_apart(engine())


# What must not be lost is in the table of jobs: a task is no more than a wake-up, without a result
# and without retries of Huey's.
huey = PostgresHuey(
    queue.NAME,
    results=False,
    serializer=_PlainTasks(),
    connection=_connect,
    create_tables=False,
    read_timeout=_LOOK_EVERY,
)
