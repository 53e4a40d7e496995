"""Worker processes show that they live, each in a row of its own, and the dead are forgotten."""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from uuid import uuid5

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, Row

from app.config import VERSION, Settings
from app.observability import request_ids
from app.services.jobs import worker_heartbeats
from app.services.reads import timeline
from app.store.database.connections import reading
from app.store.jobs import workers
from app.store.jobs.tables import worker
from tests.ledgers import new_fund
from tests.running_site import poll
from tests.tasks.working import await_status, request, working

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills processes by their pids")


def _rows(engine: Engine, since: datetime) -> list[Row[tuple[object, ...]]]:
    with engine.connect() as connection:
        return list(connection.execute(sa.select(worker).where(worker.c.started_at >= since)))


def test_each_process_that_does_jobs_shows_life_until_it_stops(
    engine: Engine, settings: Settings
) -> None:
    since = datetime.now(UTC)
    with working(settings) as running:
        rows = poll(
            lambda: rows if len(rows := _rows(engine, since)) == 2 else None, 20, "two show life"
        )
        assert len({row.pid for row in rows}) == 2
        for row in rows:
            assert os.path.exists(f"/proc/{row.pid}")  # noqa: PTH110 - nothing to open
            assert row.pid != running.process.pid
            assert (row.host, row.version) == (worker_heartbeats.here(), VERSION)
            assert row.heartbeat_at >= row.started_at
        with reading(engine) as driver:
            assert workers.vitals(driver, worker_heartbeats.here()).alive >= 2
        running.stop()
    assert _rows(engine, since) == []


def test_a_process_that_is_started_again_is_another(engine: Engine, settings: Settings) -> None:
    since = datetime.now(UTC)
    with working(settings):
        first = poll(lambda: _rows(engine, since)[1:], 20, "two show life")[0]
        os.kill(first.pid, signal.SIGKILL)
        rows = poll(
            lambda: rows if len(rows := _rows(engine, since)) == 3 else None, 10, "a third one"
        )
    [left] = [row for row in rows if row.name == first.name]
    assert left.heartbeat_at == first.heartbeat_at


def test_the_long_dead_are_forgotten(engine: Engine) -> None:
    ages = {"dead": timedelta(minutes=61), "silent": timedelta(minutes=59)}
    with engine.begin() as connection:
        for name, age in ages.items():
            workers.beat(connection, name, "far away", 1, VERSION)
            silence = worker.update().where(worker.c.name == name)
            connection.execute(silence.values(heartbeat_at=sa.func.clock_timestamp() - age))
    worker_heartbeats.prune(engine)
    with reading(engine) as driver:
        left = driver.execute("SELECT name FROM worker WHERE host = 'far away'").fetchall()
        assert left == [("silent",)]
        assert workers.vitals(driver, "far away").alive == 0


def test_a_jobs_lines_carry_the_id_of_the_request_that_asked_for_it(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASOF_LOG", "json")
    fund = new_fund(engine)
    with request_ids.carried_on("edge-7.example:42"):
        good, bad = request(engine, fund), request(engine, fund, "fail", until=2)
    with working(settings) as running:
        for job in (good, bad):
            await_status(engine, job, "done", within=20)
        running.stop()
    lines = [json.loads(line) for line in running.output.read_text().splitlines()]
    about = {"request_id": "edge-7.example:42", "fund_id": str(fund), "process": "worker"}
    [done] = [line for line in lines if line.get("job_id") == str(good.id)]
    failed, done_later = [line for line in lines if line.get("job_id") == str(bad.id)]
    for line in (done, failed, done_later):
        assert line.items() >= about.items()
    assert (done["kind"], done["level"], done_later["kind"]) == ("record", "info", "fail")
    assert done["duration_ms"] > 0
    assert failed["exception"].endswith("no luck\0 at attempt 1")
    [event] = timeline.between(engine, fund, 2, 9)
    assert event.correlation_id == uuid5(request_ids.NAMESPACE, "edge-7.example:42")
