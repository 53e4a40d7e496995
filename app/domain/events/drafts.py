"""Events: facts as they are proposed, and as the log keeps them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from app.domain.errors import Fault, FaultList, RefusedError
from app.domain.events.catalogue import PAYLOADS, EventType, Payload
from app.domain.fields import Record, read_date
from app.domain.money import plain_text
from app.domain.suggestions import closest

JsonObject = dict[str, Any]

ENVELOPE_FIELDS = ("event_type", "effective_on", "payload")

# From (event type, version) to a function that brings such a payload one version further. A new
# version of a type begins with the step that leads to it; every type began with version 1.
Upcast = Callable[[JsonObject], JsonObject]
Upcasts = Mapping[tuple[EventType, int], Upcast]
UPCASTS: Upcasts = {}
_MOST_VALUES = 5_000  # in one event, the allocations to its partners included
_LONGEST_NUMBER = 10**100
_DEEPEST = 8  # levels of objects in each other; terms have the most, four
_MOST_TOLD = 50  # faults of a kind that are told of one event
# Which of its fields were given, pydantic keeps of each record: nobody asks for it, and it would be
# half a kilobyte for each row of a long file.
_UNTOLD: set[str] = set()


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


def newest_version(event_type: EventType, upcasts: Upcasts = UPCASTS) -> int:
    """Give the version in which events of a type are written."""
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


def stored_payload(payload: Payload, **more: str | int) -> JsonObject:
    """Give the payload as the log keeps it: JSON with exact numbers as text, no empty fields."""
    return as_json(payload, exclude_none=True) | more


def as_json(record: Record, *, exclude_none: bool = False) -> JsonObject:
    """Give a record as JSON: exact numbers as text in their one spelling, dates in ISO form."""
    return record.model_dump(mode="json", exclude_none=exclude_none)


def canonical_json(value: object) -> bytes:
    """Write a value so that equal facts give equal bytes: sorted keys, no spaces, UTF-8."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def payload_hash(effective_on: date, payload: JsonObject) -> bytes:
    """Identify a fact by its date and payload (SHA-256)."""
    return sha256(
        canonical_json({"effective_on": effective_on.isoformat(), "payload": payload})
    ).digest()


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
    """Give the fields of the record at a path; none where there is no record."""
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


def plain(value: object) -> object:
    """Give a value as JSON: exact numbers as text in their one spelling, dates in ISO form."""
    match value:
        case Decimal():
            return plain_text(value)
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return value
