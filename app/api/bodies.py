"""Reads a request's JSON body: nothing in it is guessed, doubled or left unheard."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any, NoReturn

import orjson
from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from app.api.problems import BadRequestError
from app.domain.errors import MOST_FAULTS, Fault, FaultList
from app.domain.events.parse import unknown_field


def read_body() -> Any:  # noqa: ANN401 - any JSON
    """Read the body. Raises BadRequestError, and UnsupportedMediaType for what is not JSON."""
    if not request.is_json:
        raise UnsupportedMediaType
    content = request.get_data()
    try:
        text = content.decode()
        if r"\u" in text:  # Python takes half a character that is written so
            orjson.loads(text)
        return json.loads(
            text, object_pairs_hook=_distinct, parse_float=_finite, parse_constant=_no_number
        )
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BadRequestError("body", "", f"is not JSON: {error}") from error
    except ValueError as error:  # of a whole number, which Python reads up to 4,300 digits
        reason = "has a number of thousands of digits: write amounts as text of at most 18"
        raise BadRequestError("body", "", reason) from error
    except RecursionError as error:
        raise BadRequestError("body", "", "is nested too deeply: flatten it") from error


def field_faults(body: dict[str, Any], known: tuple[str, ...], owner: str) -> FaultList:
    """Find the fields that nobody would read."""
    faults = FaultList()
    unknown = [field for field in body if field not in known]
    faults.extend(
        (
            Fault(field[:200], "", unknown_field(field, known, owner))
            for field in unknown[:MOST_FAULTS]
        ),
        len(unknown[MOST_FAULTS:]),
    )
    return faults


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _no_number(text: str) -> NoReturn:
    raise BadRequestError("body", "", f"is not JSON: {text[:40]} is no number that it can write")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Take an object as it is written; of two equal keys one would be lost."""
    taken = dict(pairs)
    if len(taken) < len(pairs):
        _refuse_double([key for key, _ in pairs])
    return taken


def _refuse_double(keys: list[str]) -> NoReturn:
    [(double, _)] = Counter(keys).most_common(1)
    raise BadRequestError(
        double[:200], "", "is there twice in one object: keep the one that is meant"
    )
