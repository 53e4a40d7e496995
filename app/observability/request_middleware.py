"""Each request has an id that its answer tells, is measured, and leaves a line in the log."""

from __future__ import annotations

import logging
import time
from types import TracebackType
from typing import Any

from flask import Flask, Response, g, request

from app.observability import metrics, request_ids

_log = logging.getLogger("asof.request")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_ExcInfo = tuple[type, BaseException, TracebackType] | tuple[None, None, None]


class Site(Flask):
    """Flask, with the request's id in what it logs of an error."""

    def log_exception(self, exc_info: _ExcInfo) -> None:
        """Log an error that nobody caught."""
        message = f"{_method()} {_route()} failed in request {request_ids.current()}"
        self.logger.error(message, exc_info=exc_info, extra=_about())


def register(app: Flask) -> None:
    """Stand before and after everything else that has to do with requests."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)


def _begin() -> None:
    g.begun = time.perf_counter()
    request_ids.begin(request_ids.taken_or_made(request.headers.get(request_ids.HEADER)))


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.begun
    response.headers[request_ids.HEADER] = request_ids.current()
    metrics.request_answered(_route(), _method(), response.status_code, seconds)
    if _log.isEnabledFor(logging.INFO):
        outcome = {"status": response.status_code, "duration_ms": round(seconds * 1000, 2)}
        _log.info("request", extra=_about() | outcome)
    return response


def _forget(_: BaseException | None) -> None:
    request_ids.end()


def _about() -> dict[str, Any]:
    """Say what a request is about, by templates and ids alone: addresses may hold more."""
    about = {"method": _method(), "route": _route()}
    if fund := (request.view_args or {}).get("fund_id"):
        about["fund_id"] = str(fund)
    signed_in = g.get("_login_user")  # as far as somebody has asked; nobody is looked up for a line
    if signed_in is not None and signed_in.is_authenticated:
        about["person_id"] = str(signed_in.person.id)
    return about


def _method() -> str:
    return request.method if request.method in _METHODS else "other"


def _route() -> str:
    """Return the template of the address; of addresses that lead nowhere there is no end."""
    return request.url_rule.rule if request.url_rule else "none"
