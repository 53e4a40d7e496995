"""Work for the background: asked for in the transaction that needs it, and looked up later."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Engine

from app.store.jobs import jobs
from app.store.jobs.jobs import Job, request


def find_job(engine: Engine, fund_id: UUID, job_id: UUID) -> Job:
    """Find a job of a fund's. Raises UnknownJobError."""
    with engine.connect() as connection:
        return jobs.find_job(connection, fund_id, job_id)


def listed(
    engine: Engine, fund_id: UUID, *, kind: str | None = None, limit: int = 100
) -> list[Job]:
    """List a fund's jobs, of one kind or of all, the newest request first."""
    with engine.connect() as connection:
        return jobs.listed(connection, fund_id, kind=kind, limit=limit)


__all__ = ["Job", "find_job", "listed", "request"]


SITE = "asof"  # who asks for the snapshots that nobody asked for
