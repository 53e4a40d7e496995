"""All people of the site, for administrators."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from sqlalchemy import Engine
from werkzeug import Response as Answer

from app import database
from app.auth import login, route_rules
from app.auth.route_rules import needs_admin, needs_confirmation
from app.domain.errors import PeopleError
from app.services.accounts import people
from app.store.accounts.people import Person
from app.web.accounts import one_time_secret
from app.web.accounts.forms import PersonForm
from app.web.shared.flash import flash_message
from app.web.shared.form_fields import SwitchForm
from app.web.shared.responses import whole

bp = Blueprint("people", __name__, url_prefix="/people")


@bp.get("/")
@needs_confirmation
@needs_admin
def index() -> Response:
    """List all people, with a password that was just made up."""
    return _page(given=one_time_secret.take())


@bp.post("/")
@needs_confirmation
@needs_admin
def add() -> Answer:
    """Add a person, whose password the page shows once."""
    form = PersonForm(request.form)
    if not form.validate():
        return _page(HTTPStatus.UNPROCESSABLE_ENTITY, form)
    email, name = str(form.email.data), str(form.name.data)
    try:
        added, password = people.add(
            database.engine(), email, name, is_admin=bool(form.is_admin.data)
        )
    except PeopleError as error:
        form.refuse(error)
        return _page(HTTPStatus.UNPROCESSABLE_ENTITY, form)
    return _shown(added, password)


@bp.post("/<uuid:person_id>/password")
@needs_confirmation
@needs_admin
def renew_password(person_id: UUID) -> Answer:
    """Make up a new password for who has lost theirs, which the page shows once."""
    try:
        person, password = people.renew_password(database.engine(), person_id)
    except PeopleError as error:
        return _page(HTTPStatus.CONFLICT, fault=error)
    if person.id == route_rules.reader().id:
        login.begin(person)
    return _shown(person, password)


@bp.post("/<uuid:person_id>/active")
@needs_confirmation
@needs_admin
def set_active(person_id: UUID) -> Answer:
    """Let a person sign in, or no more."""
    form = SwitchForm(request.form)
    yes = form.is_on
    done = "may sign in again." if yes else "is signed out and may not sign in any more."
    return _changed(partial(people.set_active, active=yes), person_id, done, form.undo)


@bp.post("/<uuid:person_id>/admin")
@needs_confirmation
@needs_admin
def set_admin(person_id: UUID) -> Answer:
    """Make a person an administrator, or no more."""
    form = SwitchForm(request.form)
    yes = form.is_on
    done = "is an administrator now." if yes else "is no administrator any more."
    return _changed(partial(people.set_admin, admin=yes), person_id, done, form.undo)


def _changed(
    change: Callable[[Engine, UUID], Person], person_id: UUID, done: str, undo: str
) -> Answer:
    """Change a person and say so, with the way back; who is out of this page is led away from it.

    The way back is the same address with the value `undo`.
    """
    try:
        person = change(database.engine(), person_id)
    except PeopleError as error:
        return _page(HTTPStatus.CONFLICT, fault=error)
    if person.id == route_rules.reader().id and not (person.is_admin and person.is_active):
        flash_message(f"{person.name} {done}")
        return redirect(url_for("funds.index"), HTTPStatus.SEE_OTHER)
    flash_message(f"{person.name} {done}", request.path, value=undo)
    return _back()


def _shown(person: Person, password: str) -> Answer:
    """Lead to the list, which shows a password that was made up."""
    one_time_secret.put(password, name=person.name, email=person.email)
    return _back()


def _back() -> Answer:
    return redirect(url_for(".index"), HTTPStatus.SEE_OTHER)


def _page(
    status: int = HTTPStatus.OK, form: PersonForm | None = None, **context: object
) -> Response:
    everybody = people.everybody(database.engine())
    return whole(
        "accounts/people/index.html",
        status,
        form=form or PersonForm(),
        everybody=everybody,
        **context,
    )
