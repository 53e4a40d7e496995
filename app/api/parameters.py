"""Reads what a request says beside its body: parameters and headers, each refused by its name."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from flask import request
from pydantic import BaseModel, BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from app.api.problems import BadRequestError
from app.domain.fields import read_name
from app.domain.suggestions import closest
from app.domain.viewpoint import parse_day

DEFAULT_LIMIT, MAX_LIMIT = 100, 1000
_SAME = {"as_of": "at"}  # what pages and commands call it
# Days are written in full, instants with their offset.
MOMENT: dict[str, Any] = {"pattern": "^[-+0-9TWZ:., ]+$"}
LINE: dict[str, Any] = {"minLength": 1, "maxLength": 200}
SEQUENCE: dict[str, Any] = {"pattern": "^[0-9]{1,18}$"}
KEY: dict[str, Any] = {"pattern": "^[!-~]{1,200}$"}
HEAD: dict[str, Any] = {"pattern": '^("[0-9]{1,18}"|[0-9]{1,18})$'}


class Query(BaseModel):
    """The parameters of a request."""

    @classmethod
    def read(cls) -> Self:
        """Read them, each of which can be left out. Raises BadRequestError for the first fault.

        What would be left unheard is refused: an unknown parameter, or one said twice.
        """
        known = tuple(str(field.alias or name) for name, field in cls.model_fields.items())
        for name, values in request.args.lists():
            if name not in known:
                near = closest(_SAME.get(name, name), known)
                mend = f"did you mean {near[0]}?" if near else f"use {', '.join(known) or 'none'}"
                raise BadRequestError(name, values[0], f"is not a parameter here: {mend}")
            if len(values) > 1:
                reason = "is there more than once: give it once"
                raise BadRequestError(name, ", ".join(values), reason)
        return cls.model_validate(request.args.to_dict())


class Headers(BaseModel):
    """The headers of a request."""

    @classmethod
    def read(cls) -> Self:
        """Read them, each of which can be left out. Raises BadRequestError for the first fault."""
        known = (str(field.alias) for field in cls.model_fields.values())
        return cls.model_validate(
            {name: request.headers[name] for name in known if name in request.headers}
        )


def asked(
    description: str,
    alias: str | None = None,
    *,
    default: object = None,
    **schema: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    """Describe a parameter or header, which is text and may be left out."""

    def described(written: dict[str, Any]) -> None:
        written.clear()
        written.update({"type": "string", "description": description, **schema})

    return Field(default, alias=alias, json_schema_extra=described)


def no_cursor(given: str) -> BadRequestError:
    """Refuse what is no cursor."""
    return BadRequestError("cursor", given, "must be a next_cursor of an earlier answer")


def _given(text: str, info: ValidationInfo) -> str:
    """Read a text that is not empty."""
    try:
        return read_name(text)
    except PydanticCustomError as error:
        reason = error.message().replace("write it or leave the field out", "give it or leave it")
        raise BadRequestError(str(info.field_name), text, reason) from error


def _day(text: str, info: ValidationInfo) -> date:
    """Read a day, or an instant that means its UTC day."""
    return parse_day(text, str(info.field_name))


def _last_day(text: str, info: ValidationInfo) -> date:
    """Read the day with which a time ends that another parameter begins."""
    last = _day(text, info)
    start = str(info.field_name).replace("end", "start")
    first: date | None = info.data[start]
    if first and last < first:
        reason = f"lies before {start}: give {first} or a later day"
        raise BadRequestError(str(info.field_name), last.isoformat(), reason)
    return last


def _limit(text: str) -> int:
    """Read how long a page is to be."""
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= MAX_LIMIT:
        raise BadRequestError("limit", text, f"must be between 1 and {MAX_LIMIT}")
    return int(text)


def _sequence(text: str, info: ValidationInfo) -> int:
    if re.fullmatch(SEQUENCE["pattern"], text):
        return int(text)
    if info.field_name == "cursor":
        raise no_cursor(text)
    reason = "must be the sequence of an event, such as 120"
    raise BadRequestError(str(info.field_name), text, reason)


def _id(text: str, info: ValidationInfo) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        if info.field_name == "cursor":
            raise no_cursor(text) from error
        reason = "must be an id, a UUID"
        raise BadRequestError(str(info.field_name), text, reason) from error


def _key(text: str) -> str:
    if not re.fullmatch(KEY["pattern"], text):
        reason = "must have 1 to 200 visible ASCII characters: send a UUID"
        raise BadRequestError("Idempotency-Key", text, reason)
    return text


def _head(text: str) -> int:
    if not re.fullmatch(HEAD["pattern"], text.strip()):
        raise BadRequestError(
            "If-Match",
            text,
            'must be the head that you have read, in quotes, such as "120": a state\'s head is '
            "its newest event; leave the header out to write whatever the head is",
        )
    return int(text.strip().strip('"'))


GIVEN = BeforeValidator(_given)
Text = Annotated[str, GIVEN]
Search = Annotated[str, BeforeValidator(lambda text, info: text.strip() and _given(text, info))]
FirstDay = Annotated[date | None, BeforeValidator(_day), GIVEN]
LastDay = Annotated[date | None, BeforeValidator(_last_day), GIVEN]
Sequence = Annotated[int | None, BeforeValidator(_sequence), GIVEN]
Id = Annotated[UUID | None, BeforeValidator(_id), GIVEN]
Key = Annotated[str | None, BeforeValidator(_key)]
Head = Annotated[int | None, BeforeValidator(_head)]
Limit = Annotated[
    int,
    Field(ge=1, le=MAX_LIMIT, description="How many at most."),
    BeforeValidator(_limit),
    GIVEN,
]
