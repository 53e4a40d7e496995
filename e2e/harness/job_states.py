"""Jobs brought into a state behind the back of the site, to be seen on its pages."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Engine

from app.services.jobs import jobs
from app.services.jobs.jobs import Job
from app.store.jobs import runs
from app.store.jobs.jobs import Count
from e2e.conftest import Funds


def begun(engine: Engine, fund: str, description: str) -> Job:
    """Have a snapshot asked for, and begun by nobody but the test: the worker must sleep."""
    subject = {"as_of": "2020-12-31", "type": "manual", "description": description}
    fund_id = UUID(fund.rstrip("/").rsplit("/", 1)[1])
    with engine.begin() as connection:
        job = jobs.request(connection, fund_id, "take_snapshot", subject, requested_by="asof")
        running = runs.claim(connection, fund_id, job.id)
    assert running
    return running


def beat(engine: Engine, job: Job, done: int) -> None:
    """Show how much of a job is done, of a thousand."""
    with engine.begin() as connection:
        runs.beat(connection, job, Count(done, 1000))


def failed(engine: Engine, funds: Funds, fund: str, description: str) -> Job:
    """Have a snapshot asked for, and given up at once."""
    with funds.worker_asleep():
        job = begun(engine, fund, description)
        with engine.begin() as connection:
            runs.fail(connection, job, "the disk is full", None)
    return job


def finish(engine: Engine, job: Job) -> None:
    """End a job that the test has begun."""
    with engine.begin() as connection:
        runs.finish(connection, job, None, Count(1000, 1000))
