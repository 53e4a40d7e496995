"""Doing a job: claimed, shown to be alive, ended, tried again when it fails."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, Engine

from app.domain.errors import AsofError
from app.observability import request_ids
from app.services.accounts import audit
from app.services.jobs.progress import LEASE, Progress
from app.store.jobs import runs, wakeups
from app.store.jobs.jobs import Job
from app.store.jobs.runs import LostJobError

# Does a job, and gives what is kept as its result, any JSON. It may be started again after a
# crash: what must happen once, it does in a transaction that it ends with `progress.finish`.
Handler = Callable[[Engine, Job, Progress], object]

TRIES = 5
MOST_LOST = 50  # leases; more likely the job kills its workers than that they die of themselves
_LONGEST_PAUSE = 30.0
_log = logging.getLogger(__name__)


def run(  # noqa: PLR0913, PLR0917 (what to do, and how patiently)
    engine: Engine, handlers: Mapping[str, Handler], fund_id: UUID, job_id: UUID,
    first_pause: float, lease: timedelta = LEASE,
) -> None:  # fmt: skip
    """Do a job if it is there to be done; a job that is done, or being done, is left alone.

    It shows life often enough for a sweep with the same `lease`.
    """
    with engine.begin() as connection:
        job = runs.claim(connection, fund_id, job_id)
    if job:
        _carry_out(engine, handlers, job, first_pause, lease)


def run_next(
    engine: Engine, handlers: Mapping[str, Handler], first_pause: float, lease: timedelta = LEASE
) -> None:
    """Do the job whose turn it is, if there is one; see `run`.

    Askers take turns, so that nobody waits for all the jobs of somebody else. There is a wake-up
    for each job, but one may be lost in an outage, or be used for another job: where none waits
    and jobs do, they are done too.
    """
    while job := _next(engine):
        _carry_out(engine, handlers, job, first_pause, lease)
        with engine.begin() as connection:
            if wakeups.is_waiting(connection):
                return


def _next(engine: Engine) -> Job | None:
    """Claim the job whose turn it is; where others were quicker with all that were, look again."""
    while True:
        with engine.begin() as connection:
            candidates = runs.in_turn(connection)
        for fund_id, job_id in candidates:
            with engine.begin() as connection:
                if job := runs.claim(connection, fund_id, job_id):
                    return job
        if not candidates:
            return None


def _carry_out(
    engine: Engine, handlers: Mapping[str, Handler], job: Job, first_pause: float, lease: timedelta
) -> None:
    about = {"fund_id": str(job.fund_id), "job_id": str(job.id), "kind": job.kind}
    by = audit.on_behalf_of(engine, job.requested_by)
    with request_ids.carried_on(job.request_id, **about), by:
        _run(engine, handlers, job, first_pause, lease)


def _run(
    engine: Engine, handlers: Mapping[str, Handler], job: Job, first_pause: float, lease: timedelta
) -> None:
    begun = time.monotonic()
    try:
        _do(engine, handlers, job, lease)
        milliseconds = round((time.monotonic() - begun) * 1000, 2)
        _log.info("Job %s (%s) is done", job.id, job.kind, extra={"duration_ms": milliseconds})
    except LostJobError as error:
        _log.warning("%s", error)
    except Exception as error:  # noqa: BLE001 (a handler may fail in any way)
        _log.warning("Job %s (%s) failed", job.id, job.kind, exc_info=error)
        _fail(engine, job, _in_words(error), first_pause)
    except BaseException:
        # The worker must stop: the next to start goes on with it at once.
        with _ending(engine) as connection:
            runs.hand_back(connection, job)
        raise


def sweep(engine: Engine, lease: timedelta = LEASE) -> None:
    """Take jobs back from workers that died, and wake up those whose wake-up was lost."""
    with engine.begin() as connection:
        for job in runs.abandoned(connection, lease):
            runs.lose(connection, job, MOST_LOST)
        for job in runs.forgotten(connection):
            wakeups.wake_up(connection, job.fund_id, job.id)


def pause_after(failures: int, first: float = 1.0) -> timedelta:
    """Return the pause before the next try: doubled each time, up to 30 s, and not in step."""
    longest = min(first * 2 ** (failures - 1), _LONGEST_PAUSE)
    return timedelta(seconds=longest * random.uniform(0.75, 1))  # noqa: S311 (no secret)


def _do(engine: Engine, handlers: Mapping[str, Handler], job: Job, lease: timedelta) -> None:
    handler = handlers.get(job.kind)
    if handler is None:
        raise AsofError(f"no handler for jobs of the kind {job.kind!r}: is the worker up to date?")
    with Progress(engine, job, lease) as progress:
        result = handler(engine, job, progress)
        if not progress.finished:
            with engine.begin() as connection:
                progress.finish(connection, result)


def _fail(engine: Engine, job: Job, error: str, first_pause: float) -> None:
    again = pause_after(job.attempts, first_pause) if job.attempts < TRIES else None
    with _ending(engine) as connection:
        runs.fail(connection, job, error, again)


@contextmanager
def _ending(engine: Engine) -> Iterator[Connection]:
    """Return a transaction in which a run ends badly; one that lost its job has nothing to end."""
    try:
        with engine.begin() as connection:
            yield connection
    except LostJobError as error:
        _log.warning("%s", error)


def _in_words(error: Exception) -> str:
    """Say an error in a text that the database takes."""
    said = str(error) if isinstance(error, AsofError) else f"{type(error).__name__}: {error}"
    return said.replace("\0", "")[:2000]
