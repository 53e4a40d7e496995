"""What went wrong, as RFC 9457 problem documents: each names field, value and mend."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple

from flask import Response, request
from pydantic import Field
from pydantic_core import to_json

from app.domain.errors import (
    AsofError,
    BeyondKnowledgeError,
    ExportFailedError,
    Fault,
    ForbiddenError,
    FundNameTakenError,
    IdempotencyConflictError,
    ImportStepError,
    InternalError,
    LimitReachedError,
    NotAllowedError,
    NotSignedInError,
    PeopleError,
    RefusedError,
    StaleHeadError,
    TokenScopeError,
    TooManyAttemptsError,
    UnconfirmedError,
    UnknownCloseError,
    UnknownCompanyError,
    UnknownDraftError,
    UnknownExportError,
    UnknownFundError,
    UnknownImportError,
    UnknownJobError,
    UnknownSnapshotError,
    ValuationRoundError,
)
from app.http.damaged_ledgers import TITLE
from app.services.documents.answer import Answer, optional
from app.services.import_files.faults import ImportFaultsError
from app.services.sheets import CellTooLongError, UnreadableFileError

_SHOWN = 200  # characters of a value that was refused


class Kind(NamedTuple):
    """A type of problem."""

    name: str
    title: str


class ProblemField(Answer):
    """One thing that is wrong."""

    field: str
    value: str
    reason: str
    position: int | None = optional("The event's place in an array, from 0.")
    code: str | None = optional("invalid, unknown_company, twin or closed_period.")
    sequence: int | None = optional("The event that stands in the way.")


class Problem(Answer):
    """What was refused or went wrong (RFC 9457), with each field, its value and the mend."""

    type: str = Field(pattern="^urn:asof:problem:")
    title: str
    status: int
    detail: str
    errors: list[ProblemField] = Field(min_length=1)
    errors_omitted: int | None = optional("How many errors there are beside the first hundred.")
    head: int | None = optional("Of a stale head: where the log is.")


class BadRequestError(AsofError):
    """A request whose shape is wrong, whatever it asks."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, field: str, value: str, reason: str) -> None:
        """Name the part at fault and the mend."""
        super().__init__(f"{field}: {reason}")
        self.field, self.value, self.reason = field, value, reason


BAD_REQUEST = Kind("bad-request", "The request is malformed")
REFUSED = Kind("refused", "The request was refused")
DAMAGED = Kind("damaged-ledger", TITLE)
DUPLICATE = Kind("twin", "The event is in the log")
INTERNAL = Kind("internal-error", "Something went wrong")
_ROLE = Kind("role", "Your role does not allow this")
# Of each class of error, or of one that it is derived from; its status stands on the class.
KINDS: dict[type[AsofError], Kind] = {
    InternalError: INTERNAL,
    BadRequestError: BAD_REQUEST,
    RefusedError: REFUSED,
    CellTooLongError: REFUSED,
    NotAllowedError: _ROLE,
    ForbiddenError: _ROLE,
    TokenScopeError: Kind("scope", "The token is not for this"),
    NotSignedInError: Kind("not-signed-in", "Nobody is signed in"),
    UnknownFundError: Kind("unknown-fund", "There is no such fund"),
    UnknownCompanyError: Kind("unknown-company", "There is no such company"),
    UnknownSnapshotError: Kind("unknown-snapshot", "There is no such snapshot"),
    UnknownJobError: Kind("unknown-job", "There is no such job"),
    UnknownExportError: Kind("unknown-export", "There is no such file, or it is kept no more"),
    ExportFailedError: Kind("export-failed", "The file could not be made"),
    FundNameTakenError: Kind("name-taken", "The name is taken"),
    StaleHeadError: Kind("stale-head", "The log has moved on"),
    IdempotencyConflictError: Kind(
        "idempotency-conflict", "The idempotency key belongs to another request"
    ),
    LimitReachedError: Kind("limit-reached", "One person may not ask for more now"),
    BeyondKnowledgeError: Kind("viewpoint", "The question cannot be answered"),
    # So far only pages ask for what these refuse.
    UnknownCloseError: Kind("unknown-close", "There is no such close of the books"),
    UnknownImportError: Kind("unknown-import", "There is no such import"),
    UnknownDraftError: Kind("unknown-draft", "There is no such draft"),
    UnconfirmedError: Kind("unconfirmed", "The password is needed once more"),
    ValuationRoundError: Kind("valuation-round", "This cannot be done as things stand"),
    TooManyAttemptsError: Kind("too-many-attempts", "Too many attempts to sign in"),
    ImportStepError: BAD_REQUEST,
    ImportFaultsError: BAD_REQUEST,
    UnreadableFileError: BAD_REQUEST,
    PeopleError: BAD_REQUEST,
}


