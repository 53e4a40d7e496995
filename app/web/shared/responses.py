"""One route, two representations: a whole page, or the part of it that htmx asks for."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, make_response, render_template, request

# Only asked for where a part is to be filled; restoring history asks for the page.
_ASKS = "HX-Request-Type"


def wants_partial() -> bool:
    """Return whether the request is for a part of a page."""
    return request.headers.get(_ASKS) == "partial"


def comes_from_page() -> bool:
    """Return whether a page is there that asks, and that a refusal can leave as it is."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def render(page: str, /, *, partial: str, **context: object) -> Response:
    """Render the page, or the partial with the same context."""
    return answer(render_template(partial if wants_partial() else page, **context))


def answer(text: str) -> Response:
    """Answer with a page or a part of it; which one was asked for decides."""
    response = make_response(text)
    response.vary.add(_ASKS)
    # A page that was kept would be shown by Back when nobody is signed in any more.
    response.headers["Cache-Control"] = "private, no-cache" if wants_partial() else "no-store"
    return response


def whole(page: str, status: int = HTTPStatus.OK, /, **context: object) -> Response:
    """Render a page of people and passwords, which no cache may keep."""
    response = make_response(render_template(page, **context), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def refuse_form(response: Response, target: str) -> Response:
    """Send a form back to be mended, into its place on the page; the address stays as it was."""
    response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    response.headers["HX-Retarget"] = target
    response.headers["HX-Push-Url"] = "false"
    return response
