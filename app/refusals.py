"""Tells what went wrong in the manner of who asked: a problem document or a page."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from app.api import failures, problems
from app.domain.errors import AsofError
from app.web import errors


def register(app: Flask) -> None:
    """Answer every refusal and every HTTP error in words."""
    app.register_error_handler(AsofError, _refused)
    app.register_error_handler(HTTPException, _failed)


def _refused(error: AsofError) -> Response:
    return problems.refused(error) if _from_program() else errors.refused(error)


def _failed(error: HTTPException) -> Response:
    return failures.failed(error) if _from_program() else errors.failed(error)


def _from_program() -> bool:
    return request.path.startswith("/api/")
