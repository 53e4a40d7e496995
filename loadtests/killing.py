"""Kills parts of a running site as an empty machine or an angry administrator would: kill −9."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
from pathlib import Path

from tests.running_site import poll, processes

TARGETS = ("database", "web", "worker", "all")
_PATTERNS = {
    "database": r"^\S+/postgres -D",
    "web": r"app\.runtime\.web_server",
    "worker": r"tasks\.worker",
}
_COMPLETE = {"database": 1, "web": 3, "worker": 4}  # processes, but for those of connections
_APPEARS_WITHIN = 60.0  # seconds; it may be killed while it is still coming back


def kill(home: Path, target: str, chance: random.Random) -> tuple[str, set[int]]:
    """Kill a part of the site, or all three at once; say what was killed, and which processes."""
    if target == "all":
        victims = [pid for part in _PATTERNS for pid in _everything(home, part)]
        what = "database, web server and worker at once"
    elif target == "database":
        postmaster, *others = _everything(home, target)
        whole = chance.random() < 0.5
        victims = [postmaster, *others] if whole else [postmaster]
        what = "the server and all its processes" if whole else "the server's main process"
    else:
        parent, *children = sorted(_of(home, target))
        main = not children or chance.random() < 0.5
        victims = [parent if main else chance.choice(children)]
        what = "its main process" if main else "one of its processes"
    for pid in victims:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return what, set(victims)


def is_whole(home: Path, without: set[int]) -> bool:
    """Return whether all parts run again, none of them in a process that was killed."""
    running = processes(home)
    counts = {
        part: sum(bool(re.search(pattern, text)) for text in running.values())
        for part, pattern in _PATTERNS.items()
    }
    return counts == _COMPLETE and not running.keys() & without


def _of(home: Path, part: str) -> list[int]:
    def running() -> list[int]:
        return [pid for pid, text in processes(home).items() if re.search(_PATTERNS[part], text)]

    return poll(running, _APPEARS_WITHIN, f"the {part} runs")


def _everything(home: Path, part: str) -> list[int]:
    """Return the processes of a part, those that the main process of the database made included."""
    found = sorted(_of(home, part))
    if part != "database":
        return found
    postmaster = found[0]
    with contextlib.suppress(OSError):
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        found += map(int, children)
    return found
