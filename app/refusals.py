"""Tells what went wrong in the manner of who asked: a problem document or a page."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug import Response as Answer
from werkzeug.exceptions import HTTPException, SecurityError

from app.api import failures, problems
from app.domain.errors import AsofError
from app.web import errors

# No page can be drawn then: its links would lead to a site of that name.
_NO_SUCH_NAME = (
    "Asof does not answer to this name. Use the address that its start prints, or let whoever runs "
    "it add the name to ASOF_HOSTNAMES.\n"
)


def register(app: Flask) -> None:
    """Answer every refusal and every HTTP error in words."""
    app.register_error_handler(AsofError, _refused)
    app.register_error_handler(HTTPException, _failed)


def _refused(error: AsofError) -> Answer:
    return problems.refused(error) if _from_program() else errors.refused(error)


def _failed(error: HTTPException) -> Response:
    if isinstance(error, SecurityError):
        return Response(_NO_SUCH_NAME, error.code, mimetype="text/plain")
    return failures.failed(error) if _from_program() else errors.failed(error)


def _from_program() -> bool:
    return request.path.startswith("/api/")
