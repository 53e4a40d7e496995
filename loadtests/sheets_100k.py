"""Tells how long a fund of 100,000 events takes as CSV and XLSX, out and in, and how much memory.

Run it as `.venv/bin/python loadtests/sheets_100k.py [EVENTS]`; it works in a database of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

FLASK = Path(sys.executable).with_name("flask")
SECONDS, MEGABYTES = 60, 500


@dataclass(frozen=True, slots=True)
class Use:
    """What a command used, the database's processes apart."""

    seconds: float
    processor: float  # seconds of it; the rest is the database, and others on the machine
    megabytes: int  # the most that it held

    def __str__(self) -> str:
        """Say it on one line."""
        return f"{self.seconds:5.1f} s, {self.processor:.1f} s of processor, {self.megabytes} MB"


def run(*words: str) -> Use:
    """Run a command of Asof and see what it uses."""
    return watch(str(FLASK), "--app", "app", *words, stdout=subprocess.DEVNULL)


def watch(*words: str, stdout: int | None = None) -> Use:
    """Run a program and see what it uses."""
    start = time.monotonic()
    child = subprocess.Popen(words, stdout=stdout)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{' '.join(words)} ended with {os.waitstatus_to_exitcode(status)}")
    processor = usage.ru_utime + usage.ru_stime
    return Use(time.monotonic() - start, processor, usage.ru_maxrss // 1024)


def measure(events: str, folder: Path) -> bool:
    """Print each figure; tell whether all imports stay within what is promised."""
    sound = True
    run("user", "create", "trial@example.com", "--name", "Trial", "--admin")
    run("demo", "load", "--events", events, "--name", "The source")
    for ending in ("csv", "xlsx"):
        file = folder / f"events.{ending}"
        out = run("fund", "export", "The source", str(file))
        size = file.stat().st_size / 2**20
        print(f"{ending} out: {out}, {size:.1f} MB on disk", flush=True)
        use = run("fund", "import", str(file), "--name", f"From {ending}")
        print(f"{ending} in:  {use}", flush=True)
        steps = watch(sys.executable, "-m", "loadtests.import_by_worker", str(file))
        print(f"{ending} by the worker, both steps: {steps}", flush=True)
        sound = sound and all(
            each.seconds < SECONDS and each.megabytes < MEGABYTES for each in (use, steps)
        )
    return sound


def main() -> int:
    """Measure in a database of its own; 0 where all imports stay within what is promised."""
    [events] = sys.argv[1:] or ["100000"]
    with tempfile.TemporaryDirectory(prefix="asof-sheets-") as home:
        Path(home).chmod(0o711)  # PostgreSQL runs as another account where this runs as root
        os.environ["ASOF_HOME"] = home
        return 0 if measure(events, Path(home)) else 1


if __name__ == "__main__":
    sys.exit(main())
