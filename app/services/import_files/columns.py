"""The columns of an import file, and what kind of cell stands in each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, get_args, get_origin
from uuid import UUID

from app.domain.events.catalogue import PAYLOADS
from app.domain.fields import Share


class Kind(StrEnum):
    """What kind of cell stands in a column."""

    TEXT = "text"
    CHOICE = "one of some words"
    NUMBER = "a number"
    SHARE = "a fraction"
    COUNT = "a whole number"
    DAY = "a day"
    INSTANT = "an instant"
    ANSWER = "yes or no"
    JSON = "JSON"


ENVELOPE_COLUMNS = ("effective_on", "event_type", "recorded_at", "sequence", "correlation_id")
REQUIRED_COLUMNS = ("effective_on", "event_type")
PAYLOAD_COLUMNS = tuple(
    dict.fromkeys(name for model in PAYLOADS.values() for name in model.model_fields)
)
COLUMNS = (*ENVELOPE_COLUMNS, *PAYLOAD_COLUMNS)
CURRENCY = "currency"  # may stand in a file: each row's is compared with the fund's
TAKEN_COLUMNS = (*COLUMNS, CURRENCY)
_ENVELOPE = {
    "effective_on": Kind.DAY,
    "event_type": Kind.TEXT,
    "recorded_at": Kind.INSTANT,
    "sequence": Kind.COUNT,
    "correlation_id": Kind.TEXT,
}
_BY_TYPE = {Decimal: Kind.NUMBER, date: Kind.DAY, int: Kind.COUNT, bool: Kind.ANSWER}


def _parts(annotation: Any) -> list[Any]:  # noqa: ANN401 - annotations have no common type
    """Take the type of a field apart, as far as it tells what is written into its cells."""
    if annotation == Share:
        return [Share]
    origin = get_origin(annotation)
    if origin is Annotated:
        return _parts(get_args(annotation)[0])
    if origin is Literal:
        return [type(value) for value in get_args(annotation)] + list(get_args(annotation))
    if origin is dict or origin is None:
        return [origin or annotation]
    return [part for each in get_args(annotation) for part in _parts(each)]


def _kind(annotation: Any) -> Kind:  # noqa: ANN401
    parts = [part for part in _parts(annotation) if part is not type(None)]
    if parts[0] == Share:
        return Kind.SHARE
    if parts[0] is str:
        return Kind.TEXT if len(parts) == 1 else Kind.CHOICE
    if parts[0] is UUID:
        return Kind.TEXT
    return _BY_TYPE.get(parts[0], Kind.JSON)


def _kinds() -> dict[str, Kind]:
    found = dict(_ENVELOPE)
    for model in PAYLOADS.values():
        for name, field in model.model_fields.items():
            kind = _kind(field.annotation)
            assert found.setdefault(name, kind) is kind, name  # one column, one kind
    return found


def _choices() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for model in PAYLOADS.values():
        for name, field in model.model_fields.items():
            words = {part for part in _parts(field.annotation) if isinstance(part, str)}
            found.setdefault(name, set()).update(words)
    return found


KINDS = _kinds()
CHOICES = _choices()
