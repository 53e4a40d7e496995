"""What went wrong, as RFC 9457 problem documents: each names field, value and mend."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, NamedTuple

import orjson
from flask import Response, request

from app.domain.errors import (
    AsofError,
    BeyondKnowledgeError,
    ExportFailedError,
    Fault,
    ForbiddenError,
    FundNameTakenError,
    IdempotencyConflictError,
    LimitReachedError,
    NotAllowedError,
    NotSignedInError,
    RefusedError,
    StaleHeadError,
    TokenScopeError,
    UnknownExportError,
    UnknownFundError,
    UnknownJobError,
    UnknownSnapshotError,
)
from app.http.damaged_ledgers import TITLE
from app.services.sheets import CellTooLongError

Error = dict[str, Any]
_SHOWN = 200  # characters of a value that was refused


class Kind(NamedTuple):
    """A type of problem."""

    status: HTTPStatus
    name: str
    title: str


BAD_REQUEST = Kind(HTTPStatus.BAD_REQUEST, "bad-request", "The request is malformed")
REFUSED = Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "refused", "The request was refused")
DAMAGED = Kind(HTTPStatus.CONFLICT, "damaged-ledger", TITLE)
DUPLICATE = Kind(HTTPStatus.CONFLICT, "twin", "The event is in the log")
_KINDS: dict[type[AsofError], Kind] = {
    UnknownFundError: Kind(HTTPStatus.NOT_FOUND, "unknown-fund", "There is no such fund"),
    UnknownSnapshotError: Kind(
        HTTPStatus.NOT_FOUND, "unknown-snapshot", "There is no such snapshot"
    ),
    UnknownJobError: Kind(HTTPStatus.NOT_FOUND, "unknown-job", "There is no such job"),
    FundNameTakenError: Kind(HTTPStatus.CONFLICT, "name-taken", "The name is taken"),
    StaleHeadError: Kind(HTTPStatus.PRECONDITION_FAILED, "stale-head", "The log has moved on"),
    IdempotencyConflictError: Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "idempotency-conflict",
        "The idempotency key belongs to another request",
    ),
    ForbiddenError: Kind(HTTPStatus.FORBIDDEN, "role", "Your role does not allow this"),
    TokenScopeError: Kind(HTTPStatus.FORBIDDEN, "scope", "The token is not for this"),
    NotSignedInError: Kind(HTTPStatus.UNAUTHORIZED, "not-signed-in", "Nobody is signed in"),
    UnknownExportError: Kind(
        HTTPStatus.NOT_FOUND, "unknown-export", "There is no such file, or it is kept no more"
    ),
    ExportFailedError: Kind(HTTPStatus.CONFLICT, "export-failed", "The file could not be made"),
    LimitReachedError: Kind(
        HTTPStatus.TOO_MANY_REQUESTS, "limit-reached", "One person may not ask for more now"
    ),
    CellTooLongError: REFUSED,
    BeyondKnowledgeError: Kind(
        HTTPStatus.BAD_REQUEST, "viewpoint", "The question cannot be answered"
    ),
}


# What in the address leads nowhere; the fund else.
_PATHS: dict[type[AsofError], str] = {
    UnknownSnapshotError: "snapshot_id",
    UnknownJobError: "job_id",
    UnknownExportError: "job_id",
    ExportFailedError: "job_id",
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
        kind = _events_kind(error)
        more = {"errors_omitted": error.more} if error.more else {}
        faults = [_fault(fault) for fault in error.faults]
        return problem(kind, str(error), faults, **more)
    if isinstance(error, NotSignedInError):
        return _unknown_person(error)
    kind = (
        BAD_REQUEST if isinstance(error, BadRequestError) else _KINDS.get(type(error), BAD_REQUEST)
    )
    if isinstance(error, StaleHeadError):
        return problem(kind, str(error), [_cause(error)], head=error.head)
    if isinstance(error, LimitReachedError):
        response = problem(kind, str(error), [_cause(error)])
        response.headers["Retry-After"] = str(error.seconds)
        return response
    # A viewpoint is refused in the API's own names.
    detail = str(error).replace("as_of '", "at '", 1)
    return problem(kind, detail, [_cause(error)])


def _events_kind(error: RefusedError) -> Kind:
    if isinstance(error, NotAllowedError):
        return _KINDS[ForbiddenError]
    return DUPLICATE if all(fault.code == "twin" for fault in error.faults) else REFUSED


def _unknown_person(error: NotSignedInError) -> Response:
    scheme = request.headers.get("Authorization", "").partition(" ")[0]  # not the token
    faults = [cause("Authorization", scheme, str(error))]
    response = problem(_KINDS[NotSignedInError], str(error), faults)
    challenge = 'Bearer realm="Asof"'
    response.headers["WWW-Authenticate"] = (
        f'{challenge}, error="invalid_token"' if error.token else challenge
    )
    return response


def problem(kind: Kind, detail: str, errors: list[Error], **more: object) -> Response:
    """Answer with a problem document."""
    document = {
        "type": f"urn:asof:problem:{kind.name}",
        "title": kind.title,
        "status": kind.status.value,
        "detail": detail,
        "errors": errors,
    }
    response = json_response(document | more, kind.status)
    response.mimetype = "application/problem+json"
    return response


def cause(field: str, value: object, reason: str) -> Error:
    """Name one thing that is wrong."""
    return {"field": field, "value": str(value)[:_SHOWN], "reason": reason}


def _cause(error: AsofError) -> Error:  # noqa: PLR0911 (one for each kind)
    match error:
        case BeyondKnowledgeError(field="as_of"):  # the API's name for it
            return cause("at", error.value, error.reason)
        case BeyondKnowledgeError() | BadRequestError() | LimitReachedError():
            return cause(error.field, error.value, error.reason)
        case FundNameTakenError():
            return cause("name", error.name, "another fund has this name: choose another")
        case TokenScopeError():
            return cause("Authorization", error.value, error.reason)
        case StaleHeadError():
            return cause("If-Match", request.headers.get("If-Match", ""), str(error))
        case IdempotencyConflictError():
            key = request.headers.get("Idempotency-Key", "")
            return cause("Idempotency-Key", key, "was used for another request: choose a new key")
        case _:
            field = _PATHS.get(type(error), "fund_id")
            return cause(field, (request.view_args or {}).get(field, ""), str(error))


def _fault(fault: Fault) -> Error:
    document = cause(fault.field, fault.value, fault.reason)
    document |= {"position": fault.position, "code": fault.code}
    return document | ({"sequence": fault.sequence} if fault.sequence else {})
