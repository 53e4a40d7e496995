"""What the machine of a run can do: how many tests it carries at a time, and how long waits take.

`python -m tests.machine --browser` prints how many browser tests to run at a time; with `--code`,
how many others; with `--slowness`, how many times longer work takes than on a quiet machine.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

_REFERENCE_MS = 21.5  # what `_unit_of_work` takes on the quiet machine that waits were written on
_SLOWEST = 10.0  # no wait is stretched further: what takes longer has stopped
_GIB = 1 << 30
# A worker's share of memory in GiB: a browser and a site of its own, or a database's connections.
_BROWSER_GIB, _CODE_GIB = 1.5, 0.7
_UNLIMITED = {"max", ""}


def patience(seconds: float) -> float:
    """Return how long to wait here for what takes at most so long on a quiet machine."""
    return seconds * slowness()


def patience_ms(seconds: float) -> float:
    """Return the same in milliseconds, as Playwright counts."""
    return patience(seconds) * 1000


def slowness() -> float:
    """Return how much longer work takes here and now than on a quiet reference machine, 1 to 10."""
    return min(max(1.0, _load_per_processor()) * max(1.0, _slowness_when_quiet()), _SLOWEST)


def measured_slowness() -> float:
    """Return the same as measured on all processors at once, which takes half a second.

    Other than the load of the last minute, it tells how it is now.
    """
    with ProcessPoolExecutor(max(1, round(processors()))) as pool:
        took = list(pool.map(_seconds_of_work, [10] * max(1, round(processors()))))
    slowest = max(took) * 1000 / 10 / _REFERENCE_MS
    return min(max(1.0, slowest), _SLOWEST)


def workers(*, browser: bool) -> int:
    """Return how many tests to run at a time here and now."""
    return at_a_time(
        processors(), _memory_available() / _GIB, _load_per_processor(), browser=browser
    )


def at_a_time(processors: float, gib: float, load: float, *, browser: bool) -> int:
    """Return how many tests run at a time on so many processors, with so many GiB of memory free.

    `load` is how many processes wait for each processor already: from 2 on, others leave us half.
    Browser tests often wait, so that two more than there are processors keep them busy.
    """
    crowded = min(max(load - 1, 0), 1)
    by_processors = round(processors * (1 - crowded / 2)) + (2 if browser else 0)
    by_memory = int(gib / (_BROWSER_GIB if browser else _CODE_GIB))
    return max(1, min(by_memory, by_processors))


def processors() -> float:
    """Return how many processors this process may use, whole or in part."""
    usable = float(len(os.sched_getaffinity(0))) if sys.platform == "linux" else os.cpu_count() or 1
    quota, _, period = _control_group("cpu.max").partition(" ")
    return usable if quota in _UNLIMITED else min(usable, int(quota) / int(period))


def _memory_available() -> float:
    """Return the bytes that can be had without swapping."""
    if sys.platform != "linux":
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")) / 2
    lines = Path("/proc/meminfo").read_text().splitlines()
    free = next(float(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
    limit, used = _control_group("memory.max"), _control_group("memory.current")
    return free if limit in _UNLIMITED else min(free, float(limit) - float(used))


def _control_group(name: str) -> str:
    """Return a limit of the container that this runs in; empty where there is none."""
    path = Path("/sys/fs/cgroup") / name
    return path.read_text().strip() if path.exists() else ""


def _load_per_processor() -> float:
    return os.getloadavg()[0] / processors()


@cache
def _slowness_when_quiet() -> float:
    return min(_unit_of_work() for _ in range(3)) / _REFERENCE_MS


def _unit_of_work() -> float:
    """Return the milliseconds of processor that a fixed piece of work takes here."""
    begun = time.process_time()
    sum(number * number % 7 for number in range(400_000))
    return (time.process_time() - begun) * 1000


def _seconds_of_work(times: int) -> float:
    """Return the seconds that so many pieces of work take, with all waits for a processor."""
    begun = time.perf_counter()
    for _ in range(times):
        _unit_of_work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    if "--slowness" in sys.argv:
        print(round(measured_slowness(), 2))
    else:
        print(workers(browser="--browser" in sys.argv))
