"""Requests for snapshots: made once per key, and followed until the snapshot stands."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine

from app.domain.errors import IdempotencyConflictError, UnknownJobError, UnknownSnapshotError
from app.services.accounts import person_limits
from app.services.snapshots import jobs as snapshot_jobs
from app.services.snapshots import take
from app.services.snapshots.take import SnapshotRequest
from app.store.jobs import jobs
from app.store.jobs.jobs import Job
from app.store.log import stored_events
from app.store.snapshots.model import Snapshot


@dataclass(frozen=True, slots=True)
class Requested:
    """A request for a snapshot."""

    job: Job
    replayed: bool = False  # the same was asked for before under the same key


def ask(
    engine: Engine, fund_id: UUID, what: SnapshotRequest, *, asked: str = "", key: str | None = None
) -> Requested:
    """Ask for a snapshot in a transaction of its own; `asked` is the request as it was sent.

    Raises UnknownFundError, IdempotencyConflictError and LimitReachedError.
    """
    with engine.begin() as connection:
        stored_events.head_of(connection, fund_id)
        if key is None:
            person_limits.check_snapshots(connection, what.requested_by, snapshot_jobs.TAKE)
            return Requested(snapshot_jobs.ask_to_take(connection, fund_id, what))
        earlier = jobs.requested(connection, fund_id, snapshot_jobs.TAKE, what.requested_by, key)
        if earlier is None:
            person_limits.check_snapshots(connection, what.requested_by, snapshot_jobs.TAKE)
            request = {"request_key": key, "request": asked}
            return Requested(snapshot_jobs.ask_to_take(connection, fund_id, what, request))
    if earlier.subject["request"] != asked:
        raise IdempotencyConflictError(
            f"the idempotency key {key!r} was used for another request: choose a new key"
        )
    return Requested(earlier, replayed=True)


def find_requested(engine: Engine, fund_id: UUID, snapshot_id: UUID) -> Snapshot | Job:
    """Find a snapshot, or the job that is to take it, or has failed to.

    Raises UnknownFundError and UnknownSnapshotError.
    """
    with engine.connect() as connection:
        stored_events.head_of(connection, fund_id)
        try:
            job = jobs.find_job(connection, fund_id, snapshot_id)
        except UnknownJobError:
            job = None
    # Looked for after its job: one that ends in between leaves its snapshot behind.
    try:
        return take.find_snapshot(engine, fund_id, snapshot_id)
    except UnknownSnapshotError:
        if job is None or job.kind != snapshot_jobs.TAKE or job.status == "done":
            raise
        return job
