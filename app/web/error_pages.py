"""What a person sees when something cannot be shown: what is wrong, how to mend it, a way on."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug import Response as Answer
from werkzeug.exceptions import HTTPException

from app.auth import login
from app.domain.errors import (
    AsofError,
    FundNameTakenError,
    IdempotencyConflictError,
    LimitReachedError,
    NotSignedInError,
    RefusedError,
    StaleHeadError,
    UnconfirmedError,
)
from app.http.damaged_ledgers import TITLE as DAMAGED
from app.http.damaged_ledgers import damage_behind
from app.http.outages import OutageMessage
from app.observability import request_ids
from app.services.sheets import CellTooLongError
from app.web.accounts import password_views, sign_in_views
from app.web.shared import resubmit, wording
from app.web.shared.flash import flash_message
from app.web.shared.responses import comes_from_page, whole
from app.web.shared.return_url import asked_for

_TITLES = {
    HTTPStatus.BAD_REQUEST: "This view cannot be shown",
    HTTPStatus.FORBIDDEN: "Request refused",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Too large",
    HTTPStatus.NOT_FOUND: "Page not found",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong",
}
_MENDS = {
    HTTPStatus.NOT_FOUND: "The address may be mistyped. The list of funds leads to every fund.",
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        "Nothing was changed. Try again in a moment; if it persists, give the administrator "
        "this number: {}"
    ),
}


_FORM_IS_OLD = (
    "It was open while you signed in or out elsewhere, or it came from another site. Nothing was "
    "changed: go back, reload the page and send it again."
)
_PAGE_IS_OLD = (
    "You signed in again while it was open. Nothing was changed, and what you typed is still here: "
    "press its button and you are asked to send it again, or reload the page."
)
_STAYS = "What you typed is still here. Sign in, then come back to this page and go on."
_CONFIRM_FIRST = (
    "You entered it more than ten minutes ago. What you typed is still here: enter your password, "
    "then come back to this page and go on."
)
# A form that expects one of these catches it; what is left could not be shown as it was asked for.
_AS_BAD_REQUEST = (
    RefusedError,
    FundNameTakenError,
    StaleHeadError,
    IdempotencyConflictError,
    CellTooLongError,
)
_TIMELINE_STANDS = "The timeline still lists what can be read."
_REFUSED_TITLES = {
    HTTPStatus.FORBIDDEN: "Your role does not allow this",
    HTTPStatus.CONFLICT: "This cannot be done now",
}


def refused(error: AsofError) -> Answer:
    """Show why a question has no answer."""
    if isinstance(error, NotSignedInError):
        return _lead_to_sign_in()
    if isinstance(error, UnconfirmedError):
        return _ask_for_password()
    if isinstance(error, LimitReachedError):
        return _limited(error)
    status = HTTPStatus.BAD_REQUEST if isinstance(error, _AS_BAD_REQUEST) else error.status
    fund = (request.view_args or {}).get("fund_id") if status is HTTPStatus.BAD_REQUEST else None
    return _show(status, wording.refusal(error), _REFUSED_TITLES.get(status), fund=fund)


def _lead_to_sign_in() -> Answer:
    """Ask who one is, and then come back.

    A page that asked for a part is led there as a whole; one on which somebody types stays.
    """
    address = url_for("sign_in.show", next=asked_for())
    sends = request.method not in {"GET", "HEAD"}
    if comes_from_page() and sends:
        return _show(HTTPStatus.UNAUTHORIZED, _STAYS, title="You are signed out", way_in=address)
    if not comes_from_page():
        if sends and (form := resubmit.sent()):
            return sign_in_views.ask_before(form)
        if sends:
            flash_message(
                "You were signed out meanwhile, and what you sent was not taken. Send it again."
            )
        return redirect(address, HTTPStatus.SEE_OTHER)
    response = Response(status=HTTPStatus.UNAUTHORIZED)
    response.headers["HX-Redirect"] = address
    response.headers["Cache-Control"] = "no-store"
    return response


def _ask_for_password() -> Answer:
    """Ask for the password once more, and then come back; what was typed is not lost."""
    if comes_from_page():
        address = url_for("confirmation.show", next=asked_for())
        message = {"title": "Enter your password again", "confirmation": address}
        return _show(HTTPStatus.UNAUTHORIZED, _CONFIRM_FIRST, **message)
    if request.method == "POST" and (form := resubmit.sent()):
        return password_views.ask_before(form)
    return password_views.ask()


def failed(error: HTTPException) -> Response:
    """Show that a request went wrong, whoever is to blame."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        login.forget()
    if damage := damage_behind(error):
        message = f"{damage.message} {_TIMELINE_STANDS}"
        return _show(HTTPStatus.CONFLICT, message, title=DAMAGED, timeline=damage.fund)
    if isinstance(error, CSRFError):
        message = _PAGE_IS_OLD if comes_from_page() else _FORM_IS_OLD
        return _send_again() or _show(status, message, title="This form has expired")
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return _show(status, _too_large())
    response = _show(status, _mend(status) or error.description or "")
    if "Allow" in (sent := error.get_response().headers):
        response.headers["Allow"] = sent["Allow"]
    return response


def out(message: OutageMessage) -> Response:
    """Show that the database is out; what was typed stays on its page, or is offered again."""
    if not comes_from_page() and request.method == "POST" and (form := resubmit.sent()):
        return whole("errors/out.html", message=message, form=form)
    return _show(HTTPStatus.SERVICE_UNAVAILABLE, message.detail, title=message.title)


def _limited(error: LimitReachedError) -> Response:
    """Show that somebody asks for more than one person may; what was typed can be sent again."""
    message = OutageMessage("Too large", wording.refusal(error), "Nothing was changed.", 0)
    form = None if comes_from_page() else resubmit.sent()
    if form:
        response = whole(
            "errors/out.html", HTTPStatus.TOO_MANY_REQUESTS, message=message, form=form
        )
    else:
        response = _show(HTTPStatus.TOO_MANY_REQUESTS, message.detail, title=message.title)
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _mend(status: HTTPStatus) -> str:
    return _MENDS.get(status, "").format(request_ids.current())


def _send_again() -> Response | None:
    """Offer to send a form with an old proof once more; None where that cannot be."""
    if comes_from_page() or not (form := resubmit.sent_again()):
        return None
    return whole("errors/old_form.html", HTTPStatus.BAD_REQUEST, form=form)


def _too_large() -> str:
    limits = ("MAX_CONTENT_LENGTH", "MAX_FORM_MEMORY_SIZE")
    files, typed = (current_app.config[name] // 1024**2 for name in limits)
    return (
        f"A file may have {files} MB, and what is typed into a form {typed} MB. Nothing was "
        "changed: split it into parts and send them one after the other."
    )


def _show(
    status: HTTPStatus,
    detail: str,
    title: str | None = None,
    **ways_on: UUID | str | None,
) -> Response:
    """Fill #alerts, leaving the page and its address alone, or take a page for it."""
    title = title or _TITLES.get(status, status.phrase)
    name = "errors/_alert.html" if comes_from_page() else "errors/show.html"
    page = render_template(name, title=title, detail=detail, **ways_on)
    response = make_response(page, status)
    if comes_from_page():
        response.headers["HX-Retarget"] = "#alerts"
        response.headers["HX-Reswap"] = "innerHTML"
        response.headers["HX-Reselect"] = ".alert"
        response.headers["HX-Push-Url"] = "false"
    response.headers["Cache-Control"] = "no-store"
    return response
