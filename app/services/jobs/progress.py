"""What a handler tells of its work, written into the job's row by a thread that shows life."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from threading import Event, Thread
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from app.store.jobs import runs
from app.store.jobs.jobs import Count, Job
from app.store.jobs.runs import LostJobError

LEASE = timedelta(seconds=60)  # a run that showed no life for so long is given to another worker
_TICK = 0.5  # seconds until what was reported is seen
_BEATS = 12  # signs of life within a lease where nothing was reported: every 5 s of a minute
_log = logging.getLogger(__name__)


class Progress:
    """The handler's end of a job that is being done."""

    def __init__(self, engine: Engine, job: Job, lease: timedelta = LEASE) -> None:
        """Show life from `with` on, until its end."""
        self._heartbeat = lease.total_seconds() / _BEATS
        self.finished = False
        self._engine, self._job = engine, job
        self._count = Count()
        self._lost = False
        self._ended = Event()
        self._thread = Thread(target=self._show_life, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def report(self, done: int, total: int | None = None) -> None:
        """Say how much is done; costs nothing. Raises LostJobError where it is in vain."""
        self._count = Count(done, total)
        if self._lost:
            raise LostJobError(f"job {self._job.id} was given to another worker")

    def finish(self, connection: Connection, result: object = None) -> None:
        """End the job within the connection's transaction, so that its effect happens once.

        Raises LostJobError where the job was given to another worker: let it undo the rest.
        """
        runs.finish(connection, self._job, result, self._count)
        self.finished = True

    def _show_life(self) -> None:
        shown, at = self._count, time.monotonic()
        while not self._ended.wait(min(_TICK, self._heartbeat)):
            count, now = self._count, time.monotonic()
            if count == shown and now - at < self._heartbeat:
                continue
            try:
                with self._engine.begin() as connection:
                    runs.beat(connection, self._job, count)
            except LostJobError:
                self._lost = True
                return
            except DBAPIError as error:
                _log.warning("Job %s could not show life: %s", self._job.id, error.orig)
                continue
            shown, at = count, now
