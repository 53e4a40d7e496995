"""The shapes of snapshots, and of the requests for them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    RootModel,
    WithJsonSchema,
)

from app.domain.fields import Record
from app.services.documents.answer import Amount, Answer, Day, Id, Instant, Sequence, within
from app.services.snapshots.take import DESCRIPTION_LENGTH
from app.store.jobs.jobs import Status
from app.store.snapshots.model import SnapshotType

_HASH = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class NewSnapshot(Record):
    """A snapshot to take."""

    at: Annotated[
        str | None,
        WithJsonSchema({"type": ["string", "null"], "pattern": "^[-+0-9TWZ:., ]+$"}),
        Field(description="The day; today where it is left out."),
    ] = None
    description: Annotated[str, Field(min_length=1, max_length=DESCRIPTION_LENGTH)] | None = None


class SnapshotJob(Answer):
    """A request for a snapshot, and how far the work has come."""

    id: Id
    status: Status
    type: SnapshotType = within("subject", "type")
    description: Annotated[str | None, BeforeValidator(lambda text: text or None)] = within(
        "subject", "description"
    )
    as_of: Annotated[Day, BeforeValidator(date.fromisoformat)] = within("subject", "as_of")
    requested_by: str
    requested_at: Instant
    attempts: int
    progress: Progress
    error: str | None = Field(description="Of the last attempt that failed.")


class Progress(Answer):
    """How much of a piece of work is done, of how much; null while it is not known."""

    done: int | None
    total: int | None


class Snapshot(Answer):
    """A state that was folded, at `as_of` and `through`, and kept."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    id: Id
    status: Literal["done"] = "done"
    type: SnapshotType
    description: str | None
    as_of: Day
    through: int
    valid_before: Sequence | None = Field(description="The event that superseded it.")
    serves_now: bool = Field(
        description="Whether it is current: it serves readers who know all that is known today."
    )
    event_count: int
    last_event: int
    state_hash: Annotated[bytes, PlainSerializer(bytes.hex, return_type=_HASH)]
    nav: Amount
    projector_version: int
    taken_at: Instant
    requested_by: str
    size: int = Field(description="Bytes.")


class SnapshotOrJob(RootModel[Snapshot | SnapshotJob]):
    """A snapshot, or the request for it until it is taken."""


class Snapshots(Answer):
    """A page of snapshots, the newest first."""

    snapshots: list[Snapshot]
    next_cursor: Id | None
