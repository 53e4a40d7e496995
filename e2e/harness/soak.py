"""Runs the browser suite many times over, and tells which tests cannot be relied on."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from app.config import PROJECT
from e2e.harness.evidence import make_empty
from e2e.harness.soak_history import History, Record

_HISTORY = Path(__file__).with_name("soak-history.json")
# By which some of the tests are chosen, or a run ends before its time.
_CHOOSING = ("-k", "-m", "-x", "--deselect", "--lf", "--last-failed", "--maxfail")
_RESULTS = Path("test-results")
_SLOWEST = 10


class NoFiguresError(Exception):
    """A run that ended before it could tell its figures, with what it printed."""


def run_once(number: int, arguments: Iterable[str]) -> Record:
    """Run the suite once, and return its figures. Raises NoFiguresError."""
    with tempfile.TemporaryDirectory() as folder:
        figures, results = Path(folder) / "tally.json", _RESULTS / f"soak-{number}"
        command = [sys.executable, "-m", "pytest", "-q", "--tally", str(figures)]
        done = subprocess.run(
            [*command, "--results", str(results), *arguments],
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode > 1 or not figures.exists():
            raise NoFiguresError(done.stdout)
        run: Record = json.loads(figures.read_text())
    if not run["failed"]:
        shutil.rmtree(results, ignore_errors=True)
    return run


def commit() -> str:
    """Name the commit that is run, marked where it was changed; empty without git.

    That the history has grown is no change: each soak leaves it so.
    """
    history = _HISTORY.relative_to(PROJECT)
    changed = _git("status", "--porcelain", "--", ":/", f":(exclude,top){history}")
    return _git("rev-parse", "--short", "HEAD") + ("-dirty" if changed else "")


def _git(*words: str) -> str:
    try:
        command = ["git", "-C", str(PROJECT), *words]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    except FileNotFoundError:
        return ""
    return done.stdout.strip()


def kept_of(run: Record, commit: str) -> Record:
    """Return what the history keeps of a run: small, whatever the number of tests."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit,
        **{name: run[name] for name in ("passed", "failed", "reruns", "tagged", "seconds")},
    }


def summary(runs: list[Record]) -> Iterator[str]:
    """Tell of each test that failed or was tried again, and of the slowest."""
    names = {name for run in runs for name in (*run["failed"], *run["reruns"])}
    slowest: dict[str, float] = {}
    for run in runs:
        for name, seconds in run["durations"].items():
            slowest[name] = max(slowest.get(name, 0), seconds)
    yield f"{len(runs)} runs, {len(names)} tests failed or were tried again"
    if names:
        yield "failures  reruns  slowest"
    for name in sorted(names):
        failures = sum(name in run["failed"] for run in runs)
        reruns = sum(run["reruns"].get(name, 0) for run in runs)
        yield f"{failures:>8}  {reruns:>6}  {slowest.get(name, 0):>5.1f} s  {name}"
    yield "the slowest:"
    for name in sorted(slowest, key=lambda each: -slowest[each])[:_SLOWEST]:
        yield f"{slowest[name]:>5.1f} s  {name}"


def soak(times: int, history: History, arguments: list[str]) -> Iterator[Record]:
    """Run the suite so many times, telling the figures of each run; those of the whole are kept."""
    what, whole = commit(), not any(each.startswith(_CHOOSING) for each in arguments)
    make_empty(_RESULTS)
    for number in range(1, times + 1):
        run = run_once(number, arguments)
        if whole:
            history.append(kept_of(run, what))
        counts = f"{run['passed']} passed, {len(run['failed'])} failed"
        reruns = sum(run["reruns"].values())
        print(f"run {number} of {times}: {counts}, {reruns} reruns, {run['seconds']:.0f} s",
              *run["faults"], sep="\n", flush=True)  # fmt: skip
        yield run


def main() -> int:
    """Read how often and how; give 1 if any run failed, for a test or for its tags."""
    parser = argparse.ArgumentParser(prog="e2e.harness.soak", description=__doc__)
    parser.add_argument("times", type=int, help="how many times to run")
    parser.add_argument("--history", type=Path, default=_HISTORY)
    asked, arguments = parser.parse_known_args()
    runs: list[Record] = []
    try:
        runs.extend(soak(asked.times, History(asked.history), arguments))
    except NoFiguresError as error:
        print(error)
        return 2
    finally:
        if runs:
            print("\n".join(summary(runs)))
    return int(any(run["failed"] or run["faults"] for run in runs))


if __name__ == "__main__":
    sys.exit(main())
