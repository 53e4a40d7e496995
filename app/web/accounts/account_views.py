"""One's own account: the password, the sessions, the tokens."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug import Response as Answer

from app import database
from app.auth import login, route_rules
from app.auth.route_rules import needs_confirmation, needs_sign_in
from app.domain.accounts.token_scopes import Scope
from app.domain.errors import PeopleError, TooManyAttemptsError
from app.services.accounts import people, tokens, web_sessions
from app.services.funds import funds
from app.store.funds import Fund
from app.web.accounts import one_time_secret
from app.web.accounts.forms import PasswordForm, PeopleForm, TokenForm
from app.web.accounts.sign_in_views import signed_out
from app.web.shared.flash import flash_message
from app.web.shared.responses import whole

bp = Blueprint("account", __name__, url_prefix="/account")
_MOST_FUNDS = 200  # to choose from; who has more makes a token for all


@bp.get("/")
@needs_sign_in
def show() -> Response:
    """Show one's account, with a token that was just made."""
    return _page(made=one_time_secret.take())


@bp.post("/password")
@needs_sign_in
def change_password() -> Answer:
    """Change the password; it ends all other sessions, and this one goes on."""
    form = PasswordForm(request.form)
    if not form.validate():
        return _page(HTTPStatus.UNPROCESSABLE_ENTITY, password=form)
    present, new = str(form.present.data), str(form.password.data)
    try:
        person = people.change_password(database.engine(), route_rules.reader(), present, new)
    except PeopleError as error:
        form.refuse(error)
        return _page(HTTPStatus.UNPROCESSABLE_ENTITY, password=form)
    except TooManyAttemptsError as error:
        form.refuse(PeopleError("present", "", f"failed too often: try again in {error.wait}"))
        page = _page(HTTPStatus.TOO_MANY_REQUESTS, password=form)
        page.headers["Retry-After"] = str(error.seconds)
        return page
    login.begin(person)
    flash_message("Your password is changed. Whoever was signed in as you elsewhere is signed out.")
    return _back()


@bp.post("/sign-out-everywhere")
@needs_sign_in
def sign_out_everywhere() -> Answer:
    """End all sessions, this one too."""
    people.sign_out_everywhere(database.engine(), route_rules.reader().id)
    login.end()
    flash_message("You are signed out everywhere. Tokens go on working until they are revoked.")
    return signed_out()


@bp.post("/sessions/<uuid:session_id>/end")
@needs_sign_in
def end_session(session_id: UUID) -> Answer:
    """End a session of one's own, wherever it is."""
    if (present := login.present()) and present.id == session_id:
        login.end()
        return signed_out()
    web_sessions.end(database.engine(), route_rules.reader(), session_id)
    flash_message("The session is ended.")
    return _back()


@bp.post("/tokens")
@needs_confirmation
@needs_sign_in
def make_token() -> Answer:
    """Create a token, which the page shows once."""
    form = TokenForm(request.form)
    form.offer(_funds())
    if not form.validate():
        return _page(HTTPStatus.UNPROCESSABLE_ENTITY, token=form)
    try:
        made, secret = tokens.make(
            database.engine(),
            route_rules.reader().id,
            str(form.label.data),
            scope=Scope(form.scope.data),
            days=form.days.data,
            fund_ids=form.chosen,
        )
    except PeopleError as error:
        form.refuse(error)
        return _page(HTTPStatus.UNPROCESSABLE_ENTITY, token=form)
    one_time_secret.put(secret, label=made.label)
    return _back()


@bp.post("/tokens/<uuid:token_id>/revoke")
@needs_sign_in
def revoke_token(token_id: UUID) -> Answer:
    """End a token."""
    tokens.revoke(database.engine(), route_rules.reader().id, token_id)
    flash_message("The token is revoked: what still uses it is refused.")
    return _back()


def _funds() -> list[Fund]:
    """List the funds that a token can be limited to."""
    return funds.listed_after(database.engine(), "", None, _MOST_FUNDS, route_rules.reader()).funds


def _back() -> Answer:
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


def _page(
    status: int = HTTPStatus.OK,
    *,
    password: PeopleForm | None = None,
    token: TokenForm | None = None,
    **context: object,
) -> Response:
    token = token or TokenForm()
    token.offer(shown := _funds())
    return whole(
        "accounts/account/show.html",
        status,
        person=route_rules.reader(),
        password=password or PasswordForm(),
        token=token,
        fund_names={each.id: each.name for each in shown},
        tokens=tokens.listed(database.engine(), route_rules.reader().id),
        sessions=login.listed(),
        present=login.present(),
        **context,
    )
