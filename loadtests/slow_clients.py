"""Trial: how the site answers while many clients send, or read, as slowly as they can.

Of each kind (half a head, half a body, answers that nobody reads) so many at once, and again as
soon as one is sent away; meanwhile `/healthz` and a page are asked for by turns. `--checkout`
serves the code of another folder, to compare with.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from app.config import PROJECT
from loadtests import report

_KINDS = {
    "half a head": b"GET /sign-in HTTP/1.1\r\nHost: local",
    "half a body": (
        b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 1000\r\n\r\nab"
    ),
    "unread answers": b"GET /static/css/asof.css HTTP/1.1\r\nHost: localhost\r\n\r\n" * 4,
}
_NUMBERS = (0, 12, 100, 1000)
_PATHS = ("/healthz", "/sign-in")
_GIVE_UP = 5.0  # seconds
_ESTABLISHED = 1  # of TCP's states, in Linux


def main() -> None:
    """Run the trial as the command line asks."""
    parser = report.arguments(__doc__)
    parser.add_argument("--seconds", type=int, default=10, help="of each kind and number")
    parser.add_argument("--checkout", type=Path, default=PROJECT, help="whose code serves")
    given = parser.parse_args()
    rows: list[dict[str, Any]] = []
    for number in _NUMBERS:
        for kind in _KINDS if number else ("nobody",):
            with _serving(given.checkout) as port, _held(port, kind, number):
                rows += _rows(kind, number, _asked(port, given.seconds))
    print(report.table(rows))
    print(f"written to {report.write(given.out, 'slow_clients', {'answers': rows})}")


@contextmanager
def _serving(checkout: Path) -> Iterator[int]:
    """Serve an empty site of that checkout."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        given = {"ASOF_HOME": f"{folder}/home", "ASOF_PORT": str(port), "ASOF_DEMO": "0"}
        site = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "serve"],
            cwd=checkout,
            env=os.environ | given,
            stdout=subprocess.DEVNULL,
        )
        try:
            while _seconds(port, "/readyz") is None:
                time.sleep(0.1)
            yield port
        finally:
            site.terminate()
            site.wait(20)


@contextmanager
def _held(port: int, kind: str, number: int) -> Iterator[None]:
    """Hold so many connections from a process of its own."""
    if not number:
        yield
        return
    all_there = multiprocessing.Event()
    holder = multiprocessing.Process(target=_hold, args=(port, _KINDS[kind], number, all_there))
    holder.start()
    try:
        all_there.wait(30)
        yield
    finally:
        holder.terminate()
        holder.join()


def _hold(port: int, sent: bytes, number: int, all_there: Any) -> None:  # noqa: ANN401 - an Event
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    async def hold_one() -> None:
        loop = asyncio.get_running_loop()
        while True:
            with contextlib.suppress(OSError), socket.socket() as client:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                client.setblocking(False)  # noqa: FBT003 - the standard library's
                await loop.sock_connect(client, ("127.0.0.1", port))
                await loop.sock_sendall(client, sent)
                while not _is_ended(client):  # noqa: ASYNC110 - nothing tells of it
                    await asyncio.sleep(1)
            await asyncio.sleep(1)

    async def hold_all() -> None:
        tasks = [asyncio.create_task(hold_one()) for _ in range(number)]
        await asyncio.sleep(2)
        all_there.set()
        await asyncio.gather(*tasks)

    asyncio.run(hold_all())


def _is_ended(client: socket.socket) -> bool:
    """Return whether the site ended a connection, of which nothing is read."""
    info = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)
    return info[0] != _ESTABLISHED


def _asked(port: int, seconds: int) -> dict[str, list[float | None]]:
    """Ask for each path in turn, on new connections; None where nothing was answered."""
    found: dict[str, list[float | None]] = {path: [] for path in _PATHS}
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for path in _PATHS:
            found[path].append(_seconds(port, path))
        time.sleep(0.02)
    return found


def _seconds(port: int, path: str) -> float | None:
    begun = time.monotonic()
    connection = HTTPConnection("127.0.0.1", port, timeout=_GIVE_UP)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
    return time.monotonic() - begun if answer.status == 200 else None


def _rows(kind: str, number: int, found: dict[str, list[float | None]]) -> Iterator[dict[str, Any]]:
    for path, all_of_path in found.items():
        times = [each for each in all_of_path if each is not None]
        figures = report.milliseconds(times) if times else dict.fromkeys(("p50 ms", "p99 ms"), 0.0)
        yield {
            "slow clients": number,
            "kind": kind,
            "asked": path,
            "answers": len(times),
            "none": len(all_of_path) - len(times),
            "p50 ms": figures["p50 ms"],
            "p99 ms": figures["p99 ms"],
        }


if __name__ == "__main__":
    main()
