"""Reads what a request says beside its body: parameters and headers, each refused by its name."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

from flask import request
from pydantic_core import PydanticCustomError

from app.api.problems import BadRequestError
from app.domain.fields import read_name
from app.domain.suggestions import closest
from app.domain.viewpoint import parse_day

DEFAULT_LIMIT, MAX_LIMIT = 100, 1000
KEY_PATTERN = r"^[!-~]{1,200}$"
HEAD_PATTERN = r'^("[0-9]{1,18}"|[0-9]{1,18})$'
_SAME = {"as_of": "at"}  # what pages and commands call it


def check_parameters(*known: str) -> None:
    """Refuse what would be left unheard: an unknown parameter, or one said twice."""
    for name, values in request.args.lists():
        if name not in known:
            near = closest(_SAME.get(name, name), known)
            mend = f"did you mean {near[0]}?" if near else f"use {', '.join(known) or 'none'}"
            raise BadRequestError(name, values[0], f"is not a parameter here: {mend}")
        if len(values) > 1:
            raise BadRequestError(name, ", ".join(values), "is there more than once: give it once")


def parameter(name: str) -> str:
    """Read a parameter that can be left out (which gives no text), but not be empty."""
    given = request.args.get(name)
    if given is None:
        return ""
    try:
        return read_name(given)
    except PydanticCustomError as error:
        reason = error.message().replace("write it or leave the field out", "give it or leave it")
        raise BadRequestError(name, given, reason) from error


def search_text() -> str:
    """Read the text to search for, which may be empty."""
    return parameter("search") if request.args.get("search", "").strip() else ""


def day(name: str) -> date | None:
    """Read a day, or an instant that means its UTC day."""
    given = parameter(name)
    return parse_day(given, name) if given else None


def days(start: str, end: str) -> tuple[date | None, date | None]:
    """Read a first and a last day, in this order."""
    first, last = day(start), day(end)
    if first and last and last < first:
        reason = f"lies before {start}: give {first} or a later day"
        raise BadRequestError(end, last.isoformat(), reason)
    return first, last


def limit() -> int:
    """Read how long a page is to be."""
    given = parameter("limit") or str(DEFAULT_LIMIT)
    if not re.fullmatch(r"[0-9]{1,6}", given) or not 1 <= int(given) <= MAX_LIMIT:
        raise BadRequestError("limit", given, f"must be between 1 and {MAX_LIMIT}")
    return int(given)


def sequence_cursor() -> int | None:
    """Read a cursor that is a sequence of the log."""
    given = parameter("cursor")
    if given and not re.fullmatch(r"[0-9]{1,18}", given):
        raise no_cursor(given)
    return int(given) if given else None


def id_cursor() -> UUID | None:
    """Read a cursor that is the id of what a page ended with."""
    given = parameter("cursor")
    try:
        return UUID(given) if given else None
    except ValueError as error:
        raise no_cursor(given) from error


def no_cursor(given: str) -> BadRequestError:
    """Refuse what is no cursor."""
    return BadRequestError("cursor", given, "must be a next_cursor of an earlier answer")


def idempotency_key() -> str | None:
    """Read the key under which a request may be sent again."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not re.fullmatch(KEY_PATTERN, key):
        raise BadRequestError(
            "Idempotency-Key", key, "must have 1 to 200 visible ASCII characters: send a UUID"
        )
    return key


def expected_head() -> int | None:
    """Read the head that the writer knows of."""
    given = request.headers.get("If-Match")
    if given is None:
        return None
    if not re.fullmatch(HEAD_PATTERN, given.strip()):
        raise BadRequestError(
            "If-Match",
            given,
            'must be the head that you have read, in quotes, such as "120": a state\'s head is '
            "its newest event; leave the header out to write whatever the head is",
        )
    return int(given.strip().strip('"'))
