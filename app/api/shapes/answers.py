"""The shapes of what the API answers, but for states and snapshots."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from app.api.shapes.texts import Answer, Day, Id, Instant, Sequence
from app.domain.events.catalogue import EventType


class Problem(Answer):
    """What was refused or went wrong (RFC 9457), with each field, its value and the mend."""

    type: str = Field(pattern="^urn:asof:problem:")
    title: str
    status: int
    detail: str
    errors: list[ProblemField] = Field(min_length=1)
    errors_omitted: int | None = Field(
        None, description="How many errors there are beside the first hundred."
    )
    head: int | None = Field(None, description="Of a stale head: where the log is.")


class ProblemField(Answer):
    """One thing that is wrong."""

    field: str
    value: str
    reason: str
    position: int | None = Field(None, description="The event's place in an array, from 0.")
    code: str | None = Field(None, description="invalid, unknown_company, twin or closed_period.")
    sequence: int | None = Field(None, description="The event that stands in the way.")


class Fund(Answer):
    """A fund."""

    id: Id
    name: str


class Funds(Answer):
    """A page of funds."""

    funds: list[Fund]
    next_cursor: Id | None


class Established(Fund):
    """A fund that was established, with the head of its log."""

    head: Sequence


class LoggedEvent(Answer):
    """An event as it stands in the log."""

    sequence: Sequence
    id: Id
    event_type: EventType
    effective_on: Day
    recorded_at: Instant
    recorded_by: str
    source: str
    correlation_id: Id | None
    causation_id: Id | None
    loaded_at: Instant | None
    payload: dict[str, Any]


class TimelineEvent(LoggedEvent):
    """An event, and the one that voided it."""

    voided_by: Sequence | None


class Timeline(Answer):
    """A page of the log, the newest event first."""

    events: list[TimelineEvent]
    next_cursor: str | None


class Recorded(Answer):
    """Events that were recorded."""

    first_sequence: Sequence
    last_sequence: Sequence
    events: list[LoggedEvent]
