"""The types of event that have a form, by their names in addresses."""

from __future__ import annotations

from app.domain.events.catalogue import PERIOD_EVENTS, EventType

# They have pages of their own.
WITHOUT_FORM = PERIOD_EVENTS | {
    EventType.FUND_ESTABLISHED,
    EventType.TERMS_AMENDED,
    EventType.EVENT_VOIDED,
    EventType.APPROVAL_CHANGED,
}


def slug(event_type: EventType) -> str:
    """Write a type as a part of an address."""
    return event_type.value.lower().replace("_", "-")


def type_of(text: str) -> EventType | None:
    """Find the type with a form that a part of an address means."""
    name = text.upper().replace("-", "_")
    if name not in EventType.__members__ or text != text.lower():
        return None
    return None if EventType(name) in WITHOUT_FORM else EventType(name)
