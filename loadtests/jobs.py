"""Kill a worker process each second until a thousand jobs are done, each of which counts once.

Two workers, as on two machines, have two processes each for the jobs. Each second one of all their
processes dies by kill −9, or a whole worker; what it had in hand must be done by another, and its
effect, an event in the log, must be there once. Each tenth job fails at first, to be tried again.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Engine

from app.config import Settings
from app.runtime.child_process import Child
from app.services.jobs import jobs, runner
from app.store.database import engines
from app.store.jobs.tables import job
from app.store.log.tables import event
from loadtests import report
from loadtests.job_worker import KIND
from tests.ledgers import new_fund
from tests.running_site import poll, processes

_WORKERS, _FUNDS = 2, 10
_LEASE = 3  # seconds, for the 60 of the site; and swept each second, for the site's minute
_FAILS_EACH = 10
_WHOLE_EACH = 10  # of so many kills one is that of a whole worker
_PATIENCE = 300.0  # seconds for jobs to be done, besides a second for each
_EACH_CHILD = "/proc/{pid}/task/{pid}/children"


def main() -> int:
    """Run the trial; 0 where every job is done, and each has its effect once."""
    parser = report.arguments(__doc__)
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=0.1, help="that each job takes")
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="asof-jobs-") as folder:
        Path(folder).chmod(0o711)  # the server's account must get to its home
        found = trial(Path(folder) / "home", given.jobs, given.seconds, given.seed)
    print(report.table([{name: found[name] for name in _COLUMNS}]))
    print(f"written to {report.write(given.out, 'jobs', found)}")
    return 0 if found["sound"] else 1


_COLUMNS = (
    "asked", "done", "failed", "lost", "effects", "missing", "doubled", "kills", "lost leases",
    "retries", "seconds",
)  # fmt: skip


def trial(home: Path, count: int, seconds: float, seed: int) -> dict[str, Any]:
    """Have jobs done by workers that are killed, and return what came of them."""
    settings = Settings(home=home, database_url=None, secret_key="-")  # noqa: S106
    engine = engines.open_engine(settings)
    try:
        funds = [new_fund(engine) for _ in range(_FUNDS)]
        workers = _Workers(home, seed)
        asked = _ask(engine, funds, count, seconds)
        begun = time.monotonic()
        try:
            workers.start()
            _kill_until_done(engine, workers, begun + _PATIENCE + count)
            took = time.monotonic() - begun
        finally:
            workers.stop()
        return {"seed": seed, "lease s": _LEASE, "seconds": took, "kills": workers.kills} | _result(
            engine, funds, asked
        )
    finally:
        engines.close_engine(engine)


class _Workers:
    """Workers that are started again when they die, and the one who kills them."""

    def __init__(self, home: Path, seed: int) -> None:
        given = {"ASOF_HOME": str(home), "DATABASE_URL": "", "ASOF_LEASE_SECONDS": str(_LEASE)}
        command = [sys.executable, "-m", "loadtests.job_worker", str(os.getpid())]
        self._children = [
            Child(f"Worker {number}", command, {**os.environ, **given})
            for number in range(1, _WORKERS + 1)
        ]
        self._home, self._chance = home, random.Random(seed)
        self.kills = 0

    def start(self) -> None:
        """Start them, and wait until all processes are there."""
        self.tend()
        poll(lambda: len(self._processes()) == _WORKERS * 4, 30, "all worker processes run")

    def tend(self) -> None:
        """Start again what died."""
        for child in self._children:
            child.tend()

    def kill(self) -> None:
        """Kill one of their processes, and now and then a whole worker's main one."""
        mains = _children_of(os.getpid()) & self._processes()
        whole = self.kills % _WHOLE_EACH == _WHOLE_EACH - 1
        victims = mains if whole else {pid for main in mains for pid in _children_of(main)}
        if victims:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._chance.choice(sorted(victims)), signal.SIGKILL)
                self.kills += 1

    def stop(self) -> None:
        """Stop them all."""
        for child in self._children:
            child.ask_to_stop()
        for child in self._children:
            child.wait(5)
            child.sweep()

    def _processes(self) -> set[int]:
        return {pid for pid, text in processes(self._home).items() if "job_worker" in text}


def _ask(engine: Engine, funds: list[UUID], count: int, seconds: float) -> set[UUID]:
    """Ask for the jobs, each in a transaction of its own."""
    asked = set()
    for number in range(count):
        subject = {"seconds": seconds, "failures": int(number % _FAILS_EACH == 0)}
        with engine.begin() as connection:
            fund = funds[number % len(funds)]
            asked.add(jobs.request(connection, fund, KIND, subject, requested_by="trial").id)
    return asked


def _kill_until_done(engine: Engine, workers: _Workers, deadline: float) -> None:
    while time.monotonic() < deadline:
        second = time.monotonic() + 1
        while time.monotonic() < second:
            workers.tend()
            time.sleep(0.1)
        runner.sweep(engine, timedelta(seconds=_LEASE))
        with engine.connect() as connection:
            pending = job.c.status.in_(("queued", "running")) & (job.c.kind == KIND)
            if not connection.scalar(sa.select(sa.func.count()).where(pending)):
                return
        workers.kill()


def _result(engine: Engine, funds: list[UUID], asked: set[UUID]) -> dict[str, Any]:
    """Count what became of the jobs, and the events that they recorded."""
    reference = event.c.payload["reference"].astext
    with engine.connect() as connection:
        rows = connection.execute(sa.select(job).where(job.c.kind == KIND)).all()
        query = sa.select(reference).where(event.c.fund_id.in_(funds), reference.is_not(None))
        effects = Counter(map(UUID, connection.scalars(query)))
    statuses = Counter(row.status for row in rows if row.id in asked)
    found = {
        "asked": len(asked),
        "done": statuses["done"],
        "failed": statuses["failed"],
        "lost": len(asked) - statuses["done"] - statuses["failed"],
        "effects": effects.total(),
        "missing": len(asked - effects.keys()),
        "doubled": sum(number > 1 for number in effects.values()),
        "lost leases": sum(row.lost_leases for row in rows),
        "retries": sum(max(0, row.attempts - 1) for row in rows),
        "runs": sum(row.runs for row in rows),
    }
    sound = found["done"] == found["asked"] == found["effects"] == len(effects)
    return {"sound": sound and effects.keys() == asked, **found}


def _children_of(pid: int) -> set[int]:
    try:
        return set(map(int, Path(_EACH_CHILD.format(pid=pid)).read_text().split()))
    except OSError:
        return set()


if __name__ == "__main__":
    sys.exit(main())
