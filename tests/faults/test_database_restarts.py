"""The database stops, crashes and is killed under load: all that was acknowledged is there, once.

Meanwhile each request is answered, with 503 and when to come back, and soon it is served again.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from app.config import Settings
from app.store.database import engines
from app.store.embedded import cluster
from loadtests.proofs import prove_log
from tests.faults.browsing import Browsing
from tests.ledgers import new_fund
from tests.people import admin_token, somebody
from tests.running_site import Site, poll, running

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

_WAYS = {  # how the server ends
    "stopped, and whoever is connected is thrown out": signal.SIGINT,
    "told to drop everything": signal.SIGQUIT,
    "killed": signal.SIGKILL,
}
_EMAIL = "reader@example.com"
_BACK_WITHIN = 30.0  # seconds
_PAUSE = 0.02  # seconds between two requests of one client


@dataclass
class _Load:
    """Clients that record events and look at pages, and all that they were told."""

    address: str
    fund: UUID
    token: str
    acknowledged: dict[str, int] = field(default_factory=dict)
    out: list[str] = field(default_factory=list)  # answers that were 503, as they should be
    wrong: list[str] = field(default_factory=list)
    pages: int = 0  # that were shown
    stop: threading.Event = field(default_factory=threading.Event)

    def record(self) -> None:
        while not self.stop.wait(_PAUSE):
            key = str(uuid4())
            while (sequence := self._sent(key)) is None:
                self.stop.wait(_PAUSE)  # it is sent until it is acknowledged
            self.acknowledged[key] = sequence

    def look(self) -> None:
        browser = Browsing(self.address).sign_in(_EMAIL)
        while not self.stop.wait(_PAUSE):
            status, text, headers = browser.get(f"/funds/{self.fund}/")
            if status == 200:
                self.pages += 1
            else:
                self._judge(status, text, headers["Retry-After"], "The database does not answer")

    def goes_on(self, acknowledged: int, pages: int) -> bool:
        """Return whether more than a few were served since there were so many."""
        return len(self.acknowledged) > acknowledged + 5 and self.pages > pages + 2

    def _sent(self, key: str) -> int | None:
        event = {
            "event_type": "CAPITAL_CALLED",
            "effective_on": "2010-01-15",
            "payload": {"amount": "5", "reference": key},
        }
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        where = f"{self.address}api/funds/{self.fund}/events"
        asked = urllib.request.Request(where, json.dumps(event).encode(), headers)
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:
                return int(json.loads(answer.read())["first_sequence"])
        except urllib.error.HTTPError as error:
            with error:
                text = error.read().decode()
                self._judge(error.code, text, error.headers["Retry-After"], "database-away")
        return None

    def _judge(self, status: int, text: str, retry_after: str | None, words: str) -> None:
        clear = status == 503 and retry_after and words in text and "Traceback" not in text
        (self.out if clear else self.wrong).append(f"{status} {retry_after} {text}")


def _end(home: Path, how: signal.Signals) -> None:
    pid = cluster.server_pid(home)
    assert pid is not None
    os.kill(pid, how)
    poll(lambda: cluster.server_pid(home) not in {None, pid}, _BACK_WITHIN, "a new server runs")


def _under_load(site: Site, load: _Load) -> None:
    for way, how in _WAYS.items():
        told = len(load.out)
        _end(site.home, how)
        goes_on = partial(load.goes_on, len(load.acknowledged), load.pages)
        poll(goes_on, _BACK_WITHIN, f"events are recorded and pages shown again, once {way}")
        assert len(load.out) > told, f"nobody was told that the server was {way}"


@pytest.mark.timeout(180)
def test_what_was_acknowledged_outlives_each_end_of_the_database(tmp_path: Path) -> None:
    home = tmp_path / "home"
    engine = engines.open_engine(Settings(home=home, database_url=None, secret_key="-"))  # noqa: S106
    fund, token = new_fund(engine), admin_token(engine)
    somebody(engine, "Rae Reader", _EMAIL, admin=True)
    try:
        with running(home) as site:
            load = _Load(site.address(), fund, token)
            clients = [threading.Thread(target=load.record) for _ in range(3)]
            clients.append(threading.Thread(target=load.look))
            for client in clients:
                client.start()
            try:
                poll(lambda: len(load.acknowledged) > 5 and load.pages, 20, "there is load")
                _under_load(site, load)
            finally:
                load.stop.set()
                for client in clients:
                    client.join()
            site.stop()
        assert load.wrong == []
        proof = prove_log(engine, fund, load.acknowledged)
        assert (proof.lost, proof.doubled, proof.gaps, proof.broken) == (0, 0, 0, "")
    finally:
        engines.close_engine(engine)


@pytest.mark.timeout(180)
def test_a_site_whose_database_cannot_start_says_so_until_it_can(tmp_path: Path) -> None:
    home = tmp_path / "home"
    settings_file = home / "pgdata/postgresql.conf"
    away = settings_file.with_name("away")
    with running(home) as site:
        address = site.address()
        assert _asked(address) == 401  # with a token that is not good
        settings_file.rename(away)
        os.kill(site.find(r"^\S+/postgres -D"), signal.SIGKILL)
        poll(lambda: "PostgreSQL did not start" in site.output.read_text(), 60, "it is given up")
        assert _asked(address) == 503
        away.rename(settings_file)
        poll(lambda: _asked(address) == 401, 60, "it is back")
        site.stop()


def _asked(address: str) -> int:
    sent = {"Authorization": "Bearer asof_none"}
    try:
        urllib.request.urlopen(urllib.request.Request(f"{address}api/funds", headers=sent))
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    raise AssertionError("a token that is not good was taken")
