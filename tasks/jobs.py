"""The task that does jobs, and who does which kind."""

from __future__ import annotations

from uuid import UUID

from app.services import export_jobs, import_jobs, job_runs, snapshot_jobs
from app.services.job_runs import Handler
from tasks.queue import engine, huey, lease

# By kind: functions of the services, which know nothing of the queue.
HANDLERS: dict[str, Handler] = {
    **snapshot_jobs.HANDLERS,
    **import_jobs.HANDLERS,
    **export_jobs.HANDLERS,
}

FIRST_PAUSE = 1.0  # seconds until a job that failed for the first time is tried again


@huey.task()
def run_job(fund_id: str, job_id: str) -> None:
    """Do one job. Safe to run twice: a job that is done, or being done, is left alone."""
    job_runs.run(engine(), HANDLERS, UUID(fund_id), UUID(job_id), FIRST_PAUSE, lease())
