"""What a person sees when something cannot be shown: what is wrong, how to mend it, a way on."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from app.domain.errors import AsofError, UnknownFundError
from app.web import wording
from app.web.pages import comes_from_page

_TITLES = {
    HTTPStatus.BAD_REQUEST: "This view cannot be shown",
    HTTPStatus.FORBIDDEN: "This was not asked for here",
    HTTPStatus.NOT_FOUND: "There is nothing here",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something broke on our side",
}
_MENDS = {
    HTTPStatus.NOT_FOUND: "The address may be mistyped. The list of funds leads to every fund.",
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        "Nothing was changed. Try again in a moment; if it stays, tell whoever runs this site."
    ),
}


def refused(error: AsofError) -> Response:
    """Show why a question has no answer."""
    unknown = isinstance(error, UnknownFundError)
    status = HTTPStatus.NOT_FOUND if unknown else HTTPStatus.BAD_REQUEST
    fund = None if unknown else (request.view_args or {}).get("fund_id")
    return _show(status, wording.refusal(error), fund)


def failed(error: HTTPException) -> Response:
    """Show that a request went wrong, whoever is to blame."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    response = _show(status, _MENDS.get(status) or error.description or "")
    if "Allow" in (sent := error.get_response().headers):
        response.headers["Allow"] = sent["Allow"]
    return response


def _show(status: HTTPStatus, detail: str, fund: UUID | None = None) -> Response:
    """Fill #alerts, leaving the page and its address alone, or take a page for it."""
    title = _TITLES.get(status, status.phrase)
    name = "errors/_alert.html" if comes_from_page() else "errors/show.html"
    page = render_template(name, title=title, detail=detail, fund=fund)
    response = make_response(page, status)
    if comes_from_page():
        response.headers["HX-Retarget"] = "#alerts"
        response.headers["HX-Reswap"] = "innerHTML"
        response.headers["HX-Reselect"] = ".alert"
        response.headers["HX-Push-Url"] = "false"
    response.headers["Cache-Control"] = "no-store"
    return response
