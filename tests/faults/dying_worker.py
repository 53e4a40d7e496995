"""Worker processes that die at a chosen point: `python -m tests.faults.dying_worker`.

Reads lines `POINT FUND JOB`. For each it makes a process, as the worker's main process does, which
does the job and kills itself right before its statement of that number: nobody can tell it from one
that somebody else killed then. With 0 it lives. The line that comes back tells how many statements
it had for the database, commits among them, or that it was killed.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import sqlalchemy as sa

from tasks.jobs import run_job
from tasks.queue import engine


def _die_at(point: int) -> Iterator[int]:
    """Count the statements of this process, and die before one."""
    counted = itertools.count(1)

    def count(*_: object) -> None:
        if next(counted) == point:
            os.kill(os.getpid(), signal.SIGKILL)

    class Counting(psycopg.Cursor[Any]):
        def execute(self, *given: Any, **options: Any) -> Any:  # noqa: ANN401
            count()
            return super().execute(*given, **options)

        def executemany(self, *given: Any, **options: Any) -> Any:  # noqa: ANN401
            count()
            return super().executemany(*given, **options)

        def copy(self, *given: Any, **options: Any) -> Any:  # noqa: ANN401
            count()
            return super().copy(*given, **options)

    def use(connection: psycopg.Connection, *_: object) -> None:
        connection.cursor_factory = Counting

    sa.event.listen(engine(), "checkout", use)
    sa.event.listen(engine(), "commit", count)
    return counted


def _do(point: int, fund: str, job: str) -> None:
    counted = _die_at(point)
    run_job.call_local(fund, job)
    print(next(counted) - 1, flush=True)
    os._exit(0)


def main() -> None:
    """Make a process for each line."""
    for line in sys.stdin:
        point, fund, job = line.split()
        child = os.fork()
        if child == 0:
            _do(int(point), fund, job)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            print("killed", flush=True)
        elif status:
            print("failed", flush=True)


if __name__ == "__main__":
    main()
