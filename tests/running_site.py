"""A running site for tests: `flask serve` on a home of its own, as a person starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_urlsafe
from types import MappingProxyType
from typing import TypeVar

import psutil

from app.config import PROJECT, Settings, kept_secret
from tests.machine import patience

_Found = TypeVar("_Found")
# Few people ask for what many do: trials are not about what one person may ask for.
_AS_MUCH_AS_IS_TRIED = {
    "ASOF_JOBS_PER_PERSON": "1000000",
    "ASOF_SNAPSHOTS_PER_DAY": "1000000",
    "ASOF_FUNDS_PER_DAY": "1000000",
}


def settings_of(home: Path) -> Settings:
    """Return the settings of a site on a home, with its own secret: it trusts what they seal."""
    secret = kept_secret(home / "secret_key", lambda: token_urlsafe(48))
    return Settings(home=home, database_url=None, secret_key=secret)


def poll(
    wanted: Callable[[], _Found | None],
    within: float,
    what: str,
    signs: Callable[[], object] | None = None,
) -> _Found:
    """Wait for what is wanted, as long as it may take here; each new sign of life begins anew."""
    seen, deadline = None, 0.0
    while not (found := wanted()):
        if (life := signs() if signs else 0) != seen:
            seen, deadline = life, time.monotonic() + patience(within)
        assert time.monotonic() < deadline, f"nothing happens for {within} s: {what}"
        time.sleep(0.02)
    return found


def processes(home: Path) -> dict[int, str]:
    """Return the commands of all processes whose command or environment names the home."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            if os.fsencode(home) in command + (folder / "environ").read_bytes():
                found[int(folder.name)] = command.replace(b"\0", b" ").decode()
        except OSError:
            continue  # gone, or someone else's
    return found


def _processor_seconds(pid: int) -> float:
    """Return how long a process has used a processor; 0 where it is gone."""
    try:
        used = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0
    return float(used.user + used.system)


def assert_nothing_left(home: Path, within: float) -> None:
    poll(lambda: not processes(home), within, f"all gone of {processes(home)}")


def kill(home: Path, pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    poll(lambda: pid not in processes(home), 5, f"{pid} is gone")


class Site:
    """A running `flask serve` on a home of its own, with the demo fund only where it is wanted.

    Another `command` may start it, in the folder of another checkout.
    """

    def __init__(
        self,
        home: Path,
        port: str = "0",
        *,
        demo: bool = False,
        command: Sequence[str] = (sys.executable, "-m", "flask", "--app", "app", "serve"),
        project: Path = PROJECT,
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.home = home
        self.output = home.with_name("output")
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=project,
                env={
                    **_AS_MUCH_AS_IS_TRIED,
                    **kept,
                    "ASOF_HOME": str(home),
                    "ASOF_PORT": port,
                    "ASOF_DEMO": "1" if demo else "0",
                    **settings,
                },
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches all of it, and nobody else
            )

    def address(self) -> str:
        def announced() -> re.Match[str] | None:
            assert self.process.poll() is None, self.output.read_text()
            return re.search(r"Asof is at (\S+)", self.output.read_text())

        return poll(announced, 30, "the address is printed", self._signs_of_life)[1]

    def _signs_of_life(self) -> tuple[int, set[int], int]:
        """Return what changes while it starts: what it tells, its processes, and how they work."""
        running = set(processes(self.home))
        return self.output.stat().st_size, running, int(sum(map(_processor_seconds, running)))

    def find(self, pattern: str, *, newest: bool = False) -> int:
        """Return the process whose command matches, the oldest or the newest of them."""
        running = processes(self.home)
        found = [pid for pid, text in running.items() if re.search(pattern, text)]
        assert found, f"no {pattern} in {running}"
        return max(found) if newest else min(found)

    def await_process(self, mark: str) -> None:
        poll(lambda: mark in str(processes(self.home)), 20, f"{mark} runs", self._signs_of_life)

    def await_workers(self) -> None:
        """Wait for all of the worker: its main process, the scheduler and the two who do jobs."""

        def complete() -> bool:
            return sum("tasks.worker" in text for text in processes(self.home).values()) == 4

        poll(complete, 20, "the worker's four processes run", self._signs_of_life)

    def interrupt(self) -> None:
        """Press Ctrl-C, which reaches all that the terminal runs, and wait until it has ended."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(10)

    def kill(self) -> None:
        """End what is left of it."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> float:
        """Press Ctrl-C; return the seconds until the command ended, with status 0."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(10) == 0, self.output.read_text()
        return time.monotonic() - begun


@contextmanager
def running(
    home: Path, *, demo: bool = False, settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Site]:
    site = Site(home, demo=demo, settings=settings)
    try:
        yield site
    finally:
        if site.process.poll() is None:
            site.process.terminate()
            site.process.wait(10)


def page_after_sign_in(address: str, email: str, password: str) -> str:
    """Sign in as a browser does, and return the page that one comes to: the list of funds."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    page = browser.open(f"{address}funds/", timeout=10).read().decode()
    [proof] = re.findall(r'name="csrf_token" value="([^"]+)"', page)
    form = {"csrf_token": proof, "email": email, "password": password}
    sent = urllib.parse.urlencode(form).encode()
    answer = browser.open(f"{address}sign-in?next=/funds/", sent, timeout=10)
    return str(answer.read().decode())
