"""The shapes of what the API is asked, but for events."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from app.api.parameters import DEFAULT_LIMIT, HEAD_PATTERN, KEY_PATTERN, MAX_LIMIT
from app.api.shapes.texts import asked
from app.domain.events.catalogue import EventType
from app.domain.fields import Day, FundName, Money, Name, Record, Text
from app.domain.terms import Terms

# Days are written in full, instants with their offset.
MOMENT: dict[str, Any] = {"pattern": "^[-+0-9TWZ:., ]+$"}
LINE: dict[str, Any] = {"minLength": 1, "maxLength": 200}
Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT, description="How many at most.")]


class StateQuery(BaseModel):
    """Which viewpoint to answer from."""

    at: str | None = asked(
        "The day; today where it is left out.", examples=["2012-03-31"], **MOMENT
    )
    known_at: str | None = asked(
        "An instant, or a UTC day to its end: what was known then.",
        examples=["2012-04-15T18:00:00Z"],
        **MOMENT,
    )
    through: str | None = asked(
        "A sequence of the log: what was known by then. Leave it out, or known_at.",
        examples=["120"],
        pattern="^[0-9]+$",
    )


class ExportQuery(StateQuery):
    """What to export, and from which viewpoint."""

    at: str | None = asked(
        "The day; today where it is left out, and for events all of them.",
        examples=["2012-03-31"],
        **MOMENT,
    )
    what: Literal["events", "state", "holdings"] = Field("events", description="What to export.")


class PageQuery(BaseModel):
    """Which page to answer with."""

    limit: Limit = DEFAULT_LIMIT
    cursor: str | None = asked("The `next_cursor` of an earlier page.", format="uuid")


class FundsQuery(PageQuery):
    """Which funds to list."""

    search: str | None = asked("What the name contains, in any case.", maxLength=200)


class TimelineQuery(BaseModel):
    """Which events to list."""

    start: str | None = asked("The first effective day.", **MOMENT)
    end: str | None = asked("The last effective day.", **MOMENT)
    recorded_start: str | None = asked("The first UTC day of recording.", **MOMENT)
    recorded_end: str | None = asked("The last UTC day of recording.", **MOMENT)
    type: str | None = asked("The type of event.", enum=list(EventType))
    company: str | None = asked("Any name that the company ever bore, or its id.", **LINE)
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


class Commitment(Record):
    """A promise of capital."""

    investor: Name
    amount: Money
    partner: Literal["lp", "gp"] = "lp"
    effective_on: Day | None = None
    note: Text | None = None


class NewFund(Record):
    """A fund to establish."""

    name: FundName
    terms: Terms
    commitments: list[Commitment]
    effective_on: Day | None = None
