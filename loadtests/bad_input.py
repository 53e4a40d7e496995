"""Tries every route with fields, queries, headers, bodies and files that no page of ours sends.

None may be answered with 500. Its database is that of the benchmarks.
"""

from __future__ import annotations

import logging
import random
import sys
import time
from argparse import Namespace
from collections import Counter
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine

from app import create_app, database
from app.config import Settings
from loadtests import report
from loadtests.ground import HOME, ground
from tests.bad_input import KINDS, Case, Stage, cases, rules

REQUESTS = {"field": 12_000, "query": 3_000, "header": 500, "body": 1_000, "file": 100}
_WIDTH = 6  # types of event, and steps of the wizard, of which each route that has them is tried


@dataclass(slots=True)
class Tally:
    """How the requests of one kind were answered."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    slowest: str = ""

    def note(self, case: Case, status: int, seconds: float) -> None:
        """Note an answer."""
        if seconds > max(self.seconds, default=0):
            self.slowest = f"{case.route} {case.what}"
        self.seconds.append(seconds)
        self.statuses[status] += 1
        if status == 500:
            self.broken.append(f"{case.path[:200]} {case.what}")


def main() -> int:
    """Run the trial; 0 where nothing was answered with 500."""
    parser = report.arguments(__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of the requests, such as 0.1")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--seed", type=int, default=15)
    parser.add_argument("--home", type=Path, default=HOME, help="where the database is kept")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with ground(given.home) as place:
        app = create_app(Settings(home=given.home, database_url=None, secret_key="-"))  # noqa: S106
        database.of(app).use(place.engine)
        tallies = trial(app, place.engine, given)
    rows = [_row(kind, tally) for kind, tally in tallies.items()]
    print(report.table(rows))
    broken = [each for tally in tallies.values() for each in tally.broken]
    print("\n".join(broken))
    print(f"written to {report.write(given.out, 'bad_input', {'kinds': rows, 'broken': broken})}")
    return 1 if broken else 0


def trial(app: Flask, engine: Engine, given: Namespace) -> dict[str, Tally]:
    """Send a share of the requests, as many to each route that takes any of a kind."""
    tallies, chance = {kind: Tally() for kind in given.kinds}, random.Random(given.seed)
    for kind, tally in tallies.items():
        routes, due = rules(app, kind), round(REQUESTS[kind] * given.share)
        for place, rule in enumerate(routes):
            most = ceil((due - len(tally.seconds)) / (len(routes) - place))
            stage = Stage(app, engine, width=_WIDTH)  # what was tried before took apart its own
            for case in cases(stage, rule, kind, chance, most):
                begun = time.perf_counter()
                status = stage.send(case)
                tally.note(case, status, time.perf_counter() - begun)
        count, broken = len(tally.seconds), tally.statuses[500]
        print(f"{kind}: {count:,} requests, {broken:,} answered with 500", flush=True)
    return tallies


def _row(kind: str, tally: Tally) -> dict[str, Any]:
    by_class = Counter({status: count for status, count in tally.statuses.items() if status != 500})
    return {
        "kind": kind,
        "requests": len(tally.seconds),
        "taken": sum(count for status, count in by_class.items() if status < 400),
        "refused": sum(count for status, count in by_class.items() if status >= 400),
        "500": tally.statuses[500],
        "slowest s": max(tally.seconds, default=0.0),
        "which": tally.slowest[:80],
    }


if __name__ == "__main__":
    sys.exit(main())
