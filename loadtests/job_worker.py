"""The worker that `loadtests/jobs.py` kills: its jobs record one event each, which can be counted.

`python -m loadtests.job_worker PARENT_PID`
"""

from __future__ import annotations

import logging
import sys
import time

from sqlalchemy import Engine

from app.services.jobs.progress import Progress
from app.services.recording.batches import parse_drafts
from app.store.admission.append import append
from app.store.admission.batches import Batch
from app.store.jobs.jobs import Job
from tasks import jobs, worker
from tests.ledgers import GP, called

KIND = "record_once"


def record_once(engine: Engine, job: Job, progress: Progress) -> None:
    """Work for a while, fail as often as the subject says, then record an event with the end."""
    time.sleep(job.subject["seconds"])
    if job.attempts <= job.subject["failures"]:
        raise ValueError(f"failure {job.attempts}, as it was asked for")
    with engine.begin() as connection:
        events = [called("100", "2010-03-03", reference=str(job.id))]
        append(connection, job.fund_id, Batch(parse_drafts(events), GP))
        progress.finish(connection)


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # failures are what this is about
    jobs.HANDLERS[KIND] = record_once
    worker.main(*sys.argv[1:])
