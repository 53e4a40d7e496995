"""Reads a request's JSON body: nothing in it is guessed, doubled or left unheard."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import orjson
from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from app.api.problems import BadRequestError
from app.domain.errors import Fault
from app.domain.events import unknown_field


def read_body() -> Any:  # noqa: ANN401 - any JSON
    """Read the body. Raises BadRequestError, and UnsupportedMediaType for what is not JSON."""
    if not request.is_json:
        raise UnsupportedMediaType
    content = request.get_data()
    try:
        orjson.loads(content)  # strict: UTF-8, no NaN, no endless number, no half characters
        return json.loads(content, object_pairs_hook=_distinct)
    except orjson.JSONDecodeError as error:
        raise BadRequestError("body", "", f"is not JSON: {error}") from error
    except RecursionError as error:
        raise BadRequestError("body", "", "is nested too deeply: flatten it") from error


def field_faults(body: dict[str, Any], known: tuple[str, ...], owner: str) -> list[Fault]:
    """Find the fields that nobody would read."""
    return [
        Fault(field[:200], "", unknown_field(field, known, owner))
        for field in body
        if field not in known
    ]


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Take an object as it is written; of two equal keys one would be lost."""
    taken = dict(pairs)
    if len(taken) < len(pairs):
        _refuse_double([key for key, _ in pairs])
    return taken


def _refuse_double(keys: list[str]) -> NoReturn:
    double = next(key for place, key in enumerate(keys) if key in keys[:place])
    raise BadRequestError(
        double[:200], "", "is there twice in one object: keep the one that is meant"
    )
