"""What went wrong, as RFC 9457 problem documents."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson
from flask import Response
from werkzeug.exceptions import HTTPException

from app.domain.errors import (
    AsofError,
    BeyondKnowledgeError,
    Fault,
    ForbiddenError,
    FundNameTakenError,
    IdempotencyConflictError,
    NotAllowedError,
    NotSignedInError,
    RefusedError,
    StaleHeadError,
    UnknownFundError,
)

_STATUS: dict[type[AsofError], tuple[HTTPStatus, str, str]] = {
    UnknownFundError: (HTTPStatus.NOT_FOUND, "unknown-fund", "There is no such fund"),
    FundNameTakenError: (HTTPStatus.CONFLICT, "name-taken", "The name is taken"),
    StaleHeadError: (HTTPStatus.PRECONDITION_FAILED, "stale-head", "The log has moved on"),
    IdempotencyConflictError: (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "idempotency-conflict",
        "The idempotency key belongs to another request",
    ),
    ForbiddenError: (HTTPStatus.FORBIDDEN, "role", "Your role does not allow this"),
    BeyondKnowledgeError: (HTTPStatus.BAD_REQUEST, "viewpoint", "The viewpoint cannot be taken"),
}


class BadRequestError(AsofError):
    """A request whose shape is wrong, whatever it asks."""

    def __init__(self, field: str, value: str, reason: str) -> None:
        """Name the part at fault and the mend."""
        super().__init__(f"{field}: {reason}")
        self.field, self.value, self.reason = field, value, reason


def json_response(document: object, status: int = 200) -> Response:
    """Answer with JSON that may be kept but must be asked about again each time."""
    response = Response(orjson.dumps(document), status, mimetype="application/json")
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def refused(error: AsofError) -> Response:
    """Say why the request was refused, with every field at fault."""
    if isinstance(error, RefusedError):
        return _events_refused(error)
    if isinstance(error, NotSignedInError):
        return _unknown_person(error)
    if isinstance(error, BadRequestError):
        status, name, title = HTTPStatus.BAD_REQUEST, "bad-request", "The request is malformed"
    else:
        status, name, title = _STATUS[type(error)]
    more: dict[str, Any] = {}
    if isinstance(error, (BeyondKnowledgeError, BadRequestError)):
        more = {"errors": [{"field": error.field, "value": error.value, "reason": error.reason}]}
    if isinstance(error, StaleHeadError):
        more = {"head": error.head}
    return _problem(status, name, title, str(error), more)


def _unknown_person(error: NotSignedInError) -> Response:
    title = "The token is not good" if error.token else "Nobody is signed in"
    response = _problem(HTTPStatus.UNAUTHORIZED, "not-signed-in", title, str(error), {})
    challenge = 'Bearer realm="Asof"'
    response.headers["WWW-Authenticate"] = (
        f'{challenge}, error="invalid_token"' if error.token else challenge
    )
    return response


def _events_refused(error: RefusedError) -> Response:
    errors = [_fault(fault) for fault in error.faults]
    if isinstance(error, NotAllowedError):
        status, name, title = _STATUS[ForbiddenError]
        return _problem(status, name, title, str(error), {"errors": errors})
    twins = all(fault.code == "twin" for fault in error.faults)
    status = HTTPStatus.CONFLICT if twins else HTTPStatus.UNPROCESSABLE_ENTITY
    name, title = ("twin", "The event is in the log") if twins else ("refused", "Events refused")
    return _problem(status, name, title, str(error), {"errors": errors})


def _fault(fault: Fault) -> dict[str, Any]:
    document = {
        "field": fault.field,
        "value": fault.value,
        "reason": fault.reason,
        "position": fault.position,
        "code": fault.code,
    }
    return document | ({"sequence": fault.sequence} if fault.sequence else {})


def failed(error: HTTPException) -> Response:
    """Say that the request went wrong, whoever is to blame."""
    response = error.get_response()
    status = HTTPStatus(response.status_code)
    problem = _problem(status, None, status.phrase, error.description or status.phrase, {})
    for name in ("Allow", "Retry-After"):
        if name in response.headers:
            problem.headers[name] = response.headers[name]
    return problem


def _problem(
    status: HTTPStatus, name: str | None, title: str, detail: str, more: dict[str, Any]
) -> Response:
    document = {
        "type": f"urn:asof:problem:{name}" if name else "about:blank",
        "title": title,
        "status": status.value,
        "detail": detail,
    }
    response = json_response(document | more, status)
    response.mimetype = "application/problem+json"
    return response
