"""A running site for tests: `flask serve` on a home of its own, as a person starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from app.config import PROJECT

_Found = TypeVar("_Found")


def poll(wanted: Callable[[], _Found | None], within: float, what: str) -> _Found:
    deadline = time.monotonic() + within
    while not (found := wanted()):
        assert time.monotonic() < deadline, f"not within {within} s: {what}"
        time.sleep(0.02)
    return found


def processes(home: Path) -> dict[int, str]:
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


def assert_nothing_left(home: Path, within: float) -> None:
    poll(lambda: not processes(home), within, f"all gone of {processes(home)}")


def kill(home: Path, pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    poll(lambda: pid not in processes(home), 5, f"{pid} is gone")


class Site:
    """A running `flask serve` on a home of its own, with the demo fund only where it is wanted."""

    def __init__(self, home: Path, port: str = "0", *, demo: bool = False) -> None:
        self.home = home
        self.output = home.with_name("output")
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "app", "serve"],
                cwd=PROJECT,
                env={
                    **kept,
                    "ASOF_HOME": str(home),
                    "ASOF_PORT": port,
                    "ASOF_DEMO": "1" if demo else "0",
                },
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def address(self) -> str:
        def announced() -> re.Match[str] | None:
            assert self.process.poll() is None, self.output.read_text()
            return re.search(r"Asof is at (\S+)", self.output.read_text())

        return poll(announced, 30, "the address is printed")[1]

    def find(self, pattern: str, *, newest: bool = False) -> int:
        """Give the process whose command matches, the oldest or the newest of them."""
        running = processes(self.home)
        found = [pid for pid, text in running.items() if re.search(pattern, text)]
        assert found, f"no {pattern} in {running}"
        return max(found) if newest else min(found)

    def await_process(self, mark: str) -> None:
        poll(lambda: mark in str(processes(self.home)), 20, f"{mark} runs")

    def await_workers(self) -> None:
        """Wait for all of the worker: its main process, the scheduler and the two who do jobs."""

        def complete() -> bool:
            return sum("tasks.worker" in text for text in processes(self.home).values()) == 4

        poll(complete, 20, "the worker's four processes run")

    def stop(self) -> float:
        """Press Ctrl-C; give the seconds until the command ended, with status 0."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(10) == 0, self.output.read_text()
        return time.monotonic() - begun


@contextmanager
def running(home: Path, *, demo: bool = False) -> Iterator[Site]:
    site = Site(home, demo=demo)
    try:
        yield site
    finally:
        if site.process.poll() is None:
            site.process.terminate()
            site.process.wait(10)
