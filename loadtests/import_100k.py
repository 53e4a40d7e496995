"""Import a history of 100,000 events into a site while people read another fund of it."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Engine

from app.config import PROJECT, Settings
from app.services.funds import funds
from app.services.jobs import jobs
from app.services.snapshots.jobs import BUILD_MISSING
from app.services.verification import verify_log
from app.store.database import engines
from loadtests import report
from loadtests.api_client import ApiClient, UnansweredError
from loadtests.histories import write_history
from tests.people import admin_token
from tests.running_site import poll, running

_READERS, _THINK = 2, 0.05  # threads, and seconds between two reads of each
_FIRST_DAY, _DAYS = date(2015, 7, 1), 3800  # the demo fund's
_QUIET = 5.0  # seconds of reading before the import, to compare with
_SNAPSHOTS_WITHIN = 1800.0  # seconds; much longer than the aim, so that a slow one is measured
_MEGABYTE = 1024  # kilobytes
_AIMS = {"peak memory MB": 500, "seconds until snapshots": 60, "reads p95 ms": 100}


def main() -> int:
    """Run the trial; 0 where every aim is met."""
    parser = report.arguments(__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="asof-import-") as folder:
        Path(folder).chmod(0o711)  # the server's account must get to its home
        found = trial(Path(folder), given.events)
    met = all(found[name] < aim for name, aim in _AIMS.items())
    rows = [
        {"measured": name, "value": str(value), "aim": f"< {_AIMS[name]}" if name in _AIMS else ""}
        for name, value in found.items()
    ]
    print(report.table(rows))
    print(f"written to {report.write(given.out, 'import_100k', {**found, 'aims': _AIMS})}")
    return 0 if met and found["ledger"] == "whole" else 1


def trial(folder: Path, events: int) -> dict[str, Any]:
    """Import so many events into a site of its own; return what was measured."""
    history, home = folder / "history.csv", folder / "home"
    write_history(history, events)
    with running(home, demo=True) as site:
        address = site.address()
        engine = engines.open_engine(Settings(home=home, database_url=None, secret_key="-"))  # noqa: S106
        try:
            [other] = funds.all_funds(engine)
            readers = _Readers(address, other.id, admin_token(engine))
            time.sleep(_QUIET)
            before = len(readers.latencies)
            imported = _import(history, home)
            ended = time.time()
            during = readers.latencies[before:]
            ready = _await_snapshots(engine, imported.fund) - ended
            readers.stop()
            return {
                "load of the machine": os.getloadavg()[0],
                "events": verify_log.verify(engine, imported.fund).events,
                "ledger": "broken" if verify_log.verify(engine, imported.fund).broken else "whole",
                "import seconds": round(imported.seconds, 1),
                "peak memory MB": imported.peak_megabytes,
                "progress lines": len(imported.progress),
                "seconds until snapshots": round(max(ready, 0.0), 1),
                **_latencies("reads before", readers.latencies[:before]),
                **_latencies("reads", during),
                **_latencies("reads after", readers.latencies[before + len(during) :]),
                "reads refused or unanswered": readers.failures,
            }
        finally:
            engines.close_engine(engine)
            site.stop()


class _Imported(NamedTuple):
    fund: UUID
    seconds: float
    peak_megabytes: int
    progress: list[str]


def _import(history: Path, home: Path) -> _Imported:
    """Run the command as a person does, and watch what it tells and takes."""
    words = ["fund", "import", str(history), "--name", "A long history"]
    began = time.monotonic()
    command = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", *words],
        cwd=PROJECT,
        env={**os.environ, "ASOF_HOME": str(home), "DATABASE_URL": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert command.stdout is not None
    assert command.stderr is not None
    progress = []
    for line in command.stderr:
        print(f"{time.monotonic() - began:6.1f} s  {line}", end="", flush=True)
        progress.append(line.strip())
    told = command.stdout.read()
    _, status, usage = os.wait4(command.pid, 0)
    command.returncode = os.waitstatus_to_exitcode(status)
    assert command.returncode == 0, (told, progress)
    fund = re.search(r"its id is (\S+)", told)
    assert fund is not None, told
    seconds = time.monotonic() - began
    return _Imported(UUID(fund[1]), seconds, usage.ru_maxrss // _MEGABYTE, progress)


def _await_snapshots(engine: Engine, fund: UUID) -> float:
    """Wait for the snapshots that the import made due; give when they were there."""

    def finished() -> float | None:
        [job] = jobs.listed(engine, fund, kind=BUILD_MISSING)
        return job.finished_at.timestamp() if job.finished_at else None

    return poll(finished, _SNAPSHOTS_WITHIN, "the snapshots are laid")


class _Readers:
    """Threads that read the states of a fund on random days until they are stopped."""

    def __init__(self, address: str, fund: UUID, token: str) -> None:
        self.latencies: list[float] = []  # milliseconds
        self.failures = 0
        self._address, self._fund, self._token = address, fund, token
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._read, args=(random.Random(seed),), daemon=True)
            for seed in range(_READERS)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End."""
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    def _read(self, chance: random.Random) -> None:
        with ApiClient(self._address, self._token) as client:
            while not self._stop.wait(_THINK):
                self._look(client, _FIRST_DAY + timedelta(days=chance.randrange(_DAYS)))

    def _look(self, client: ApiClient, day: date) -> None:
        began = time.perf_counter()
        try:
            status, _ = client.get(f"/api/funds/{self._fund}/state?at={day}")
        except UnansweredError as error:
            status = 0
            print(error)
        self.latencies.append((time.perf_counter() - began) * 1000)
        self.failures += status != 200


def _latencies(of: str, milliseconds: list[float]) -> dict[str, float]:
    return {
        f"{of} p50 ms": round(report.percentile(milliseconds, 0.5), 1),
        f"{of} p95 ms": round(report.percentile(milliseconds, 0.95), 1),
    }


if __name__ == "__main__":
    sys.exit(main())
