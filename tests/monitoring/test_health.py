"""What asks whether the site lives and can serve is told so, soon, with what to mend."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import create_app, database
from app.config import VERSION, Settings
from app.services.jobs import worker_heartbeats
from app.store.database import bootstrap, engines
from app.store.embedded import cluster
from app.store.jobs import workers
from app.store.jobs.tables import worker
from tests.running_site import poll


@pytest.fixture
def owner(site: Flask, fresh_database_url: str) -> Iterator[sa.Engine]:
    """Return an engine as the owner of that database, which is ready."""
    database.of(site).engine()
    engine = sa.create_engine(bootstrap.engine_url(fresh_database_url), poolclass=sa.NullPool)
    yield engine
    engine.dispose()


def _shows_life(engine: sa.Engine, seconds_ago: float = 0) -> str:
    name = uuid4().hex
    with engine.begin() as connection:
        workers.beat(connection, name, worker_heartbeats.here(), 1, VERSION)
        moment = sa.func.clock_timestamp() - sa.func.make_interval(0, 0, 0, 0, 0, 0, seconds_ago)
        late = worker.update().where(worker.c.name == name).values(heartbeat_at=moment)
        connection.execute(late)
    return name


def _checks(client: FlaskClient) -> tuple[int, dict[str, Any]]:
    begun = time.monotonic()
    answer = client.get("/readyz")
    assert time.monotonic() - begun < 2
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json
    assert told is not None
    assert told["ready"] is (answer.status_code == 200)
    return answer.status_code, told["checks"]


def test_the_process_answers_though_there_is_no_database(tmp_path: Path) -> None:
    nowhere = "postgresql://127.0.0.1:1/asof"
    settings = Settings(home=tmp_path, database_url=nowhere, secret_key="-")  # noqa: S106
    client = create_app(settings).test_client()
    alive = client.get("/healthz")
    assert (alive.status_code, alive.json) == (200, {"alive": True})
    status, checks = _checks(client)
    assert status == 503
    assert checks["database"]["problem"] == "the database does not answer"
    assert "DATABASE_URL leads to it" in checks["database"]["mend"]
    assert [check["ok"] for check in checks.values()] == [False, False, False]


def test_a_site_is_ready_with_a_worker_that_showed_life_within_a_minute(site: Flask) -> None:
    client = site.test_client()
    status, checks = _checks(client)
    assert status == 503
    assert checks["database"] == {"ok": True}
    assert checks["migrations"] == {"ok": True, "revision": bootstrap.head()}
    assert checks["worker"]["problem"].endswith("for 60 seconds, nor any before")
    _shows_life(database.of(site).engine(), 61)
    status, checks = _checks(client)
    assert status == 503
    assert checks["worker"]["problem"].endswith("the last sign is 61 seconds old")
    assert "start the worker" in checks["worker"]["mend"]
    _shows_life(database.of(site).engine(), 58)
    status, checks = _checks(client)
    assert (status, checks["worker"]["ok"], checks["worker"]["alive"]) == (200, True, 1)


def test_a_database_of_another_version_is_told_of(site: Flask, owner: sa.Engine) -> None:
    _shows_life(database.of(site).engine())
    with owner.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    status, checks = _checks(site.test_client())
    assert (status, checks["migrations"]["ok"], checks["worker"]["ok"]) == (503, False, True)
    assert "is at revision 9999, this program at" in checks["migrations"]["problem"]
    assert "newer program" in checks["migrations"]["mend"]


@pytest.mark.timeout(120)
def test_a_database_that_hangs_is_told_of_within_two_seconds(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", database_url=None, secret_key="-")  # noqa: S106
    app = create_app(settings)
    client, engine = app.test_client(), database.of(app).engine()
    _shows_life(engine)
    assert _checks(client)[0] == 200
    server = cluster.server_pid(settings.home)
    assert server is not None
    os.kill(server, signal.SIGSTOP)
    try:
        for _ in range(2):
            status, checks = _checks(client)
            assert (status, checks["database"]["ok"]) == (503, False)
        assert client.get("/healthz").status_code == 200
    finally:
        os.kill(server, signal.SIGCONT)
    poll(lambda: _checks(client)[0] == 200, 10, "it is ready again")
    engines.close_engine(engine)


def test_a_worker_health_command_tells_by_its_status(site: Flask) -> None:
    ask = site.test_cli_runner().invoke
    refused = ask(args=["worker", "health"])
    assert refused.exit_code == 1
    assert "no worker has shown life for 60 seconds, nor any before: start" in refused.output
    name = _shows_life(database.of(site).engine())
    good = ask(args=["worker", "health"])
    assert (good.exit_code, good.output[:7]) == (0, "1 alive")
    owner = bootstrap.engine_url(str(database.of(site).settings.database_url))
    with sa.create_engine(owner, poolclass=sa.NullPool).begin() as connection:
        elsewhere = worker.update().where(worker.c.name == name).values(host="elsewhere")
        connection.execute(elsewhere)
    assert ask(args=["worker", "health"]).exit_code == 1
    assert ask(args=["worker", "health", "--anywhere"]).exit_code == 0
