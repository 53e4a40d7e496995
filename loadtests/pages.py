"""Benchmark 3: the part of a fund's page that follows the slider, over HTTP.

Requests a second and how long they take with 16 connections, each for a random day of ten years,
beside a bare page of sixty rows on the same server and by turns. It needs `wrk`, which Debian has.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Engine

from loadtests import report
from loadtests.ground import HOME, LongLog, ground, long_log
from loadtests.site import AGENT, serving, sign_in

CONNECTIONS = 16
SIZES = (2_092, 100_000)  # the demo's story, and a busy fund
BARE = "a bare page of 60 rows"
Turn = tuple[float, float, int]  # requests a second, 95th percentile in milliseconds, failures
_SCRIPT = """
local first, days, path = {first}, {days}, "{path}"
wrk.headers["Cookie"], wrk.headers["User-Agent"] = "{cookie}", "{agent}"
wrk.headers["HX-Request"], wrk.headers["HX-Request-Type"] = "true", "partial"
function request()
  local day = os.date("!%Y-%m-%d", first + math.random(0, days) * 86400)
  return wrk.format("GET", path .. "?as_of=" .. day)
end
function done(summary, latency, requests)
  io.write(string.format("found %f %f %d\\n", summary.requests / (summary.duration / 1e6),
    latency:percentile(95) / 1000, summary.errors.status + summary.errors.timeout))
end
"""


def main() -> None:
    """Run the benchmark as the command line asks."""
    parser = report.arguments(__doc__)
    parser.add_argument("--seconds", type=int, default=10, help="of each turn")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--home", type=Path, default=HOME, help="where the database is kept")
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk makes the requests, and is not there: apt-get install wrk")
    with ground(given.home) as place:
        logs = [long_log(place.engine, size) for size in SIZES]
        turns: dict[str, list[Turn]] = {}
        for _ in range(given.turns):
            for name, turn in _turn(place.engine, given.home, logs, given.seconds):
                turns.setdefault(name, []).append(turn)
    rows = [_row(name, turns) for name in turns]
    print(report.table(rows))
    print(f"written to {report.write(given.out, 'pages', {'pages': rows})}")


def _turn(
    engine: Engine, home: Path, logs: list[LongLog], seconds: int
) -> Iterator[tuple[str, Turn]]:
    """Ask a server that has just started, so that no view was asked for before; then again."""
    with serving(home, "loadtests.bare_page:worker") as address:
        cookie = sign_in(engine, address)
        yield BARE, _ask(address, _script(logs[0], "/bare", cookie), seconds)
        for log in logs:
            script = _script(log, f"/funds/{log.fund_id}/", cookie)
            yield f"{log.events:,} events, from the start", _ask(address, script, seconds)
            _ask(address, script, 2 * seconds)
            yield f"{log.events:,} events, days seen before", _ask(address, script, seconds)


def _script(log: LongLog, path: str, cookie: str) -> str:
    seconds = (log.first_day.toordinal() - 719_163) * 86_400  # since 1970
    days = (log.last_day - log.first_day).days
    return _SCRIPT.format(first=seconds, days=days, path=path, cookie=cookie, agent=AGENT)


def _ask(address: str, script: str, seconds: int) -> Turn:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        done = subprocess.run(
            [
                str(shutil.which("wrk")),
                "-t1",
                f"-c{CONNECTIONS}",
                f"-d{seconds}s",
                "-s",
                file.name,
                address,
            ],
            check=True,
            capture_output=True,
            text=True,
        )
    found = re.search(r"found (\S+) (\S+) (\d+)", done.stdout)
    assert found is not None, done.stdout
    return float(found[1]), float(found[2]), int(found[3])


def _row(name: str, turns: dict[str, list[Turn]]) -> dict[str, Any]:
    rate, slow, _ = (median(column) for column in zip(*turns[name], strict=True))
    bare = median(rate for rate, _, _ in turns[BARE])
    return {
        "page": name,
        "requests a second": round(rate),
        "p95 ms": round(slow, 1),
        "failed": sum(failed for _, _, failed in turns[name]),
        "of the bare page": f"{rate / bare:.2f}",
    }


if __name__ == "__main__":
    main()
