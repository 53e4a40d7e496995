"""Benchmark: a fund's page in a real Chromium while its handle is dragged by a real pointer.

How many days are painted a second, how long after the pointer's move, what that costs the page's
main thread, and what moves that should not: for funds of several sizes, on loopback and with a
network's latency, which a proxy in between makes. Run it beside nothing else.
"""

from __future__ import annotations

import asyncio
import math
import shutil
import socket
import sys
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from e2e.harness.browsers import ARGUMENTS
from loadtests import report
from loadtests.ground import HOME, LongLog, ground, long_log
from loadtests.site import AGENT, serving, sign_in

SIZES = (284, 2_092, 20_000)
LATENCIES = (0, 150)  # milliseconds, there and back
_PROBE = Path(__file__).with_suffix(".js")
_FRAME = 1 / 60
_SWEEP = 6.0  # seconds from one end of the strip to the other
_SLOW = 50  # milliseconds: a task that people feel


def main() -> None:
    """Run the benchmark as the command line asks."""
    parser = report.arguments(__doc__)
    parser.add_argument("--seconds", type=float, default=12, help="of each drag")
    parser.add_argument("--turns", type=int, default=3, help="of which the median counts")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="events of the funds")
    parser.add_argument(
        "--memory", type=float, default=60, help="seconds of the long drag; 0: none"
    )
    parser.add_argument("--charts", action="store_true", help="with the charts drawn, too")
    parser.add_argument("--home", type=Path, default=HOME, help="where the database is kept")
    parser.add_argument("--browser", default=shutil.which("chromium"), help="the Chromium to drive")
    given = parser.parse_args()
    if given.browser is None:
        sys.exit("a Chromium is driven, and none is there: apt-get install chromium")
    rows = []
    with ground(given.home) as place, sync_playwright() as playwright:
        logs = [long_log(place.engine, size) for size in given.sizes]
        with serving(given.home) as address:
            cookie = sign_in(place.engine, address)
            browser = playwright.chromium.launch(
                executable_path=given.browser, args=list(ARGUMENTS)
            )
            for latency in LATENCIES:
                with _delayed(address, latency) as reached:
                    for log, charts in product(logs, (False, True)[: 1 + given.charts]):
                        with _fund_page(browser, reached, cookie, log) as page:
                            painted = page.evaluate("() => seen.largest")
                            if charts:
                                _draw_charts(page)
                            turns = [_drag(page, given.seconds) for _ in range(given.turns)]
                        what = {
                            "events": f"{log.events:,}",
                            "latency ms": latency,
                            "charts": "drawn" if charts else "",
                            "LCP ms": round(painted),
                        }
                        rows.append(what | _median(turns))
                        print(report.table(rows[-1:]), flush=True)
            grown = None
            if given.memory:
                with _fund_page(browser, address, cookie, logs[-1]) as page:
                    grown = _grown(page, given.memory)
            browser.close()
    print(f"\n{report.table(rows)}")
    if grown is not None:
        print(f"{given.memory:.0f} s of dragging leave {grown:+.1%} of memory")
    found = {"dragging": rows, "memory": grown}
    print(f"written to {report.write(given.out, 'dragging', found)}")


@contextmanager
def _fund_page(browser: Browser, address: str, cookie: str, log: LongLog) -> Iterator[Page]:
    """Open a fund's page, and wait until all that it loads is there."""
    context = browser.new_context(user_agent=AGENT, viewport={"width": 1440, "height": 900})
    pairs = [each.split("=", 1) for each in cookie.split("; ")]
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in pairs])
    context.add_init_script(path=_PROBE)
    page = context.new_page()
    page.goto(f"{address}/funds/{log.fund_id}/")
    page.wait_for_load_state("networkidle")
    yield page
    context.close()


def _draw_charts(page: Page) -> None:
    """Bring the charts into sight until they are drawn, and the strip back into it."""
    page.locator("#charts").scroll_into_view_if_needed()
    page.locator(".chart[data-drawn]").nth(2).wait_for()
    page.locator("#day").scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")


