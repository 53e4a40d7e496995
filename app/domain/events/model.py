"""Events: facts as they are proposed, as the log keeps them, and as a fold needs them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from app.domain.events.catalogue import EventType, Payload
from app.domain.events.event_json import JsonObject


class Draft(NamedTuple):
    """A fact that is well-formed but not yet in the log.

    `effective_on` is None only for a void, which takes its target's date.
    """

    event_type: EventType
    effective_on: date | None
    payload: Payload
    recorded_at: datetime | None = None  # histories only
    recorded_by: str | None = None  # histories only; None: whoever appends it
    correlation_id: UUID | None = None
    causation_id: UUID | None = None


class Fact(NamedTuple):
    """What a fold needs of an event, and no more; see `Event`."""

    sequence: int
    event_type: str
    effective_on: date
    payload: JsonObject

    def amount(self, field: str = "amount") -> Decimal:
        """Read an amount of the payload, exactly."""
        return Decimal(self.payload[field])


@dataclass(frozen=True, slots=True)
class Event:
    """A fact in the log of one fund, in the newest shape of its type."""

    sequence: int
    id: UUID
    event_type: EventType
    effective_on: date
    payload: JsonObject
    recorded_at: datetime
    recorded_by: str
    source: str = "api"
    correlation_id: UUID | None = None
    causation_id: UUID | None = None
    loaded_at: datetime | None = None

    def amount(self, field: str = "amount") -> Decimal:
        """Read an amount of the payload, exactly."""
        return Decimal(self.payload[field])

    @property
    def company_id(self) -> str | None:
        """The company that the fact is about, if it is about one."""
        return self.payload.get("company_id")


Foldable = Event | Fact
