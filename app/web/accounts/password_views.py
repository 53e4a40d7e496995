"""The password once more: asked for before what a stolen cookie must not reach."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug import Response as Answer

from app import database
from app.auth import login, route_rules
from app.auth.route_rules import needs_sign_in
from app.domain.errors import TooManyAttemptsError
from app.services.accounts import sign_in as signing_in
from app.web.accounts.forms import ConfirmationForm
from app.web.shared import resubmit
from app.web.shared.flash import flash_message
from app.web.shared.responses import whole
from app.web.shared.resubmit import OldForm
from app.web.shared.return_url import asked_for, own_path

bp = Blueprint("confirmation", __name__, url_prefix="/account/confirm")


@bp.get("/")
@needs_sign_in
def show() -> Response:
    """Ask for the password."""
    return _page(ConfirmationForm())


@bp.post("/")
@needs_sign_in
def confirm() -> Answer:
    """Take the password, and lead to where one was going, or to what one was sending."""
    form = ConfirmationForm(request.form)
    if not form.validate():
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    password = str(form.password.data)
    try:
        is_right = signing_in.is_confirmed(database.engine(), route_rules.reader(), password)
    except TooManyAttemptsError as error:
        page = _page(form, HTTPStatus.TOO_MANY_REQUESTS, wait=error.wait)
        page.headers["Retry-After"] = str(error.seconds)
        return page
    if not is_right:
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY, wrong=True)
    login.confirm()
    if held := resubmit.opened(form.held.data or "", route_rules.reader().id):
        return whole("accounts/confirmation/held.html", form=held)
    return redirect(own_path(request.args.get("next", "")), HTTPStatus.SEE_OTHER)


def ask_before(sent: OldForm) -> Response:
    """Ask for the password in the place of what was sent, which is offered again after that."""
    return _page(ConfirmationForm(held=resubmit.sealed(sent)), HTTPStatus.UNAUTHORIZED)


def ask() -> Answer:
    """Lead to where the password is asked for, and from there to the page that was asked for."""
    if request.method not in {"GET", "HEAD"}:
        flash_message("Nothing was changed yet: enter your password, then do it again.")
    return redirect(url_for("confirmation.show", next=asked_for()), HTTPStatus.SEE_OTHER)


def _page(form: ConfirmationForm, status: int = HTTPStatus.OK, **context: object) -> Response:
    form.password.render_kw = {**(form.password.render_kw or {}), "autofocus": True}
    goal = own_path(request.args.get("next", "")) if "next" in request.args else asked_for()
    return whole("accounts/confirmation/show.html", status, form=form, goal=goal, **context)
