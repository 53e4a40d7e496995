"""Run the embedded PostgreSQL while anyone holds a lease on it (a script of the standard library).

Started in the background by `app.store.embedded.cluster` as `keeper.py LEASE LOCK LOG COMMAND…`. It
holds LOCK for as long as it lives, starts COMMAND again when it crashes or is stuck, and stops it
when no one is left, even where the last user was killed before it could.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

_LOOK_EVERY = 1.0  # seconds between two looks at whether anyone is left
_QUICK = 5.0  # a server that lived shorter than this did not start well
_TRIES = 12
_PAUSE = 0.5  # seconds before a new try: the last of a killed server's processes must go first
_STUCK_FOR = 5.0  # seconds for which it is seen to be stuck before it is ended
_STUCK = 1  # its exit status then, whatever it says itself


def _get(file: IO[bytes], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _get_soon(lock: IO[bytes]) -> bool:
    """Get the lock although others may be looking at it for a moment, to see if it is held."""
    deadline = time.monotonic() + _PAUSE
    while not (held := _get(lock, fcntl.LOCK_EX)) and time.monotonic() < deadline:
        time.sleep(0.01)
    return held


def _serve(lease: IO[bytes], log: IO[bytes], command: list[str]) -> int:
    """Run the server once; return its exit status, 0 where it was asked to stop."""
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)  # noqa: S603 (the command of app.store.cluster)
    well_at = time.monotonic()
    while True:
        try:
            return server.wait(_LOOK_EVERY)
        except subprocess.TimeoutExpired:
            if _get(lease, fcntl.LOCK_EX):
                server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
                return server.wait()
        if not is_stuck(server.pid):
            well_at = time.monotonic()
        elif time.monotonic() - well_at > _STUCK_FOR:
            server.send_signal(signal.SIGQUIT)  # at once: its log brings all back
            server.wait()
            return _STUCK


def is_stuck(pid: int) -> bool:
    """Return whether a server neither runs nor recovers, and refuses everybody for ever.

    So PostgreSQL 18 stays where its recovery after a crash finds no room on the disk: the process
    that recovers ends, and the server takes no notice. Told by its processes, as Linux lists them.
    """
    titles = list(_titles(pid))
    told = any("background writer" in title for title in titles)
    return told and not any("walwriter" in title or "startup" in title for title in titles)


def _titles(pid: int) -> Iterator[str]:
    """Name the processes of a server; none where the system does not list them."""
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            with suppress(OSError):  # it is gone
                yield Path(f"/proc/{child}/cmdline").read_text(errors="replace")


def _keep(lease: IO[bytes], log: IO[bytes], command: list[str]) -> None:
    tries = 0
    while tries < _TRIES:
        begun = time.monotonic()
        # Only one who stops the server holds the lease exclusively: then it must not come back.
        if _serve(lease, log, command) == 0 or not _get(lease, fcntl.LOCK_SH):
            return
        fcntl.flock(lease, fcntl.LOCK_UN)
        tries = 1 if time.monotonic() - begun > _QUICK else tries + 1
        time.sleep(_PAUSE)


def main(lease_path: str, lock_path: str, log_path: str, *command: str) -> int:
    """Go into the background and keep the server; 0 at once, also where another keeper lives."""
    with (
        Path(lock_path).open("ab") as lock,
        Path(lease_path).open("ab") as lease,
        Path(log_path).open("ab") as log,
    ):
        if not _get_soon(lock) or os.fork():
            return 0
        os.setsid()
        for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # It leaves when its users have left, and they are the ones who are signalled.
            signal.signal(ignored, signal.SIG_IGN)
        _keep(lease, log, list(command))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
