"""A PostgreSQL of a test's own, which it may stop, kill and starve, with a site on it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import URL, Engine
from werkzeug.test import TestResponse

from app import create_app, database
from app.config import Settings
from app.store.database import engines
from app.store.embedded import cluster, leases
from tests.people import signed_in, somebody
from tests.running_site import poll

FROM_HERE = {"Sec-Fetch-Site": "same-origin"}  # as browsers say of a form of the site's own


class Server:
    """The embedded server in a home, and an engine on it."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home, database_url=None, secret_key="-")  # noqa: S106
        self.engine: Engine = engines.open_engine(self.settings)
        self._apart = leases.Lease(home)

    def url(self, user: str = cluster.OWNER) -> str:
        address: URL = self._apart.url(user=user)
        return address.set(drivername="postgresql").render_as_string(hide_password=False)

    def owner(self) -> psycopg.Connection:
        """Connect as who may do everything."""
        return psycopg.connect(self.url(), autocommit=True)

    def stop(self, how: signal.Signals) -> None:
        """End the server, and return when it is gone."""
        pid = cluster.server_pid(self.settings.home)
        assert pid is not None
        os.kill(pid, how)
        poll(lambda: not Path(f"/proc/{pid}").exists(), 10, "the server is gone")

    def restart(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server, and wait until it is there again; whoever is connected notices."""
        self.stop(how)
        poll(self.answers, 20, "it answers again")

    def answers(self) -> bool:
        """Return whether the server answers, and see that it is started where it is not."""
        engines.tend(self.engine)
        try:
            self.owner().close()
        except psycopg.OperationalError:
            return False
        return True

    def site(self) -> Flask:
        """Make a site on this server."""
        return site_on(self.settings, self.engine)

    def client(self) -> FlaskClient:
        """Return a client of a site on this server, signed in as an administrator."""
        return signed_in(self.site(), somebody(self.engine, admin=True))

    def close(self) -> None:
        self._apart.close()
        engines.close_engine(self.engine)


@contextmanager
def server_in(home: Path) -> Iterator[Server]:
    server = Server(home)
    try:
        yield server
    finally:
        server.close()


def site_on(settings: Settings, engine: Engine) -> Flask:
    app = create_app(settings)
    database.of(app).use(engine)
    return app


def ask_for_snapshot(client: FlaskClient, fund: UUID, **headers: str) -> TestResponse:
    """Send a page's form as a browser without scripts does, unless headers say otherwise."""
    asked = {"as_of": "2012-03-31", "description": "typed with care", "key": "1"}
    return client.post(f"/funds/{fund}/snapshots/", data=asked, headers={**FROM_HERE, **headers})


def record(client: FlaskClient, fund: UUID, amount: str, key: str) -> TestResponse:
    """Record an event by the API."""
    event: dict[str, Any] = {
        "event_type": "CAPITAL_CALLED",
        "effective_on": "2010-01-15",
        "payload": {"amount": amount},
    }
    path = f"/api/funds/{fund}/events"
    return client.post(path, json=event, headers={"Idempotency-Key": key})


def assert_out(answer: TestResponse, way: str, title: str) -> None:
    """See that an answer of the API tells of an outage, and when to ask again."""
    assert answer.status_code == 503, answer.text
    assert answer.json is not None
    assert answer.json["type"] == f"urn:asof:problem:database-{way}"
    assert answer.json["title"] == title
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert "Traceback" not in answer.text


def assert_page_out(answer: TestResponse, title: str) -> None:
    """See that a page tells of an outage."""
    assert answer.status_code == 503, answer.text
    assert title in answer.text
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.headers["Cache-Control"] == "no-store"
