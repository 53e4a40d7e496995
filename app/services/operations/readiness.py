"""Whether the site can serve: its database, its migrations, its worker."""

from __future__ import annotations

from dataclasses import dataclass, field

import psycopg
from sqlalchemy import Engine

from app.store.database import bootstrap
from app.store.database.connections import connect_apart
from app.store.jobs import workers
from app.store.jobs.workers import ALIVE, Vitals


@dataclass(frozen=True, slots=True)
class Check:
    """Something that was looked at: how it is, or what is wrong and how to mend it."""

    name: str
    ok: bool
    about: dict[str, object] = field(default_factory=dict)


NO_DATABASE = Check(
    "database",
    ok=False,
    about={
        "problem": "the database does not answer",
        "mend": "see that PostgreSQL runs and that DATABASE_URL leads to it; the log tells more",
    },
)


def checks(engine: Engine) -> list[Check]:
    """Look at everything over a connection of its own, however busy the pool is.

    It may hang as long as the database does. Raises psycopg.OperationalError where that is away.
    """
    with connect_apart(engine) as driver:
        driver.autocommit = True
        return [Check("database", ok=True), _migrations(driver), _worker(workers.vitals(driver))]


def without_database() -> list[Check]:
    """Say that nothing could be looked at."""
    unknown: dict[str, object] = {"problem": "not looked at: the database does not answer"}
    return [NO_DATABASE, *(Check(name, ok=False, about=unknown) for name in UNSEEN)]


UNSEEN = ("migrations", "worker")


def _migrations(driver: psycopg.Connection) -> Check:
    row = driver.execute("SELECT version_num FROM alembic_version").fetchone()
    found, wanted = row[0] if row else "none", bootstrap.head()
    if found == wanted:
        return Check("migrations", ok=True, about={"revision": found})
    problem = f"the database is at revision {found}, this program at {wanted}"
    mend = "start the older of the two anew with the newer program"
    return Check("migrations", ok=False, about={"problem": problem, "mend": mend})


def _worker(found: Vitals) -> Check:
    seconds = None if found.seconds is None else round(found.seconds, 1)
    if found.alive:
        return Check("worker", ok=True, about={"alive": found.alive, "heartbeat_seconds": seconds})
    return Check("worker", ok=False, about={"problem": silence(found), "mend": START_WORKER})


def silence(found: Vitals) -> str:
    """Say how long there was no sign of life."""
    within = f"no worker has shown life for {ALIVE.total_seconds():.0f} seconds"
    if found.seconds is None:
        return f"{within}, nor any before"
    return f"{within}; the last sign is {found.seconds:.0f} seconds old"


START_WORKER = "start the worker, or see in its log why it ended: jobs wait until one runs"
