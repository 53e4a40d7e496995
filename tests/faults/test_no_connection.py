"""Where no connection is to be had, a request is told so soon, and the site recovers."""

from __future__ import annotations

import contextlib
import html
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app import create_app
from app.config import Settings
from app.services.jobs import jobs
from app.store.database import engines
from app.store.embedded import cluster
from tests.faults.server import (
    Server,
    ask_for_snapshot,
    assert_out,
    assert_page_out,
    record,
    site_on,
)
from tests.ledgers import new_fund
from tests.people import signed_in, somebody

_BUSY = "The database is busy"
_MOST = 12  # connections that the server takes in these tests
_SOON = 10.0  # seconds; the browser gives up after 15


@pytest.fixture
def own_engine(settings: Settings) -> Iterator[Engine]:
    """Return an engine whose pool is this test's alone."""
    engine = engines.open_engine(settings)
    yield engine
    engines.close_engine(engine)


@contextmanager
def _pool_in_use(engine: Engine) -> Iterator[None]:
    with ExitStack() as stack:
        for _ in range(20):  # 10 and as many that overflow
            stack.enter_context(engine.connect())
        yield


def test_a_pool_in_use_is_told_of_within_seconds_and_nothing_is_recorded(
    settings: Settings, own_engine: Engine
) -> None:
    fund = new_fund(own_engine)
    client = signed_in(site_on(settings, own_engine), somebody(own_engine, admin=True))
    with _pool_in_use(own_engine):
        begun = time.monotonic()
        answer = record(client, fund, "100", "a")
        assert time.monotonic() - begun < _SOON
        assert_out(answer, "busy", _BUSY)
        assert "Nothing of what you sent was recorded" in answer.text
    assert record(client, fund, "100", "a").status_code == 201


@pytest.fixture
def few_connections(lone: Server) -> Iterator[None]:
    with lone.owner() as owner:
        owner.execute(f"ALTER SYSTEM SET max_connections = {_MOST}")
    lone.restart()
    yield
    with lone.owner() as owner:
        owner.execute("ALTER SYSTEM RESET max_connections")


@contextmanager
def _every_connection_taken(lone: Server) -> Iterator[None]:
    """Connect until the server refuses, as a neighbour does who never closes anything."""
    lone.engine.dispose()
    with ExitStack() as taken:
        with contextlib.suppress(psycopg.OperationalError):
            while True:
                taken.enter_context(psycopg.connect(lone.url(cluster.APPLICATION)))
        yield


@pytest.mark.usefixtures("few_connections")
def test_a_server_without_connections_is_told_of_and_what_was_typed_is_kept(lone: Server) -> None:
    fund, client = new_fund(lone.engine), lone.client()
    assert client.get(f"/funds/{fund}/snapshots/").status_code == 200
    with _every_connection_taken(lone):
        assert_out(client.get(f"/api/funds/{fund}/state"), "busy", _BUSY)
        assert_page_out(client.get("/funds/"), _BUSY)
        from_script = ask_for_snapshot(client, fund, **{"HX-Request": "true"})
        assert_page_out(from_script, _BUSY)
        assert from_script.headers["HX-Retarget"] == "#alerts"  # the form stays as it is
        plain = ask_for_snapshot(client, fund)
        assert_page_out(plain, _BUSY)
        assert "typed with care" in plain.text
    assert _sent_once_more(client, fund, plain.text) == 303
    [job] = jobs.listed(lone.engine, fund)
    assert job.subject["description"] == "typed with care"


def _sent_once_more(client: FlaskClient, fund: object, page: str) -> int:
    """Press the button that the page offers."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    fields = {name: html.unescape(value) for name, value in hidden}
    return client.post(f"/funds/{fund}/snapshots/", data=fields).status_code


def test_a_database_that_is_nowhere_is_told_of_without_its_address(tmp_path: Path) -> None:
    nowhere = "postgresql://keeper:secret@127.0.0.1:1/asof"
    site = create_app(Settings(home=tmp_path, database_url=nowhere, secret_key="-"))  # noqa: S106
    program = {"Authorization": "Bearer asof_none"}
    answer = site.test_client().get("/api/funds", headers=program)
    assert_out(answer, "away", "The database does not answer")
    assert "127.0.0.1" not in answer.text
    assert "keeper" not in answer.text
