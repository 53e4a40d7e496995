"""The shape of a piece of work in the background."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from app.api.shapes.snapshots import Progress
from app.services.documents.answer import Answer, Id, Instant, within
from app.store.jobs.jobs import Status


class Job(Answer):
    """A piece of work in the background, and how far it has come."""

    id: Id
    kind: str = Field(description="What is done, such as take_snapshot or write_import.")
    status: Status
    requested_by: str
    requested_at: Instant
    started_at: Instant | None = Field(description="When the last attempt began.")
    finished_at: Instant | None
    attempts: int = Field(description="Attempts, of at most five; a worker restart does not count.")
    lost_leases: int = Field(description="Worker restarts, of at most fifty.")
    progress: Progress
    error: str | None = Field(description="Of the last attempt that failed.")
    retries: Annotated[int, BeforeValidator(len)] = within(
        "history", description="How often it was retried after it had failed."
    )
