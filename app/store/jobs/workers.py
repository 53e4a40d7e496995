"""Worker processes, each with a row in which it shows that it lives, by the database's clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import psycopg
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from app.store.jobs.tables import worker

ALIVE = timedelta(seconds=60)  # a worker that showed no life for so long counts as dead
FORGOTTEN = timedelta(hours=1)  # and after so long its row goes
_NOW = sa.func.clock_timestamp()


@dataclass(frozen=True, slots=True)
class Vitals:
    """How many workers are alive, and how long ago the last of all showed life."""

    alive: int
    seconds: float | None  # None where none ever did, as far as is known


def beat(connection: Connection, name: str, host: str, pid: int, version: str) -> None:
    """Show life."""
    row = {"name": name, "host": host, "pid": pid, "version": version}
    statement = insert(worker).values(**row, started_at=_NOW, heartbeat_at=_NOW)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"heartbeat_at": _NOW})
    )


def end(connection: Connection, host: str, pids: Sequence[int]) -> None:
    """Take out the rows of processes that have ended."""
    connection.execute(worker.delete().where(worker.c.host == host, worker.c.pid.in_(pids)))


def prune(connection: Connection) -> int:
    """Take out the rows of the long dead; return how many."""
    return connection.execute(
        worker.delete().where(worker.c.heartbeat_at < _NOW - FORGOTTEN)
    ).rowcount


def vitals(driver: psycopg.Connection, host: str | None = None) -> Vitals:
    """Look at the workers, of one host or of all."""
    query = """
        SELECT count(*) FILTER (WHERE heartbeat_at > clock_timestamp() - %(alive)s),
            extract(epoch FROM clock_timestamp() - max(heartbeat_at))::float8
        FROM worker WHERE %(host)s::text IS NULL OR host = %(host)s
    """
    row = driver.execute(query, {"alive": ALIVE, "host": host}).fetchone()
    assert row is not None
    return Vitals(*row)
