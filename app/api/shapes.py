"""The shapes of what the API is asked, and of what it answers but for a state."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from app.api.parameters import DEFAULT_LIMIT, HEAD_PATTERN, KEY_PATTERN, MAX_LIMIT
from app.api.texts import Answer, Day, Id, Instant, Sequence, asked
from app.domain import fields
from app.domain.payloads import EventType
from app.domain.terms import Terms

# Days are written in full, instants with their offset.
_MOMENT: dict[str, Any] = {"pattern": "^[-+0-9TWZ:., ]+$"}
_LINE: dict[str, Any] = {"minLength": 1, "maxLength": 200}
Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT, description="How many at most.")]


class StateQuery(BaseModel):
    """Which viewpoint to answer from."""

    at: str | None = asked(
        "The day; today where it is left out.", examples=["2012-03-31"], **_MOMENT
    )
    known_at: str | None = asked(
        "An instant, or a UTC day to its end: what was known then.",
        examples=["2012-04-15T18:00:00Z"],
        **_MOMENT,
    )
    through: str | None = asked(
        "A sequence of the log: what was known by then. Leave it out, or known_at.",
        examples=["120"],
        pattern="^[0-9]+$",
    )


class PageQuery(BaseModel):
    """Which page to answer with."""

    limit: Limit = DEFAULT_LIMIT
    cursor: str | None = asked("The `next_cursor` of an earlier page.", format="uuid")


class FundsQuery(PageQuery):
    """Which funds to list."""

    search: str | None = asked("What the name contains, in any case.", maxLength=200)


class TimelineQuery(BaseModel):
    """Which events to list."""

    start: str | None = asked("The first effective day.", **_MOMENT)
    end: str | None = asked("The last effective day.", **_MOMENT)
    recorded_start: str | None = asked("The first UTC day of recording.", **_MOMENT)
    recorded_end: str | None = asked("The last UTC day of recording.", **_MOMENT)
    type: str | None = asked("The type of event.", enum=list(EventType))
    company: str | None = asked("Any name that the company ever bore, or its id.", **_LINE)
    limit: Limit = DEFAULT_LIMIT
    cursor: str | None = asked("The `next_cursor` of an earlier page.", pattern="^[0-9]{1,18}$")


class StateHeaders(BaseModel):
    """What a reader has already."""

    if_none_match: str | None = asked("The ETag of an earlier answer.", "If-None-Match")


class KeyHeaders(BaseModel):
    """What makes a request safe to send again."""

    key: str | None = asked(
        "A key of your own: sent again, it gives the first answer.",
        "Idempotency-Key",
        pattern=KEY_PATTERN,
    )


class RecordHeaders(KeyHeaders):
    """What a writer makes sure of."""

    head: str | None = asked(
        "The head that you know: refused where the log has moved on.",
        "If-Match",
        pattern=HEAD_PATTERN,
        examples=['"284"'],
    )


class Problem(Answer):
    """What was refused or went wrong (RFC 9457), with each field, its value and the mend."""

    type: str = Field(pattern="^urn:asof:problem:")
    title: str
    status: int
    detail: str
    errors: list[ProblemField] = Field(min_length=1)
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


class Commitment(fields.Record):
    """A promise of capital."""

    investor: fields.Name
    amount: fields.Money
    partner: Literal["lp", "gp"] = "lp"
    effective_on: fields.Day | None = None


class NewFund(fields.Record):
    """A fund to establish."""

    name: fields.FundName
    terms: Terms
    commitments: list[Commitment]
    effective_on: fields.Day | None = None


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
