"""Puts sites under load, one scenario after the other, and ends with 1 where a gate is missed."""

from __future__ import annotations

import os
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from app.config import PROJECT
from loadtests import report
from loadtests.gates.judging import Pick
from loadtests.gates.run import Found, Pace, run
from loadtests.gates.scenarios import SCENARIOS

_SHOWN = 10  # kinds of failures
_KEPT = 20  # runs


def main() -> int:
    """Run the scenarios that the command line asks for; 0 where every gate is met."""
    parser = report.arguments(__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=", ".join(SCENARIOS))
    parser.add_argument("--seconds", type=float, default=10, help="of each window")
    parser.add_argument("--windows", type=int, default=3, help="whose median is judged")
    best = "judge the best window, by what the machine can do: where others use it, too"
    parser.add_argument("--best", action="store_true", help=best)
    given = parser.parse_args()
    if unknown := set(given.scenarios) - SCENARIOS.keys():
        parser.error(f"there is no {', '.join(unknown)}: choose of {', '.join(SCENARIOS)}")
    pick: Pick = "best" if given.best else "median"
    pace = Pace(given.seconds, given.windows, pick)
    out: Path = given.out.absolute() / f"load-{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}"
    out.mkdir(parents=True)
    _leave_the_latest(out.parent)
    found = {name: _run(name, pace, out) for name in given.scenarios or SCENARIOS}
    for name, each in found.items():
        for verdict in each.verdicts:
            if not verdict.met:
                print(f"MISSED in {name}: {verdict.sentence}.")
    kept = os.path.relpath(out, PROJECT) if out.is_relative_to(PROJECT) else out
    print(f"Every request, window and gate as CSV, HTML and JSON: {kept}")
    return 0 if all(each.met for each in found.values()) else 1


def _leave_the_latest(folder: Path) -> None:
    """Remove what earlier runs left, but for the latest of them."""
    for earlier in sorted(folder.glob("load-*"))[:-_KEPT]:
        shutil.rmtree(earlier)


def _run(name: str, pace: Pace, out: Path) -> Found:
    began = time.monotonic()
    print(f"\n{name}: {SCENARIOS[name].told}", flush=True)
    found = run(SCENARIOS[name], pace, out)
    print(report.table(found.rows))
    for verdict in found.verdicts:
        if verdict.of not in {row["request"] for row in found.rows}:
            print(f"{'met' if verdict.met else 'MISSED'}: {verdict.sentence}")
    for failure, times in list(found.failures.items())[:_SHOWN]:
        print(f"{times} times: {failure}")
    seconds, load = time.monotonic() - began, os.getloadavg()[0]
    if found.slowness > 1:
        print(f"Work took {found.slowness} times as long as on a quiet machine: so may answers")
    print(
        f"{pace.pick} of the windows; {seconds:.0f} s; load of the machine {load:.1f}", flush=True
    )
    return found


if __name__ == "__main__":
    sys.exit(main())
