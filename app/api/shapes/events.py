"""The shapes of events as they are sent, made of the event catalogue itself."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, create_model

from app.domain.events.catalogue import PAYLOADS, EventType, Payload
from app.domain.fields import Day
from app.services.recording.batches import MOST_EVENTS


def _event(event_type: EventType, payload: type[Payload]) -> type[BaseModel]:
    """Describe the events of one type; a void has its target's date."""
    day: Any = (Day, ...)
    type_: Any = (Literal[event_type.value], ...)
    if event_type is EventType.EVENT_VOIDED:
        day = (
            Annotated[
                Day | Literal[""] | None, Field(description="Its target's, whatever is sent.")
            ],
            None,
        )
    return create_model(
        event_type.value.title().replace("_", "") + "Event",
        __config__=ConfigDict(extra="forbid"),
        __doc__=payload.__doc__,
        event_type=type_,
        effective_on=day,
        payload=(payload, ...),
    )


_ONE: Any = reduce(or_, (_event(*entry) for entry in PAYLOADS.items()))
_Event = Annotated[_ONE, Field(discriminator="event_type")]


class Event(RootModel[_Event]):
    """A fact to record: its type, the day it was true, and what its type carries."""


_Batch = Annotated[list[Event], Field(min_length=1, max_length=MOST_EVENTS)]


class Events(RootModel[Event | _Batch]):
    """One event, or an array of at most 10,000."""
