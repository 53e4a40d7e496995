"""The site comes up, goes down and comes back on the same data, whatever is killed."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.config import PROJECT, Settings
from app.store import sessions
from app.store.tables import fund, ledger_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

_Found = TypeVar("_Found")
_NAME = "A fund that must not get lost"


def _poll(wanted: Callable[[], _Found | None], within: float, what: str) -> _Found:
    deadline = time.monotonic() + within
    while not (found := wanted()):
        assert time.monotonic() < deadline, f"not within {within} s: {what}"
        time.sleep(0.02)
    return found


def _processes(home: Path) -> dict[int, str]:
    """Give the commands of all processes whose command or environment names the home."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            if os.fsencode(home) in command + (folder / "environ").read_bytes():
                found[int(folder.name)] = command.replace(b"\0", b" ").decode()
        except OSError:
            continue  # gone, or someone else's
    return found


def _assert_nothing_left(home: Path, within: float) -> None:
    _poll(lambda: not _processes(home), within, f"all gone of {_processes(home)}")


def _kill(home: Path, pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    _poll(lambda: pid not in _processes(home), 5, f"{pid} is gone")


class _Site:
    """A running `flask serve` on a home of its own."""

    def __init__(self, home: Path, port: str = "0") -> None:
        self.home = home
        self.output = home.with_name("output")
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "app", "serve"],
                cwd=PROJECT,
                env={**kept, "ASOF_HOME": str(home), "ASOF_PORT": port},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def address(self) -> str:
        def announced() -> re.Match[str] | None:
            assert self.process.poll() is None, self.output.read_text()
            return re.search(r"Asof is at (\S+)", self.output.read_text())

        return _poll(announced, 30, "the address is printed")[1]

    def serves(self, address: str) -> bool:
        """Say whether the fund can be read, through the web server and from the database."""
        try:
            with urllib.request.urlopen(f"{address}api/funds", timeout=5) as answer:
                return _NAME in answer.read().decode()
        except (urllib.error.URLError, OSError):
            return False

    def find(self, pattern: str, *, newest: bool = False) -> int:
        """Give the process whose command matches, the oldest or the newest of them."""
        running = _processes(self.home)
        found = [pid for pid, text in running.items() if re.search(pattern, text)]
        assert found, f"no {pattern} in {running}"
        return max(found) if newest else min(found)

    def await_process(self, mark: str) -> None:
        _poll(lambda: mark in str(_processes(self.home)), 20, f"{mark} runs")

    def stop(self) -> float:
        """Press Ctrl-C; give the seconds until the command ended, with status 0."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(10) == 0, self.output.read_text()
        return time.monotonic() - begun


@contextmanager
def _running(home: Path) -> Iterator[_Site]:
    site = _Site(home)
    try:
        yield site
    finally:
        if site.process.poll() is None:
            site.process.terminate()
            site.process.wait(10)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home with a fund in it."""
    home = tmp_path_factory.mktemp("site") / "home"
    engine = sessions.open_engine(Settings(home=home, database_url=None, secret_key="-"))  # noqa: S106
    fund_id = uuid4()
    with engine.begin() as connection:
        connection.execute(fund.insert().values(id=fund_id, name=_NAME, name_key=_NAME.casefold()))
        connection.execute(
            ledger_head.insert().values(
                fund_id=fund_id, sequence=0, recorded_at=sa.func.now(), chain_hash=b""
            )
        )
    sessions.close_engine(engine)
    return home


@pytest.mark.timeout(120)
def test_ctrl_c_ten_times_in_a_row_leaves_nothing_behind_and_loses_nothing(home: Path) -> None:
    for _ in range(10):
        with _running(home) as site:
            assert site.serves(site.address()), site.output.read_text()
            assert site.stop() < 2
            _assert_nothing_left(home, within=0.1)


@pytest.mark.timeout(60)
def test_ctrl_c_while_it_is_still_starting_leaves_nothing_behind(home: Path) -> None:
    for mark in ("keeper.py", "app.web_server"):
        with _running(home) as site:
            site.await_process(mark)
            site.stop()
            _assert_nothing_left(home, within=2)


@pytest.mark.timeout(120)
def test_it_goes_on_when_any_of_its_processes_is_killed(home: Path) -> None:
    with _running(home) as site:
        address = site.address()
        for pattern, newest in [
            (r"app\.web_server", True),  # a worker of granian's
            (r"app\.web_server", False),  # granian's main process
            (r"^\S+/postgres -D", False),  # the postmaster
            (r"keeper\.py", False),
            (r"^\S+/postgres -D", False),  # the postmaster, with no keeper to start it again
        ]:
            victim = site.find(pattern, newest=newest)
            _kill(home, victim)
            _poll(lambda: site.serves(address), 15, f"the site is back: {_processes(home)}")
        assert site.find(r"keeper\.py"), "the supervisor sees to it that the server is kept"
        site.stop()
        _assert_nothing_left(home, within=0.5)


@pytest.mark.timeout(60)
def test_nothing_is_left_when_the_supervisor_is_killed_and_it_starts_again(home: Path) -> None:
    with _running(home) as site:
        assert site.serves(site.address())
        site.process.kill()
        site.process.wait()
        _assert_nothing_left(home, within=5)
    with _running(home) as site:
        assert site.serves(site.address())
        site.stop()
    _assert_nothing_left(home, within=0.5)


@pytest.mark.timeout(60)
def test_nothing_is_left_when_all_are_killed_but_the_database(home: Path) -> None:
    with _running(home) as site:
        site.address()
        for pid, text in _processes(home).items():
            if "flask" in text or "app.web_server" in text:
                os.kill(pid, signal.SIGKILL)
        site.process.wait()
        _assert_nothing_left(home, within=5)


def test_a_port_in_use_is_named_with_the_way_out(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        site = _Site(home, str(port))
        assert site.process.wait(20) == 1
    assert re.search(rf"Port {port} .*ASOF_PORT={port + 1}", site.output.read_text())
    _assert_nothing_left(home, within=0.5)
