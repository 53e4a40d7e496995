"""What the web server refuses before any use case hears of it, as problem documents."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, request
from werkzeug.exceptions import HTTPException

from app.api.problems import BAD_REQUEST, DAMAGED, INTERNAL, Kind, ProblemField, cause, problem
from app.http.damaged_ledgers import damage_behind
from app.http.outages import OutageMessage
from app.observability import request_ids
from app.store.database.outages import Outage

_MEGABYTE = 1024 * 1024
_KINDS = {
    HTTPStatus.NOT_FOUND: Kind("unknown-address", "There is nothing at this address"),
    HTTPStatus.METHOD_NOT_ALLOWED: Kind("method-not-allowed", "The method is not allowed here"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Kind("too-large", "The body is too large"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Kind("unsupported-media-type", "The body is not JSON"),
    HTTPStatus.INTERNAL_SERVER_ERROR: INTERNAL,
}


def failed(error: HTTPException) -> Response:
    """Say that the request went wrong, whoever is to blame."""
    if damage := damage_behind(error):
        faults = [cause("fund_id", damage.fund, damage.message)]
        return problem(HTTPStatus.CONFLICT, DAMAGED, damage.message, faults)
    sent = error.get_response()
    status = HTTPStatus(sent.status_code)
    kind = _KINDS.get(status, Kind(BAD_REQUEST.name, status.phrase))
    reason = _cause(status, sent.headers.get("Allow", ""), error.description or status.phrase)
    detail = f"{reason.field} {reason.value!r}: {reason.reason}"
    response = problem(status, kind, detail, [reason])
    for header in ("Allow", "Retry-After"):
        if header in sent.headers:
            response.headers[header] = sent.headers[header]
    return response


def out(outage: Outage, message: OutageMessage) -> Response:
    """Say that the database is out; with its key a request can be sent again as it is."""
    kind = Kind(f"database-{outage.value}", message.title)
    faults = [cause("request", request.path, message.detail)]
    response = problem(HTTPStatus.SERVICE_UNAVAILABLE, kind, message.detail, faults)
    response.headers["Cache-Control"] = "no-store"
    return response


def _cause(status: HTTPStatus, allowed: str, otherwise: str) -> ProblemField:
    match status:
        case HTTPStatus.NOT_FOUND:
            mend = "ids are UUIDs, and GET /api/openapi.json lists every address"
            return cause("path", request.path, f"leads nowhere: {mend}")
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return cause("method", request.method, f"is not taken here: use {allowed}")
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            most = (request.max_content_length or 0) / _MEGABYTE
            size = request.content_length or ""
            mend = "send the events in several batches, or bring them in as a file"
            return cause("body", size, f"has more than {most:g} MB: {mend}")
        case HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
            mend = "send JSON with Content-Type: application/json"
            return cause("Content-Type", request.content_type or "", f"is not JSON: {mend}")
        case HTTPStatus.INTERNAL_SERVER_ERROR:
            mend = "nothing was changed: try again in a moment, and tell whoever runs this site"
            return cause("path", request.path, f"{mend} this number: {request_ids.current()}")
        case _:
            return cause("request", request.path, otherwise)
