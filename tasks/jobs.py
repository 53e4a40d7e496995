"""The task that does jobs, and who does which kind."""

from __future__ import annotations

from app.services.exports import jobs as export_jobs
from app.services.imports import jobs as import_jobs
from app.services.jobs import runner
from app.services.jobs.runner import Handler
from app.services.reads import figure_jobs
from app.services.snapshots import jobs as snapshot_jobs
from app.services.verification import jobs as verification_jobs
from tasks.queue import engine, huey, lease

# By kind: functions of the services, which know nothing of the queue.
HANDLERS: dict[str, Handler] = {
    **snapshot_jobs.HANDLERS,
    **figure_jobs.HANDLERS,
    **import_jobs.HANDLERS,
    **verification_jobs.HANDLERS,
    **export_jobs.HANDLERS,
}

FIRST_PAUSE = 1.0  # seconds until a job that failed for the first time is tried again


@huey.task()
def run_job(_fund_id: str, _job_id: str) -> None:
    """Do one job: the one whose turn it is, which need not be the one that this wakes up for.

    There are as many wake-ups as jobs. Safe to run twice: what is done, or being done, is left
    alone.
    """
    runner.run_next(engine(), HANDLERS, FIRST_PAUSE, lease())
