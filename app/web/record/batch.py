"""The batch that a form becomes: its event, and what is recorded with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from app.domain.events.catalogue import EventType
from app.domain.events.event_json import JsonObject
from app.domain.events.model import Event
from app.domain.money import plain_text
from app.web.record.follow_up_questions import AskedForm
from app.web.record.forms import EventForm

Role = Literal["void", "company", "event", "mark"]


class Part(NamedTuple):
    """One event of the batch, and what it is there for."""

    role: Role
    raw: JsonObject


@dataclass(frozen=True, slots=True)
class Batching:
    """What was typed and answered, and the books that it may fall into."""

    form: EventForm
    asked: AskedForm
    target: Event | None  # what it corrects
    closed_through: date | None
    tells_mark: bool  # whether a mark of the same day is told anew

    def parts(self) -> Iterator[Part]:
        """Return the events in the order in which the log takes them."""
        event = self.form.raw()
        day = event["effective_on"]
        if self.target:
            reason = (self.asked.reason.data or "").strip() or "corrected"
            payload = {"voids": self.target.sequence, "reason": reason}
            raw = {"event_type": EventType.EVENT_VOIDED.value, "payload": payload}
            yield Part("void", self._adjusted(raw, self.target.effective_on))
        if self.asked.new_company.data:
            payload = {"company": self.form.named_company, **self.asked.company_particulars}
            yield self._part("company", EventType.COMPANY_ADDED, day, payload)
        yield Part("event", self._adjusted(event, self.form.day))
        if self.tells_mark and self.asked.new_mark.data is not None:
            value = plain_text(self.asked.new_mark.data)
            payload = {"company": self.form.named_company, "new_valuation": value}
            yield self._part("mark", EventType.VALUATION_UPDATED, day, payload)

    def is_closed(self, day: date | None) -> bool:
        """Return whether a day lies in closed books."""
        return day is not None and self.closed_through is not None and day <= self.closed_through

    def _part(self, role: Role, event_type: EventType, day: str, payload: JsonObject) -> Part:
        raw = {"event_type": event_type.value, "effective_on": day, "payload": payload}
        return Part(role, self._adjusted(raw, self.form.day))

    def _adjusted(self, raw: JsonObject, day: date | None) -> JsonObject:
        """Say of what lies in closed books that it is to go there, where that is said."""
        if not (self.asked.adjustment.data and self.is_closed(day)):
            return raw
        return raw | {"payload": raw["payload"] | {"adjustment": True}}
