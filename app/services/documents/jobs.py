"""Jobs as the JSON documents that the API answers."""

from __future__ import annotations

from app.services.documents.funds import Document, instant_text
from app.store.jobs.jobs import Job


def job_document(job: Job) -> Document:
    """Return a job, whatever its kind."""
    return {
        "id": str(job.id),
        "kind": job.kind,
        "status": job.status,
        "requested_by": job.requested_by,
        "requested_at": instant_text(job.requested_at),
        "started_at": instant_text(job.started_at) if job.started_at else None,
        "finished_at": instant_text(job.finished_at) if job.finished_at else None,
        "attempts": job.attempts,
        "lost_leases": job.lost_leases,
        "progress": {"done": job.progress_done, "total": job.progress_total},
        "error": job.error,
        "retries": len(job.history),
    }
