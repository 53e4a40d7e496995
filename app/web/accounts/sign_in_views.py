"""Signing in and out."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug import Response as Answer

from app import database
from app.auth import login, route_rules
from app.auth.route_rules import open_to_all
from app.domain.errors import TooManyAttemptsError
from app.services.accounts import people
from app.services.accounts import sign_in as signing_in
from app.web.accounts import known_browsers
from app.web.accounts.forms import SignInForm
from app.web.shared import resubmit
from app.web.shared.responses import whole
from app.web.shared.resubmit import OldForm
from app.web.shared.return_url import own_path

bp = Blueprint("sign_in", __name__)


@bp.get("/sign-in")
@open_to_all
def show() -> Answer:
    """Ask who one is; lead on who is signed in already."""
    if route_rules.visitor():
        return redirect(_goal())
    return _page(SignInForm())


@bp.post("/sign-in")
@open_to_all
def sign_in() -> Answer:
    """Sign in, and lead to where one was going, or to what one was sending."""
    form = SignInForm(request.form)
    if not form.validate():
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    email, password = str(form.email.data), str(form.password.data)
    try:
        person = signing_in.sign_in(
            database.engine(),
            email,
            password,
            request.remote_addr or "unknown",
            known_browsers.signed_in_before(),
        )
    except TooManyAttemptsError as error:
        page = _page(form, HTTPStatus.TOO_MANY_REQUESTS, wait=error.wait)
        page.headers["Retry-After"] = str(error.seconds)
        return page
    if person is None:
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY, wrong=True)
    login.begin(person)
    answer: Answer = redirect(_goal(), HTTPStatus.SEE_OTHER)
    if held := resubmit.opened(form.held.data or "", person.id):
        answer = whole("errors/old_form.html", form=held)
    known_browsers.remember(answer, person)
    return answer


@bp.post("/sign-out")
@open_to_all
def sign_out() -> Answer:
    """End the session."""
    login.end()
    return signed_out()


def signed_out() -> Answer:
    """Lead to the sign-in, and let the browser forget what it was shown.

    Cookies are left alone: those of other sites on this machine would go as well.
    """
    answer = redirect(url_for("sign_in.show"), HTTPStatus.SEE_OTHER)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def ask_before(sent: OldForm) -> Response:
    """Ask who one is in the place of what was sent, which is offered again after that."""
    return _page(SignInForm(held=resubmit.sealed(sent)), HTTPStatus.UNAUTHORIZED)


def _goal() -> str:
    return own_path(request.args.get("next", ""))


def _page(form: SignInForm, status: int = HTTPStatus.OK, **context: object) -> Response:
    first = form.password if form.email.data else form.email
    first.render_kw = {**(first.render_kw or {}), "autofocus": True}
    context |= {"form": form, "goal": _goal(), "deserted": not people.anybody(database.engine())}
    return whole("accounts/sign_in/show.html", status, **context)
