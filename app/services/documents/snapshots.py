"""Snapshots, and the requests for them, as the JSON documents that the API answers."""

from __future__ import annotations

from app.domain.money import money_text
from app.services.documents.funds import Document, instant_text
from app.store.jobs.jobs import Job
from app.store.snapshots.model import Snapshot


def snapshot_document(snapshot: Snapshot) -> Document:
    """Return a snapshot, but for the state in it."""
    return {
        "id": str(snapshot.id),
        "status": "done",
        "type": snapshot.type,
        "description": snapshot.description,
        "as_of": snapshot.as_of.isoformat(),
        "through": snapshot.through,
        "valid_before": snapshot.valid_before,
        "serves_now": snapshot.serves_now,
        "event_count": snapshot.event_count,
        "last_event": snapshot.last_event,
        "state_hash": snapshot.state_hash.hex(),
        "nav": money_text(snapshot.nav),
        "projector_version": snapshot.projector_version,
        "taken_at": instant_text(snapshot.taken_at),
        "requested_by": snapshot.requested_by,
        "size": snapshot.size,
    }


def job_document(job: Job) -> Document:
    """Return a request for a snapshot, and how far the work has come."""
    return {
        "id": str(job.id),
        "status": job.status,
        "type": job.subject["type"],
        "description": job.subject["description"] or None,
        "as_of": job.subject["as_of"],
        "requested_by": job.requested_by,
        "requested_at": instant_text(job.requested_at),
        "attempts": job.attempts,
        "progress": {"done": job.progress_done, "total": job.progress_total},
        "error": job.error,
    }
