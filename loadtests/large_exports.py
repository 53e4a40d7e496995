"""Asks for a dozen large exports at the same moment, while others look at the site.

It tells how long the others wait, and how long it takes until every file is there. Run it as
`.venv/bin/python -m loadtests.large_exports [--events N] [--exports N]`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.config import PROJECT
from app.services.funds import funds
from app.store.database import engines
from app.store.log import stored_events
from loadtests import report
from tests.people import admin_token
from tests.running_site import running, settings_of

_PATIENCE = 600.0  # seconds for one answer
_EVERY = 0.1  # seconds between two looks
_NAME = "A long history"
_AIMS = {"healthz longest ms": 1000.0, "state longest ms": 5000.0}


@dataclass(frozen=True, slots=True)
class Site:
    """Where to ask, and with which token."""

    address: str
    token: str

    def get(self, path: str) -> tuple[int, str, int]:
        """Ask; return the status, where it leads, and how many bytes came."""
        asked = urllib.request.Request(self.address + path)
        asked.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(asked, timeout=_PATIENCE) as answer:
                return answer.status, answer.headers.get("Location", ""), len(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, "", len(error.read())


def main() -> int:
    """Run the trial; 0 where every aim is met."""
    parser = report.arguments(__doc__)
    parser.add_argument("--events", type=int, default=30_000)
    parser.add_argument("--exports", type=int, default=12)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="asof-exports-") as folder:
        Path(folder).chmod(0o711)  # the server's account must get to its home
        found = trial(Path(folder) / "home", given.events, given.exports)
    rows = [
        {"measured": name, "value": str(value), "aim": f"< {_AIMS[name]}" if name in _AIMS else ""}
        for name, value in found.items()
    ]
    print(report.table(rows))
    print(f"written to {report.write(given.out, 'large_exports', {**found, 'aims': _AIMS})}")
    return 0 if all(found[name] < aim for name, aim in _AIMS.items()) else 1


def trial(home: Path, events: int, exports: int) -> dict[str, Any]:
    """Export so many views of a fund of so many events from a site of its own."""
    with running(home) as running_site:
        address = running_site.address()
        engine = engines.open_engine(settings_of(home))
        try:
            site = Site(address, admin_token(engine))
            _load(home, events)
            [fund] = [each for each in funds.all_funds(engine) if each.name == _NAME]
            with engine.connect() as connection:
                head = stored_events.head_of(connection, fund.id).sequence
            return {"events": head, **_measured(site, f"/api/funds/{fund.id}", head, exports)}
        finally:
            engines.close_engine(engine)


def _load(home: Path, events: int) -> None:
    words = ["demo", "load", "--events", str(events), "--name", _NAME]
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *words],
        cwd=PROJECT,
        env={**os.environ, "ASOF_HOME": str(home), "DATABASE_URL": ""},
        stdout=subprocess.DEVNULL,
        check=True,
    )


def _measured(site: Site, fund: str, head: int, exports: int) -> dict[str, Any]:
    lookers = [_Looker(site, "/healthz"), _Looker(site, f"{fund}/state?at=2019-12-31")]
    time.sleep(3)
    before = [looker.begin() for looker in lookers]
    began = time.monotonic()
    with ThreadPoolExecutor(exports) as pool:
        views = [f"{fund}/export.xlsx?through={head - number}" for number in range(exports)]
        fetched = list(pool.map(lambda view: _fetched(site, view), views))
    seconds = time.monotonic() - began
    found: dict[str, Any] = {
        "first answers": " ".join(str(status) for status, _ in fetched),
        "bytes of a file": fetched[0][1],
        "seconds until all files": round(seconds, 1),
    }
    for looker, usual in zip(lookers, before, strict=True):
        waits = looker.stop()
        name = "healthz" if looker.path == "/healthz" else "state"
        found[f"{name} before p50 ms"] = round(report.percentile(usual, 0.5), 1)
        found[f"{name} p50 ms"] = round(report.percentile(waits, 0.5), 1)
        found[f"{name} p99 ms"] = round(report.percentile(waits, 0.99), 1)
        found[f"{name} longest ms"] = round(max(waits), 1)
        found[f"{name} answers"] = len(waits)
    print(found, flush=True)  # where the site does not stop in time, it is not lost
    return found


def _fetched(site: Site, view: str) -> tuple[int, int]:
    """Ask for a view until its file is there; return the first status, and the file's bytes."""
    first, where, size = site.get(view)
    status = first
    while status == 202:
        time.sleep(1)
        status, _, size = site.get(where)
    return (first if status == 200 else status), size


class _Looker:
    """A thread that asks for one address over and over."""

    def __init__(self, site: Site, path: str) -> None:
        self.path = path
        self._site, self._waits, self._ended = site, list[float](), threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def begin(self) -> list[float]:
        """Return the waits so far, and begin anew."""
        usual, self._waits = self._waits, []
        return usual

    def stop(self) -> list[float]:
        """End, and return the waits in milliseconds."""
        self._ended.set()
        self._thread.join(_PATIENCE)
        return self._waits

    def _look(self) -> None:
        while not self._ended.wait(_EVERY):
            began = time.perf_counter()
            status, _, _ = self._site.get(self.path)
            assert status == 200, (self.path, status)
            self._waits.append((time.perf_counter() - began) * 1000)


if __name__ == "__main__":
    sys.exit(main())
