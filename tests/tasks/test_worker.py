"""Workers stop, die and come back, and no job is lost or done twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from app.config import PROJECT, Settings
from app.services.jobs import jobs, runner
from app.services.jobs.jobs import Job
from app.store.database import engines
from app.store.embedded import cluster
from tests.ledgers import new_fund
from tests.machine import patience
from tests.running_site import poll, processes
from tests.tasks.working import Worker, await_status, effects, gated, request, settle_jobs, working

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


@pytest.fixture(autouse=True)
def alone(engine: Engine) -> None:
    """See that a worker finds the test's own jobs only."""
    settle_jobs(engine)


def _sweep_until_done(engine: Engine, job: Job, lease: timedelta = timedelta(seconds=1)) -> Job:
    """Sweep as the worker does each minute, less patiently."""

    def done() -> Job | None:
        runner.sweep(engine, lease)
        found = jobs.find_job(engine, job.fund_id, job.id)
        return found if found.status == "done" else None

    return poll(done, 20, f"done: {jobs.find_job(engine, job.fund_id, job.id)}")


def _workers_of(worker: Worker, home: Path) -> list[int]:
    """Return the processes that the worker's main process has made."""
    return [
        pid
        for pid, command in processes(home).items()
        if "odd_jobs" in command and pid != worker.process.pid
    ]


def test_a_job_in_hand_is_finished_before_the_worker_stops(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    with working(settings) as worker:
        job = gated(engine, new_fund(engine), gate)
        gate.touch()  # it has a moment to end: on a slow machine it may need all of it
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(patience(2)) == 0
    done = jobs.find_job(engine, job.fund_id, job.id)
    assert (done.status, done.attempts) == ("done", 1)


def test_a_longer_job_is_handed_back_and_done_by_the_next_worker(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    with working(settings) as worker:
        job = gated(engine, new_fund(engine), gate)
        begun = time.monotonic()
        worker.stop()
        assert time.monotonic() - begun < 1.2
    waiting = jobs.find_job(engine, job.fund_id, job.id)
    assert (waiting.status, waiting.attempts) == ("queued", 0)
    gate.touch()
    with working(settings):
        assert await_status(engine, job, "done").attempts == 1
    assert effects(engine, job) == 1


def test_jobs_give_way_to_pages(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    with working(settings) as worker:
        gated(engine, new_fund(engine), gate)
        made = _workers_of(worker, settings.home)
        courtesy = [os.getpriority(os.PRIO_PROCESS, pid) for pid in made]
        gate.touch()
    here = os.getpriority(os.PRIO_PROCESS, 0)
    assert len([each for each in courtesy if each > here]) == 2  # the third keeps time


def test_an_idle_worker_stops_at_once(engine: Engine, settings: Settings) -> None:
    with working(settings) as worker:
        await_status(engine, request(engine, new_fund(engine)), "done")
        worker.stop(1)


def test_a_job_outlives_the_death_of_the_process_that_does_it(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    with working(settings) as worker:
        job = gated(engine, new_fund(engine), gate)
        for pid in _workers_of(worker, settings.home):
            os.kill(pid, signal.SIGKILL)
        gate.touch()
        done = _sweep_until_done(engine, job)
        assert worker.process.poll() is None
    assert (done.attempts, done.lost_leases, effects(engine, job)) == (1, 1, 1)


def test_a_job_outlives_the_death_of_the_whole_worker(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    with working(settings) as worker:
        job = gated(engine, new_fund(engine), gate)
        worker.kill()
    gate.touch()
    with working(settings):
        done = _sweep_until_done(engine, job)
    assert (done.attempts, done.lost_leases, effects(engine, job)) == (1, 1, 1)


def test_the_worker_leaves_with_its_parent(settings: Settings) -> None:
    start = (
        "import os, subprocess, sys; "
        "subprocess.Popen([sys.executable, '-m', 'tests.tasks.odd_jobs', str(os.getpid())]); "
        "input()"
    )
    where = {"ASOF_HOME": str(settings.home), "DATABASE_URL": settings.database_url or ""}
    parent = subprocess.Popen(
        [sys.executable, "-c", start],
        cwd=PROJECT,
        env={**os.environ, **where},
        stdin=subprocess.PIPE,
    )

    def left() -> list[str]:
        return [text for text in processes(settings.home).values() if "odd_jobs" in text]

    poll(lambda: len(left()) == 5, 20, "the parent, the worker and its three processes run")
    parent.kill()
    parent.communicate()
    poll(lambda: not left(), 5, f"all gone of {left()}")


@pytest.mark.timeout(120)
def test_the_worker_outlives_the_death_of_the_database(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", database_url=None, secret_key="-")  # noqa: S106
    engine = engines.open_engine(settings)
    with working(settings) as worker:
        fund = new_fund(engine)
        await_status(engine, request(engine, fund), "done", within=20)
        before = cluster.server_pid(settings.home)
        assert before is not None
        os.kill(before, signal.SIGKILL)
        poll(lambda: cluster.server_pid(settings.home) not in {None, before}, 10, "it is back")
        poll(lambda: _answers(engine), 10, "it answers")
        await_status(engine, request(engine, fund), "done", within=10)
        assert "Traceback" not in worker.output.read_text()
        worker.stop()
    engines.close_engine(engine)


def test_a_worker_that_starts_while_the_database_is_away_waits_for_it(
    server_url: sa.URL, fresh_database_url: str, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, database_url=fresh_database_url, secret_key="-")  # noqa: S106
    _let_in(server_url, fresh_database_url, allowed=False)
    with working(settings) as worker:
        said = worker.output.read_text
        poll(lambda: "The worker waits for the database" in said(), 10, f"it waits: {said()}")
        _let_in(server_url, fresh_database_url, allowed=True)
        engine = engines.open_engine(settings)
        await_status(engine, request(engine, new_fund(engine)), "done", within=20)
        assert worker.process.poll() is None
        assert "Traceback" not in said()
        worker.stop()
    engines.close_engine(engine)


def _let_in(server: sa.URL, database: str, *, allowed: bool) -> None:
    """Have a server refuse everybody who wants to get at a database, or let them in again."""
    name = sa.make_url(database).database
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}")


def _answers(engine: Engine) -> bool:
    try:
        engine.connect().close()
    except OperationalError:
        return False
    return True
