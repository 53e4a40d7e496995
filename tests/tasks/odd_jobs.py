"""The worker with the jobs that tests ask for: `python -m tests.tasks.odd_jobs PARENT_PID`."""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import Engine

from app.services.jobs.progress import Progress
from app.services.recording.batches import parse_drafts
from app.store.admission.append import append
from app.store.admission.batches import Batch
from app.store.jobs.jobs import Job
from tasks import jobs, worker
from tests.ledgers import GP, called
from tests.running_site import poll


def record(engine: Engine, job: Job, progress: Progress) -> None:
    """Record one event, when the gate is open if there is one: an effect that can be counted."""
    progress.report(1, 2)
    if gate := job.subject.get("gate"):
        poll(Path(gate).exists, 50, f"{gate} opens")
    progress.report(2, 2)
    with engine.begin() as connection:
        events = [called("100", "2010-03-03", reference=str(job.id))]
        append(connection, job.fund_id, Batch(parse_drafts(events), GP))
        progress.finish(connection, {"recorded": 1})


def fail(_engine: Engine, job: Job, _progress: Progress) -> str:
    """Fail until the attempt that the subject names."""
    if job.attempts < job.subject["until"]:
        raise ValueError(f"no luck\0 at attempt {job.attempts}")
    return "luck"


if __name__ == "__main__":
    jobs.HANDLERS.update(record=record, fail=fail)
    jobs.FIRST_PAUSE = 0.01
    worker.main(*sys.argv[1:])
