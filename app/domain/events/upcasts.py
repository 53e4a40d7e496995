"""Payloads of older versions, brought to the newest one as they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.domain.events.catalogue import EventType
from app.domain.events.event_json import JsonObject

# From (event type, version) to a function that brings such a payload one version further. A new
# version of a type begins with the step that leads to it; every type began with version 1.
Upcast = Callable[[JsonObject], JsonObject]
Upcasts = Mapping[tuple[EventType, int], Upcast]
UPCASTS: Upcasts = {}


def newest_version(event_type: EventType, upcasts: Upcasts = UPCASTS) -> int:
    """Return the version in which events of a type are written."""
    version = 1
    while (event_type, version) in upcasts:
        version += 1
    return version


def upcast(
    event_type: EventType, version: int, payload: JsonObject, upcasts: Upcasts = UPCASTS
) -> JsonObject:
    """Bring a stored payload to the newest version of its type, one version at a time."""
    while step := upcasts.get((event_type, version)):
        payload, version = step(payload), version + 1
    return payload
