"""Worker processes that die at a chosen point of a job, whose fund and id the line names."""

from __future__ import annotations

from typing import Any

import psycopg
import sqlalchemy as sa

from tasks.jobs import run_job
from tasks.queue import engine
from tests.faults.mortals import Count, make_processes


def _do_job(count: Count, words: list[str]) -> None:
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
    run_job.call_local(*words)


if __name__ == "__main__":
    make_processes(_do_job)