def _drag(page: Page, seconds: float) -> dict[str, Any]:
    """Drag the handle over the strip and back; return what was seen."""
    box = page.locator("#day").bounding_box()
    assert box
    left, width, y = box["x"] + 8, box["width"] - 16, box["y"] + min(box["height"] / 2, 60)
    page.mouse.move(left + width * 0.95, y)
    page.mouse.down()
    # What the first touch brings is not what is measured.
    page.mouse.move(left + width * 0.94, y)
    page.wait_for_timeout(500)
    page.evaluate(
        "() => Object.assign(seen, { inputs: [], tiles: [], holdings: [], tasks: [], shifts: 0,"
        " columns: 0, rows: 0, untrue: 0 })"
    )
    begun = time.monotonic()
    while (passed := time.monotonic() - begun) < seconds:
        share = 0.5 + 0.44 * math.cos(math.pi * passed / _SWEEP)
        page.mouse.move(left + width * share, y)
        time.sleep(max(0.0, _FRAME - (time.monotonic() - begun - passed)))
    page.wait_for_timeout(100)
    seen = page.evaluate("() => structuredClone(seen)")
    page.mouse.up()
    page.wait_for_load_state("networkidle")
    waits = _waits(seen["inputs"], seen["tiles"])
    return {
        "moves/s": round(len(seen["inputs"]) / passed, 1),
        "days painted/s": round(len(seen["tiles"]) / passed, 1),
        "p50 ms": round(report.percentile(waits, 0.5), 1),
        "p95 ms": round(report.percentile(waits, 0.95), 1),
        "holdings/s": round(len(seen["holdings"]) / passed, 1),
        "long tasks": len([each for each in seen["tasks"] if each > _SLOW]),
        "longest ms": round(max(seen["tasks"], default=0)),
        "CLS": round(seen["shifts"], 3),
        "columns": seen["columns"],
        "rows": seen["rows"],
        "untrue frames": seen["untrue"],
    }


def _waits(inputs: list[tuple[float, str]], painted: list[tuple[float, str]]) -> list[float]:
    """Return how long each move waited until its day, or one moved to later, was painted."""
    place: dict[str, list[int]] = {}
    for index, (_, day) in enumerate(inputs):
        place.setdefault(day, []).append(index)
    waits, done = [], 0
    for moment, day in painted:
        before = [each for each in place.get(day, []) if inputs[each][0] <= moment]
        if not before:
            continue
        waits += [moment - inputs[each][0] for each in range(done, before[-1] + 1)]
        done = max(done, before[-1] + 1)
    return waits or [math.inf]


def _median(turns: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: median(turn[name] for turn in turns) for name in turns[0]}


def _grown(page: Page, seconds: float) -> float:
    """Return by which share a long drag lets the page's memory grow."""
    session = page.context.new_cdp_session(page)

    def used() -> float:
        session.send("HeapProfiler.collectGarbage")
        return float(session.send("Runtime.getHeapUsage")["usedSize"])

    _drag(page, 5)
    before = used()
    _drag(page, seconds)
    page.evaluate("() => Object.assign(seen, { inputs: [], tiles: [], holdings: [], tasks: [] })")
    return used() / before - 1


@contextmanager
def _delayed(address: str, milliseconds: int) -> Iterator[str]:
    """Give an address that leads to another by way of a network of this latency."""
    if not milliseconds:
        yield address
        return
    host, port = address.removeprefix("http://").split(":")
    listener = socket.create_server(("127.0.0.1", 0))
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        def passed(*streams: Any) -> Coroutine[Any, Any, None]:  # noqa: ANN401 (asyncio's own)
            return _pass_on(host, int(port), milliseconds / 2000, *streams)

        await asyncio.start_server(passed, sock=listener)

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(serve(), loop).result()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(_end_all(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        listener.close()


async def _end_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _pass_on(
    host: str, port: int, delay: float, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    there, back = await asyncio.open_connection(host, port)
    with suppress(asyncio.CancelledError):
        await asyncio.gather(_copy(reader, back, delay), _copy(there, writer, delay))


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter, delay: float) -> None:
    """Hand on what comes, each piece so many seconds later: pieces travel, they do not queue."""
    loop = asyncio.get_running_loop()
    while piece := await source.read(65_536):
        loop.call_later(delay, target.write, piece)
    loop.call_later(delay, target.close)


if __name__ == "__main__":
    main()
