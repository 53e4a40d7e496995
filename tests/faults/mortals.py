"""Processes that die at a chosen statement: nobody can tell them from ones that were killed then.

A program of the tests makes a process for each line that it reads, which is `POINT` and what is to
be done. The process kills itself right before its statement of that number, commits among them;
with 0 it lives. The line that comes back tells how many statements it had, or that it was killed.
"""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from app.config import PROJECT

Count = Callable[..., None]


class Mortals:
    """The test's end of such a program."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def do(self, *words: object, point: int = 0) -> str:
        """Have something done by a process that dies before that statement; return what it said."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{point} {' '.join(map(str, words))}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


@contextmanager
def mortals(module: str, environment: Mapping[str, str]) -> Iterator[Mortals]:
    with subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=PROJECT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Mortals(process)


def points(statements: str, count: int) -> list[int]:
    """Spread points over a work of so many statements, the first and the last included."""
    last = int(statements)
    assert last >= count
    return [1 + (last - 1) * place // (count - 1) for place in range(count)]


def make_processes(do: Callable[[Count, list[str]], None]) -> None:
    """Make a process for each line, which does it and has each of its statements counted."""
    for line in sys.stdin:
        point, *words = line.split()
        child = os.fork()
        if child == 0:
            _do(do, int(point), words)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            print("killed", flush=True)
        elif status:
            print("failed", flush=True)


def _do(do: Callable[[Count, list[str]], None], point: int, words: list[str]) -> None:
    numbers = itertools.count(1)

    def count(*_: object) -> None:
        if next(numbers) == point:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        do(count, words)
        print(next(numbers) - 1, flush=True)
        os._exit(0)
    finally:
        os._exit(1)