# What in the address leads nowhere; the fund else.
_PATHS: dict[type[AsofError], str] = {
    UnknownSnapshotError: "snapshot_id",
    UnknownJobError: "job_id",
    UnknownExportError: "job_id",
    ExportFailedError: "job_id",
}


def json_response(answer: Answer, status: int = 200) -> Response:
    """Answer with JSON that may be kept but must be asked about again each time."""
    response = Response(to_json(answer), status, mimetype="application/json")
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def kind_of(error: AsofError) -> Kind | None:
    """Return the type of problem that an error is; None where nobody has named one."""
    return next((KINDS[each] for each in type(error).__mro__ if each in KINDS), None)


def refused(error: AsofError, kind: Kind) -> Response:
    """Say why the request was refused, with every field at fault."""
    status, detail = error.status, str(error)
    if isinstance(error, RefusedError):
        if kind is REFUSED and all(fault.code == "twin" for fault in error.faults):
            status, kind = HTTPStatus.CONFLICT, DUPLICATE
        faults = [_fault(fault) for fault in error.faults]
        return problem(status, kind, detail, faults, errors_omitted=error.more or None)
    if isinstance(error, StaleHeadError):
        return problem(status, kind, detail, [_cause(error)], head=error.head)
    # A viewpoint is refused in the API's own names.
    response = problem(status, kind, detail.replace("as_of '", "at '", 1), [_cause(error)])
    if isinstance(error, LimitReachedError):
        response.headers["Retry-After"] = str(error.seconds)
    if isinstance(error, NotSignedInError):
        challenge = 'Bearer realm="Asof"'
        response.headers["WWW-Authenticate"] = (
            f'{challenge}, error="invalid_token"' if error.token else challenge
        )
    return response


def problem(
    status: HTTPStatus, kind: Kind, detail: str, errors: list[ProblemField], **more: int | None
) -> Response:
    """Answer with a problem document."""
    answer = Problem(
        type=f"urn:asof:problem:{kind.name}",
        title=kind.title,
        status=status.value,
        detail=detail,
        errors=errors,
        **more,
    )
    response = json_response(answer, status)
    response.mimetype = "application/problem+json"
    return response


def cause(field: str, value: object, reason: str) -> ProblemField:
    """Name one thing that is wrong."""
    return ProblemField(field=field, value=str(value)[:_SHOWN], reason=reason)


def _cause(error: AsofError) -> ProblemField:  # noqa: PLR0911 (one for each kind)
    match error:
        case BeyondKnowledgeError(field="as_of"):  # the API's name for it
            return cause("at", error.value, error.reason)
        case BeyondKnowledgeError() | BadRequestError() | LimitReachedError():
            return cause(error.field, error.value, error.reason)
        case FundNameTakenError():
            return cause("name", error.name, "another fund has this name: choose another")
        case NotSignedInError():
            scheme = request.headers.get("Authorization", "").partition(" ")[0]  # not the token
            return cause("Authorization", scheme, str(error))
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


def _fault(fault: Fault) -> ProblemField:
    more = {"position": fault.position, "code": fault.code, "sequence": fault.sequence or None}
    return cause(fault.field, fault.value, fault.reason).model_copy(update=more)
