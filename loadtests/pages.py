"""Benchmark 3: the part of a fund's page that follows the slider, over HTTP.

Requests a second and how long they take with 16 connections, each for a random day of ten years,
beside a bare page of sixty rows on the same server and by turns. It needs `wrk`, which Debian has.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from statistics import median
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from sqlalchemy import Engine
from uuid_utils.compat import uuid7

from app.config import PROJECT
from app.services.accounts import passwords
from app.store.accounts import people
from loadtests import report
from loadtests.ground import HOME, LongLog, ground, long_log

CONNECTIONS = 16
SIZES = (2_092, 100_000)  # the demo's story, and a busy fund
BARE = "a bare page of 60 rows"
Turn = tuple[float, float, int]  # requests a second, 95th percentile in milliseconds, failures
_AGENT = "asof-benchmark"  # a session stays with the browser that began it
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
    with _serving(home) as address:
        cookie = _sign_in(engine, address)
        yield BARE, _ask(address, _script(logs[0], "/bare", cookie), seconds)
        for log in logs:
            script = _script(log, f"/funds/{log.fund_id}/", cookie)
            yield f"{log.events:,} events, from the start", _ask(address, script, seconds)
            _ask(address, script, 2 * seconds)
            yield f"{log.events:,} events, days seen before", _ask(address, script, seconds)


@contextmanager
def _serving(home: Path) -> Iterator[str]:
    """Serve the site with the bare page, as the site is served."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    words = [str(os.getpid()), "127.0.0.1", port, "loadtests.bare_page:worker"]
    server = subprocess.Popen(
        [sys.executable, "-m", "app.runtime.web_server", *words],
        cwd=PROJECT,
        env=os.environ | {"ASOF_HOME": str(home)},
        start_new_session=True,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def _sign_in(engine: Engine, address: str) -> str:
    """Sign in as an administrator of the benchmark's own; return the cookie."""
    email, password = f"{uuid7()}@example.com", passwords.made_up()
    with engine.begin() as connection:
        people.add(connection, email, "Benchmark", passwords.hashed(password), is_admin=True)
    jar = CookieJar()
    opener = build_opener(HTTPCookieProcessor(jar))
    opener.addheaders = [("User-Agent", _AGENT)]
    page = ""
    while not page:
        try:
            page = opener.open(f"{address}/sign-in", timeout=5).read().decode()
        except URLError:
            time.sleep(0.1)  # the server starts
    proof = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert proof is not None
    form = {"csrf_token": proof[1], "email": email, "password": password}
    opener.open(Request(f"{address}/sign-in", urlencode(form).encode()), timeout=30)
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def _script(log: LongLog, path: str, cookie: str) -> str:
    seconds = (log.first_day.toordinal() - 719_163) * 86_400  # since 1970
    days = (log.last_day - log.first_day).days
    return _SCRIPT.format(first=seconds, days=days, path=path, cookie=cookie, agent=_AGENT)


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
