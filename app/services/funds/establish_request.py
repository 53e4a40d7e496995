"""Reads what a fund is to be established with, and names each field at fault by its path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from app.domain.errors import Fault, FaultList, RefusedError
from app.domain.events.catalogue import EventType
from app.domain.events.model import Draft
from app.domain.events.parse import parse_draft, unknown_field
from app.domain.fields import Day, FundName, Money, Name, Record, Text, read_date

_NAME: TypeAdapter[str] = TypeAdapter(FundName)
_MOST_COMMITMENTS = 5_000
_MOST_TOLD = 50  # fields of one commitment that are told not to be known


class Commitment(Record):
    """A promise of capital."""

    investor: Name
    amount: Money
    partner: Literal["lp", "gp"] = "lp"
    effective_on: Day | None = None
    note: Text | None = None


_COMMITMENT = tuple(Commitment.model_fields)


@dataclass(frozen=True, slots=True)
class EstablishRequest:
    """A fund's name and its first events: the terms, then each commitment."""

    name: str
    drafts: list[Draft]


def read_opening(
    name: object, terms: object, commitments: object, effective_on: object = None
) -> EstablishRequest:
    """Read all that establishes a fund; what has no date is of the day of inception.

    Raises RefusedError with every fault of all.
    """
    faults = FaultList()
    faults.extend(_name_faults(name))
    # Where no day can be read there is a fault already, and it need not be told twice.
    day = _day(effective_on) or _day(terms.get("inception_on") if isinstance(terms, dict) else None)
    day = day or datetime.now(UTC).date().isoformat()
    raw: list[tuple[int, object]] = [
        (0, _established(terms, day if effective_on is None else effective_on))
    ]
    if isinstance(commitments, list) and len(commitments) > _MOST_COMMITMENTS:
        reason = f"are too many: send at most {_MOST_COMMITMENTS:,}, and the others as events"
        faults.extend([Fault("commitments", f"{len(commitments):,}", reason)])
    elif isinstance(commitments, list):
        for position, commitment in enumerate(commitments, 1):
            if found := list(_shape_faults(commitment)):
                faults.extend(placed(replace(fault, position=position)) for fault in found)
            else:
                raw.append((position, _committed(commitment, day)))
    else:
        faults.extend([Fault("commitments", "", "must be an array; it may be empty")])
    drafts = []
    for position, item in raw:
        try:
            drafts.append(parse_draft(item, position))
        except RefusedError as error:
            faults.extend((placed(fault) for fault in error.faults), error.more)
    if faults:
        raise faults.refusal()
    return EstablishRequest(_NAME.validate_python(name), drafts)


def placed(fault: Fault) -> Fault:
    """Name the field of a fault as it was sent, not as the event has it."""
    if fault.position == 0:
        return fault
    path = f"commitments[{fault.position - 1}]"
    if fault.code == "twin":
        assert fault.sequence is not None
        first = f"commitments[{fault.sequence - 2}]"  # the terms are the first event
        return Fault(path, "", f"is the same as {first}: leave it out, or add the two up")
    field = path if fault.field == "commitment" else f"{path}.{fault.field}"
    reason = fault.reason.replace(EventType.COMMITMENT_MADE, "a commitment")
    return replace(fault, field=field, reason=reason, position=0)


def _name_faults(name: object) -> Iterator[Fault]:
    if name is None:
        yield Fault("name", "", "is required: add it")
        return
    try:
        _NAME.validate_python(name)
    except ValidationError as error:
        shown = name[:200] if isinstance(name, str) else ""
        yield Fault("name", shown, error.errors(include_url=False)[0]["msg"])


def _shape_faults(commitment: object) -> Iterator[Fault]:
    if not isinstance(commitment, dict):
        yield Fault("commitment", "", "must be an object")
        return
    unknown = (field for field in commitment if field not in _COMMITMENT)
    for field in islice(unknown, _MOST_TOLD):
        yield Fault(field[:200], "", unknown_field(field, _COMMITMENT, "a commitment"))


def _established(terms: object, effective_on: object) -> dict[str, object]:
    payload = {} if terms is None else {"terms": terms}
    return {
        "event_type": EventType.FUND_ESTABLISHED,
        "effective_on": effective_on,
        "payload": payload,
    }


def _committed(commitment: dict[str, Any], day: str) -> dict[str, object]:
    payload = {field: value for field, value in commitment.items() if field != "effective_on"}
    given = commitment.get("effective_on")
    return {
        "event_type": EventType.COMMITMENT_MADE,
        "effective_on": day if given is None else given,
        "payload": payload,
    }


def _day(value: object) -> str | None:
    try:
        return None if value is None else read_date(value).isoformat()
    except PydanticCustomError:
        return None
