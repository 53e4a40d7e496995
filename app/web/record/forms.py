"""A form for each type of event, made from what its payload holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, get_type_hints

from wtforms import BooleanField, Field, Form

from app.domain.events.catalogue import PAYLOADS, CompanyPayload, EventType, Payload
from app.domain.events.event_json import JsonObject, plain
from app.domain.events.field_specs import field_spec
from app.domain.events.model import Event
from app.domain.whole_numbers import parse_whole
from app.web.record import wording
from app.web.record.field_kinds import AllocationsField, field_for
from app.web.shared.form_fields import AmountField, DayField, NumberField, TextField

# They are asked for where they are needed, or are the log's own.
_UNASKED = {
    "company_id", "occurrence", "attributed_to", "adjustment", "terms", "reason", "prepared_by",
    "self_approved",
}  # fmt: skip
_IN_CURRENCY = (AmountField,)


class EventForm(Form):
    """What a person types of one event; `form_for` gives it the fields of its type."""

    event_type: EventType
    effective_on: DayField

    @property
    def main(self) -> Iterator[Field]:
        """The fields that most events of the type have."""
        return (each for each in self if not wording.is_seldom(self.event_type, each.name))

    @property
    def more(self) -> list[Field]:
        """The fields that few have."""
        return [each for each in self if wording.is_seldom(self.event_type, each.name)]

    @property
    def has_more(self) -> bool:
        """Whether anything stands in those that few have, so that they are to be seen."""
        return any(each.errors or _given(each) is not None for each in self.more)

    @property
    def named_company(self) -> str:
        """The company named; empty where none is."""
        return str(self["company"].data or "").strip() if "company" in self else ""

    @property
    def day(self) -> date | None:
        """The day typed, where it is one."""
        return self.effective_on.data

    def hint(self, field: Field) -> str:
        """Say what goes into a field, where its label does not."""
        return field_spec(field.name).hint

    def raw(self) -> JsonObject:
        """Return the event as it comes in from outside."""
        payload = {
            each.name: plain(value)
            for each in self
            if each.name != "effective_on" and (value := _given(each)) is not None
        }
        day = self.day.isoformat() if self.day else ""
        return {"event_type": self.event_type.value, "effective_on": day, "payload": payload}

    def typed(self, name: str) -> str:
        """Return the text that stands in a field; empty where there is no such field."""
        raw = self[name].raw_data if name in self else None
        return str(raw[0]).strip() if raw else ""

    def says_the_same_as(self, event: Event) -> bool:
        """Return whether what is typed is what an event says already."""
        before = form_for(event.event_type)(data=answers(event))
        return all(_given(each) == _given(before[each.name]) for each in self)

    def refuse(self, name: str, reason: str) -> bool:
        """Put a refusal beside its field; False where there is none of that name."""
        if name not in self:
            return False
        field = self[name]
        field.errors = [*field.errors, reason]
        return True


class UndoForm(Form):
    """The first and the last sequence of what is to be taken back."""

    first = TextField(parse_whole, default=0)
    last = TextField(parse_whole, default=0)


@cache
def form_for(event_type: EventType) -> type[EventForm]:
    """Make the form of a type."""
    model = PAYLOADS[event_type]
    hints = get_type_hints(model, include_extras=True)
    fields: dict[str, Any] = {}
    for name in _ordered(model):
        field = model.model_fields[name]
        default = None if field.is_required() else field.default
        fields[name] = field_for(name, hints[name], default, required=field.is_required())
        if len(fields) == 1:
            fields["effective_on"] = DayField(wording.day_label(event_type))
    # What comes first in a class is what comes first on the page.
    return type(f"{event_type}Form", (EventForm,), {**fields, "event_type": event_type})


def typed(event_type: EventType, formdata: Any, currency: str, **more: Any) -> EventForm:  # noqa: ANN401 - WTForms' own
    """Read a form of a type, in the fund's currency; without data it is filled in with `more`."""
    form = form_for(event_type)(formdata, data=more, meta={"currency": currency})
    for each in form:
        if isinstance(each, _IN_CURRENCY):
            each.label.text = f"{each.label.text}, {currency}"
    return form


def answers(event: Event) -> dict[str, Any]:
    """Return what a form would have been filled in with for an event to be as it is."""
    fields = form_for(event.event_type)()
    given: dict[str, Any] = {"effective_on": event.effective_on}
    for field in fields:
        if field.name in event.payload:
            given[field.name] = _read(field, event.payload[field.name])
    return given


def _read(field: Field, value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(field, AllocationsField):
        return {name: Decimal(amount) for name, amount in value.items()}
    if isinstance(field, NumberField):
        return Decimal(value)
    if isinstance(field, DayField):
        return date.fromisoformat(value)
    return value


def _given(field: Field) -> object:
    """Return the value of a field; None where there is none."""
    value: object = field.data
    if isinstance(field, BooleanField):
        return True if value else None
    if isinstance(value, str):
        return value.strip() or None
    return value


def _ordered(model: type[Payload]) -> Iterable[str]:
    """Return the fields of a type before those that any event may have."""
    own = [name for name in model.model_fields if name not in Payload.model_fields]
    names = [*own, *Payload.model_fields]
    if issubclass(model, CompanyPayload):
        names = ["company", *(name for name in names if name != "company")]
    return [name for name in names if name not in _UNASKED]
