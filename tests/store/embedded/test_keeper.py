"""The keeper starts a server again that crashed, and one that is stuck."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.store.embedded import keeper
from tests.running_site import poll

# A process with children that are named like those of PostgreSQL. It notes each start, and how it
# was asked to end.
_SERVER = """
import signal, subprocess, sys
from pathlib import Path
notes, *titles = sys.argv[1:]
def note(text):
    with Path(notes).open("a") as file:
        file.write(text + "\\n")
children = [subprocess.Popen([title, "600"], executable="/bin/sleep") for title in titles]
def end(number, frame):
    note(signal.Signals(number).name)
    for child in children:
        child.kill()
        child.wait()
    sys.exit(0)
for number in (signal.SIGQUIT, signal.SIGINT):
    signal.signal(number, end)
note("started")
while True:
    signal.pause()
"""
WRITES, LOGS, RECOVERS = "postgres: background writer", "postgres: walwriter", "postgres: startup"
WORKER = "postgres: io worker 0"


@contextmanager
def _running(notes: Path, *titles: str) -> Iterator[subprocess.Popen[bytes]]:
    server = subprocess.Popen([sys.executable, "-c", _SERVER, str(notes), *titles])
    try:
        poll(notes.exists, 20, "the server runs")
        yield server
    finally:
        server.terminate() if not notes.exists() else server.send_signal(2)
        server.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists the children of a process")
@pytest.mark.parametrize(
    ("titles", "stuck"),
    [
        ((WRITES, WORKER), True),
        ((WRITES, WORKER, LOGS), False),  # it runs
        ((WRITES, WORKER, RECOVERS), False),
        ((WORKER,), False),  # it starts, or ends
        ((), False),
    ],
)
def test_a_server_is_stuck_that_neither_runs_nor_recovers(
    tmp_path: Path, titles: tuple[str, ...], *, stuck: bool
) -> None:
    with _running(tmp_path / "notes", *titles) as server:
        assert keeper.is_stuck(server.pid) is stuck


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists the children of a process")
def test_a_server_that_is_stuck_is_ended_and_started_again(tmp_path: Path) -> None:
    notes, lease = tmp_path / "notes", tmp_path / "lease"
    command = [sys.executable, "-c", _SERVER, str(notes), WRITES, WORKER]
    paths = [str(lease), str(tmp_path / "lock"), str(tmp_path / "log")]
    with lease.open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_SH)
        subprocess.run([sys.executable, keeper.__file__, *paths, *command], check=True)
        poll(lambda: _said(notes)[:3] == ["started", "SIGQUIT", "started"], 30, "a second start")
    poll(lambda: _said(notes)[-1] == "SIGINT", 20, "it ends when nobody uses it")


def _said(notes: Path) -> list[str]:
    return notes.read_text().split() if notes.exists() else [""]
