"""Tells what went wrong in the manner of who asked: a problem document or a page."""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Flask, Response, request
from werkzeug import Response as Answer
from werkzeug.exceptions import HTTPException, SecurityError

from app.api import failures, problems
from app.auth import login
from app.domain.errors import AsofError
from app.http.outages import MESSAGES
from app.store.database import outages
from app.web import error_pages

# No page can be drawn then: its links would lead to a site of that name.
_NO_SUCH_NAME = (
    "Asof does not answer to this name. Use the address that its start prints, or let whoever runs "
    "it add the name to ASOF_HOSTNAMES.\n"
)
_log = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Answer every refusal and every HTTP error in words."""
    app.register_error_handler(AsofError, _refused)
    app.register_error_handler(HTTPException, _failed)
    for error in outages.ERRORS:
        app.register_error_handler(error, _out)


def _refused(error: AsofError) -> Answer:
    """Say why; an error of a class that nobody has mapped is one of ours, like any other."""
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise error
    if not _from_program():
        return error_pages.refused(error)
    kind = problems.kind_of(error)
    if kind is None:
        raise error
    return problems.refused(error, kind)


def _failed(error: HTTPException) -> Response:
    if isinstance(error, SecurityError):
        return Response(_NO_SUCH_NAME, error.code, mimetype="text/plain")
    return failures.failed(error) if _from_program() else error_pages.failed(error)


def _out(error: Exception) -> Response:
    """Ask to come back where the database was out; any other error of its is one of ours."""
    outage = outages.outage_behind(error)
    if outage is None:
        raise error
    _log.warning("The database is %s: %s", outage.value, str(error).partition("\n")[0])
    login.forget()
    notice = MESSAGES[outage]
    answer = failures.out(outage, notice) if _from_program() else error_pages.out(notice)
    answer.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    answer.headers["Retry-After"] = str(notice.seconds)
    return answer


def _from_program() -> bool:
    return request.path.startswith("/api/")
