"""Events as JSON: the payload that the log keeps, its canonical bytes, and their hash."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from app.domain.events.catalogue import Payload
from app.domain.fields import Record
from app.domain.money import plain_text

JsonObject = dict[str, Any]


def stored_payload(payload: Payload, **more: str | int) -> JsonObject:
    """Return the payload as the log keeps it: JSON with exact numbers as text, no empty fields."""
    return as_json(payload, exclude_none=True) | more


def as_json(record: Record, *, exclude_none: bool = False) -> JsonObject:
    """Return a record as JSON: exact numbers as text in their one spelling, dates in ISO form."""
    return record.model_dump(mode="json", exclude_none=exclude_none)


def canonical_json(value: object) -> bytes:
    """Write a value so that equal facts give equal bytes: sorted keys, no spaces, UTF-8."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def payload_hash(effective_on: date, payload: JsonObject) -> bytes:
    """Identify a fact by its date and payload (SHA-256); a note does not make another fact."""
    if "note" in payload:
        payload = {name: value for name, value in payload.items() if name != "note"}
    return hash_with_note(effective_on, payload)


def hash_with_note(effective_on: date, payload: JsonObject) -> bytes:
    """Hash a fact with all that its payload holds: how logs identified it at first."""
    return sha256(
        canonical_json({"effective_on": effective_on.isoformat(), "payload": payload})
    ).digest()


def plain(value: object) -> object:
    """Return a value as JSON: exact numbers as text in their one spelling, dates in ISO form."""
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
