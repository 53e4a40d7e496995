"""The site comes up, goes down and comes back on the same data, whatever is killed."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import sys
import urllib.error
import urllib.request
from pathlib import Path
from uuid import uuid4

import pytest

from app.config import Settings
from app.domain.accounts.token_scopes import Scope
from app.services import demo
from app.services.jobs import jobs
from app.store import funds
from app.store.accounts import tokens
from app.store.database import engines
from app.store.log.tables import ledger_head
from app.store.tables import fund
from tests.machine import patience
from tests.people import somebody
from tests.running_site import (
    Site,
    assert_nothing_left,
    kill,
    page_after_sign_in,
    poll,
    processes,
    running,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

_NAME = "A fund that must not get lost"
_TOKEN = "asof_for_these_tests"  # noqa: S105 - of a site that nobody else sees


def _funds(address: str) -> str:
    token = {"Authorization": f"Bearer {_TOKEN}"}
    asked = urllib.request.Request(f"{address}api/funds", headers=token)
    with urllib.request.urlopen(asked, timeout=5) as answer:
        return str(answer.read().decode())


def _serves(address: str) -> bool:
    """Return whether the fund can be read, through the web server and from the database."""
    try:
        return _NAME in _funds(address)
    except (urllib.error.URLError, http.client.HTTPException, OSError):
        return False


def _works(home: Path) -> bool:
    """Return whether a worker looks at a job that is asked for, though none knows its kind."""
    engine = engines.open_engine(Settings(home=home, database_url=None, secret_key="-"))  # noqa: S106
    try:
        with engine.begin() as connection:
            fund_id = funds.find_by_name(connection, _NAME).id
            job = jobs.request(connection, fund_id, "conjure", {}, requested_by="gp")
        poll(lambda: jobs.find_job(engine, fund_id, job.id).attempts, 10, "a worker looked at it")
    finally:
        engines.close_engine(engine)
    return True


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with a fund in it."""
    home = tmp_path_factory.mktemp("site") / "home"
    engine = engines.open_engine(Settings(home=home, database_url=None, secret_key="-"))  # noqa: S106
    fund_id = uuid4()
    with engine.begin() as connection:
        connection.execute(fund.insert().values(id=fund_id, name=_NAME, name_key=_NAME.casefold()))
        connection.execute(ledger_head.insert().values(fund_id=fund_id))
    keeper = somebody(engine, admin=True)
    with engine.begin() as connection:
        tokens.add(connection, keeper.id, "tests", _TOKEN, scope=Scope.ALL, days=1, fund_ids=None)
    engines.close_engine(engine)
    assert_nothing_left(home, within=5)  # what a test waits for must be its own site's
    return home


@pytest.mark.timeout(120)
def test_ctrl_c_ten_times_in_a_row_leaves_nothing_behind_and_loses_nothing(home: Path) -> None:
    for _ in range(10):
        with running(home) as site:
            assert _serves(site.address()), site.output.read_text()
            site.await_workers()
            assert site.stop() < patience(2)
            assert_nothing_left(home, within=0.1)


@pytest.mark.timeout(60)
def test_ctrl_c_while_it_is_still_starting_leaves_nothing_behind(home: Path) -> None:
    for mark in ("keeper.py", "app.runtime.web_server", "tasks.worker"):
        with running(home) as site:
            site.await_process(mark)
            site.stop()
            assert_nothing_left(home, within=2)


@pytest.mark.timeout(120)
def test_it_goes_on_when_any_of_its_processes_is_killed(home: Path) -> None:
    with running(home) as site:
        address = site.address()
        site.await_workers()
        for pattern, newest in [
            (r"app\.runtime\.web_server", True),  # a worker of the web server's
            (r"app\.runtime\.web_server", False),  # its main process
            (r"tasks\.worker", True),  # a process of the worker's
            (r"tasks\.worker", False),  # its main process
            (r"^\S+/postgres -D", False),  # the postmaster
            (r"keeper\.py", False),
            (r"^\S+/postgres -D", False),  # the postmaster, with no keeper to start it again
        ]:
            victim = site.find(pattern, newest=newest)
            kill(home, victim)
            poll(lambda: _serves(address), 15, f"the site is back: {processes(home)}")
            assert _works(home)
            site.await_workers()
        assert site.find(r"keeper\.py"), "the supervisor sees to it that the server is kept"
        site.stop()
        assert_nothing_left(home, within=0.5)


@pytest.mark.timeout(60)
def test_nothing_is_left_when_the_supervisor_is_killed_and_it_starts_again(home: Path) -> None:
    with running(home) as site:
        assert _serves(site.address())
        site.await_workers()
        site.process.kill()
        site.process.wait()
        assert_nothing_left(home, within=5)
    with running(home) as site:
        assert _serves(site.address())
        site.stop()
    assert_nothing_left(home, within=0.5)


@pytest.mark.timeout(60)
def test_nothing_is_left_when_all_are_killed_but_the_database(home: Path) -> None:
    with running(home) as site:
        site.address()
        for pid, text in processes(home).items():
            if re.search(r"flask|app\.runtime\.web_server|tasks\.worker", text):
                os.kill(pid, signal.SIGKILL)
        site.process.wait()
        assert_nothing_left(home, within=5)


@pytest.mark.timeout(60)
def test_the_first_start_brings_the_demo_fund_and_no_later_one_does(tmp_path: Path) -> None:
    for _ in range(2):
        with running(tmp_path / "home", demo=True) as site:
            address = site.address()
            told = site.output.read_text()
            [password] = re.findall(r"Sign in with the password (\S+) as", told)
            emails = re.findall(r"^  (\S+@example\.com) ", told, re.MULTILINE)
            assert len(emails) == 4
            for email in emails:
                assert page_after_sign_in(address, email, password).count(f">{demo.NAME}</a>") == 1
            site.stop()
    kept = tmp_path / "home" / "demo_password"
    assert (kept.read_text(), kept.stat().st_mode & 0o777) == (password, 0o600)


@pytest.mark.timeout(60)
def test_a_site_without_people_says_how_to_add_the_first(tmp_path: Path) -> None:
    with running(tmp_path / "home") as site:
        address = site.address()
        command = "flask --app app user create"
        assert command in site.output.read_text()
        with urllib.request.urlopen(f"{address}sign-in", timeout=5) as answer:
            assert command in answer.read().decode()


def test_a_port_in_use_is_named_with_the_way_out(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        site = Site(home, str(port))
        assert site.process.wait(20) == 1
    assert re.search(rf"Port {port} .*ASOF_PORT={port + 1}", site.output.read_text())
    assert_nothing_left(home, within=0.5)
