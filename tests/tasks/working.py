"""A worker for tests, and jobs to give it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine, text

from app.config import PROJECT, Settings
from app.services.jobs import jobs
from app.services.jobs.jobs import Job
from app.services.reads import timeline
from tests.running_site import poll


class Worker:
    """A running `tests.tasks.odd_jobs` on a database."""

    def __init__(self, settings: Settings) -> None:
        self.output = settings.home / "worker-output"
        given = {"ASOF_HOME": str(settings.home), "DATABASE_URL": settings.database_url or ""}
        # Far from UTC, since Huey keeps its schedule as if UTC were the local time.
        zone = {"TZ": "Asia/Kolkata"}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.tasks.odd_jobs", str(os.getpid())],
                cwd=PROJECT,
                env={**os.environ, **given, **zone},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self, seconds: float = 2) -> None:
        self.process.terminate()
        assert self.process.wait(seconds) == 0, self.output.read_text()

    def kill(self) -> None:
        """Kill all of it at once, as when the machine loses power."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def working(settings: Settings) -> Iterator[Worker]:
    worker = Worker(settings)
    try:
        yield worker
    finally:
        if worker.process.poll() is None:
            worker.kill()


def settle_jobs(engine: Engine) -> None:
    """See that no job of another test waits, which a worker would do first, nor its wake-up."""
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM huey_task"))
        connection.execute(text("UPDATE job SET status = 'done' WHERE status <> 'failed'"))


def request(engine: Engine, fund: UUID, kind: str = "record", **subject: object) -> Job:
    with engine.begin() as connection:
        return jobs.request(connection, fund, kind, subject, requested_by="gp")


def gated(engine: Engine, fund: UUID, gate: Path) -> Job:
    """Ask for a job that a worker begins, and ends when the gate opens; return it once it runs."""
    job = request(engine, fund, gate=str(gate))
    return await_status(engine, job, "running")


def await_status(engine: Engine, job: Job, status: str, within: float = 10) -> Job:
    def reached() -> Job | None:
        found = jobs.find_job(engine, job.fund_id, job.id)
        return found if found.status == status else None

    return poll(reached, within, f"{status}: {jobs.find_job(engine, job.fund_id, job.id)}")


def effects(engine: Engine, job: Job) -> int:
    """Count the events that a job has recorded."""
    entries = timeline.between(engine, job.fund_id, 1, 1000)
    return sum(event.payload.get("reference") == str(job.id) for event in entries)
