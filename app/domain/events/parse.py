"""Reads proposed events, and names every fault of one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from app.domain.errors import Fault, FaultList, RefusedError
from app.domain.events.catalogue import PAYLOADS, EventType, Payload
from app.domain.events.event_json import JsonObject
from app.domain.events.model import Draft
from app.domain.fields import read_date
from app.domain.suggestions import closest

ENVELOPE_FIELDS = ("event_type", "effective_on", "payload")

_MOST_VALUES = 5_000  # in one event, the allocations to its partners included
_LONGEST_NUMBER = 10**100
_NESTED = frozenset({dict, list})
_DEEPEST = 8  # levels of objects in each other; terms have the most, four
_MOST_TOLD = 50  # faults of a kind that are told of one event
# Which of its fields were given, pydantic keeps of each record: nobody asks for it, and it would be
# half a kilobyte for each row of a long file.
_UNTOLD: set[str] = set()


def parse_draft(raw: object, position: int = 0) -> Draft:
    """Read `{"event_type", "effective_on", "payload"}` into a well-formed fact.

    Raises RefusedError with every fault found.
    """
    if reason := _shape_fault(raw):
        raise RefusedError([Fault("event", "", reason, position, beside=True)])
    assert isinstance(raw, dict)
    found = FaultList()
    faults: list[Fault] = []
    event_type = _event_type(raw.get("event_type"), position, faults)
    unknown = [str(key) for key in raw if key not in ENVELOPE_FIELDS]
    faults += [
        Fault(key[:200], "", _misplaced(key, event_type), position, beside=True)
        for key in unknown[:_MOST_TOLD]
    ]
    effective_on = _effective_on(raw.get("effective_on"), event_type, position, faults)
    found.extend(faults, len(unknown[_MOST_TOLD:]))
    payload = _payload(raw.get("payload", {}), event_type, position, found)
    if found or event_type is None or payload is None:
        raise found.refusal()
    return Draft(event_type, effective_on, payload)


def _shape_fault(raw: object) -> str:
    """Say why something cannot be an event, before anything in it is looked at; empty if it can."""
    if not isinstance(raw, dict):
        return "must be an object"
    if _is_flat(raw):
        return ""
    level: list[JsonObject | list[Any]] = [raw]
    values = 0
    for _ in range(_DEEPEST):
        inside = [value for each in level for value in _parts(each)]
        values += len(inside)
        if values > _MOST_VALUES:
            return f"has more than {_MOST_VALUES:,} values: an event is one fact, split it up"
        level = [value for value in inside if isinstance(value, (dict, list))]
        if not level:
            return ""
    return f"has more than {_DEEPEST} levels of objects and arrays: flatten it"


def _is_flat(raw: JsonObject) -> bool:
    """Return whether an event holds nothing but a payload of a few plain values, as most do."""
    payload = raw.get("payload")
    return (
        type(payload) is dict
        and len(raw) + len(payload) <= _MOST_VALUES
        and [type(value) in _NESTED for value in raw.values()].count(True) == 1
        and _NESTED.isdisjoint(map(type, payload.values()))
    )


def _parts(value: JsonObject | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _misplaced(field: str, event_type: EventType | None) -> str:
    """Say where a field belongs that stands beside the payload."""
    if field in (PAYLOADS[event_type] if event_type else Payload).model_fields:
        return f'belongs in the payload: write "payload": {{"{field}": …}}'
    return unknown_field(field, ENVELOPE_FIELDS, "an event")


def _event_type(value: object, position: int, faults: list[Fault]) -> EventType | None:
    if isinstance(value, str) and value in EventType.__members__:
        return EventType(value)
    shown = _shown(value)
    near = closest(shown.upper(), EventType.__members__, 1, 0.5)
    mend = f"did you mean {near[0]}?" if near else f"use one of {', '.join(EventType)}"
    faults.append(
        Fault(
            "event_type",
            shown,
            f"is not a type of event: {mend}",
            position,
            beside=True,
        )
    )
    return None


def _effective_on(
    value: object, event_type: EventType | None, position: int, faults: list[Fault]
) -> date | None:
    if value is None or value == "":
        if event_type is not EventType.EVENT_VOIDED:
            missing = "is required: the day it was true"
            faults.append(Fault("effective_on", "", missing, position, beside=True))
        return None
    try:
        return read_date(value)
    except PydanticCustomError as error:
        faults.append(Fault("effective_on", _shown(value), error.message(), position, beside=True))
        return None


def _payload(
    value: object, event_type: EventType | None, position: int, found: FaultList
) -> Payload | None:
    if event_type is None:
        return None
    if not isinstance(value, dict):
        found.extend([Fault("payload", "", "must be an object", position, beside=True)])
        return None
    model = PAYLOADS[event_type]
    try:
        payload = model.model_validate(value)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
        found.extend(
            (_fault(detail, model, event_type, position) for detail in details[:_MOST_TOLD]),
            len(details[_MOST_TOLD:]),
        )
        return None
    object.__setattr__(payload, "__pydantic_fields_set__", _UNTOLD)
    return payload


def _fault(
    detail: ErrorDetails, model: type[Payload], event_type: EventType, position: int
) -> Fault:
    path = [str(part) for part in detail["loc"]]
    value = detail["input"]
    if detail["type"] in _fields_at(model, path):  # a rule over several fields names the one
        path.append(detail["type"])
        value = value.get(path[-1], "") if isinstance(value, dict) else value
    path = path or ["payload"]
    field = ".".join(path)
    kind = detail["type"]
    if kind == "missing":
        reason = f"is required for {event_type}: add it"
    elif kind == "extra_forbidden":
        reason = (
            "belongs beside the payload: take it out of it"
            if path[-1] in ENVELOPE_FIELDS and not path[1:]
            else unknown_field(
                path[-1],
                tuple(_fields_at(model, path[:-1])),
                path[-2] if path[1:] else event_type,
            )
        )
    elif kind in {"model_type", "dict_type"}:
        reason = "must be an object"
    elif kind == "literal_error":
        reason = f"must be one of {detail['ctx']['expected'].replace(' or ', ', ')}"
    elif kind == "string_pattern_mismatch":
        reason = "must be three capital letters, such as USD"
    else:
        reason = detail["msg"].replace("Input should be", "must be").removeprefix(f"{path[-1]} ")
    return Fault(field[:200], _shown(value), reason, position, beside=field == "payload")


def _shown(value: object) -> str:
    """Write a value that is refused; nothing for what has parts, and no number without end."""
    if value is None or isinstance(value, (dict, list, BaseModel)):
        return ""
    if isinstance(value, int) and not -_LONGEST_NUMBER < value < _LONGEST_NUMBER:
        return "a number of too many digits"
    return str(value)[:200]


def _fields_at(model: type[BaseModel], path: list[str]) -> Iterable[str]:
    """Return the fields of the record at a path; none where there is no record."""
    for name in path:
        field = model.model_fields.get(name)
        kind = field.annotation if field else None
        if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
            return ()
        model = kind
    return model.model_fields


def unknown_field(field: str, known: tuple[str, ...], owner: str) -> str:
    """Say that a field is not known, and which one may have been meant."""
    near = closest(field, known)
    mend = f"did you mean {near[0]}?" if near else f"it takes {', '.join(known)}"
    return f"is not a field of {owner}: {mend}"
