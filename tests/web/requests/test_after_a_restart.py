"""The first request after the database restarted is answered as if nothing had happened."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from app import create_app, database
from app.config import Settings
from app.services.jobs import jobs
from app.store.database import engines
from app.store.embedded import cluster
from tests.ledgers import called, new_fund
from tests.people import signed_in, somebody
from tests.running_site import poll

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


@pytest.fixture
def lone(tmp_path: Path) -> Settings:
    """Return settings that lead to a server of the test's own."""
    return Settings(home=tmp_path / "home", database_url=None, secret_key="-")  # noqa: S106


def _site(settings: Settings, engine: Engine) -> Flask:
    app = create_app(settings)
    database.of(app).use(engine)
    return app


@pytest.mark.timeout(120)
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["killed", "stopped"])
def test_a_snapshot_is_asked_for_by_the_first_request_after_a_restart(
    lone: Settings, how: signal.Signals
) -> None:
    engine = engines.open_engine(lone)
    try:
        fund = new_fund(engine, called("100"))
        client = signed_in(_site(lone, engine), somebody(engine, admin=True))
        assert client.get(f"/funds/{fund}/snapshots/").status_code == 200
        _restart(engine, lone, how)
        asked = {"as_of": "2012-03-31", "description": "first", "key": "1"}
        answer = client.post(f"/funds/{fund}/snapshots/", data=asked)
        assert answer.status_code == 303, answer.text
        [job] = jobs.listed(engine, fund)
        assert (job.status, job.subject["description"]) == ("queued", "first")
        # Sent again, as after an answer that got lost, it is the same request.
        client.post(f"/funds/{fund}/snapshots/", data=asked)
        assert jobs.listed(engine, fund) == [job]
    finally:
        engines.close_engine(engine)


def _restart(engine: Engine, settings: Settings, how: signal.Signals) -> None:
    """End the server as `how` does, and wait for the one that its keeper starts.

    No connection of the engine is used meanwhile: all that it has are to a server that is gone.
    """
    before = cluster.server_pid(settings.home)
    assert before is not None
    os.kill(before, how)
    poll(lambda: not Path(f"/proc/{before}").exists(), 10, "the server is gone")
    engines.tend(engine)
    poll(lambda: cluster.server_pid(settings.home) not in {None, before}, 20, "a new one runs")
    lease = engines._leases[engine]  # noqa: SLF001 (a way to it that is no pooled connection)
    apart = engines.application_engine(lease.url())
    poll(lambda: _answers(apart), 20, "it answers")
    apart.dispose()


def _answers(engine: Engine) -> bool:
    try:
        engine.connect().close()
    except OperationalError:
        return False
    return True
