"""All people of the site, for administrators."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug import Response as Answer

from app import database, guard, sessions
from app.domain.errors import PeopleError
from app.guard import needs_admin
from app.services import people
from app.store.people import Person
from app.web.notices import tell
from app.web.pages import whole
from app.web.people_forms import PersonForm

bp = Blueprint("people", __name__, url_prefix="/people")


@bp.get("/")
@needs_admin
def index() -> Response:
    """List all people."""
    return _page()


@bp.post("/")
@needs_admin
def add() -> Response:
    """Add a person, and show their password this once."""
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
    return _page(HTTPStatus.CREATED, given=added, secret=password)


@bp.post("/<uuid:person_id>/password")
@needs_admin
def renew_password(person_id: UUID) -> Response:
    """Make up a new password for who has lost theirs, and show it this once."""
    try:
        person, password = people.renew_password(database.engine(), person_id)
    except PeopleError as error:
        return _page(HTTPStatus.CONFLICT, fault=error)
    if person.id == guard.reader().id:
        sessions.begin(person)
    return _page(HTTPStatus.CREATED, given=person, secret=password)


@bp.post("/<uuid:person_id>/active")
@needs_admin
def set_active(person_id: UUID) -> Answer:
    """Let a person sign in, or no more."""
    active = request.form.get("value") == "1"
    try:
        person = people.set_active(database.engine(), person_id, active=active)
    except PeopleError as error:
        return _page(HTTPStatus.CONFLICT, fault=error)
    done = "may sign in again." if active else "is signed out and may not sign in any more."
    return _done(person, done, ".set_active", active)


@bp.post("/<uuid:person_id>/admin")
@needs_admin
def set_admin(person_id: UUID) -> Answer:
    """Make a person an administrator, or no more."""
    admin = request.form.get("value") == "1"
    try:
        person = people.set_admin(database.engine(), person_id, admin=admin)
    except PeopleError as error:
        return _page(HTTPStatus.CONFLICT, fault=error)
    done = "is an administrator now." if admin else "is no administrator any more."
    return _done(person, done, ".set_admin", admin)


def _done(person: Person, done: str, endpoint: str, value: bool) -> Answer:  # noqa: FBT001
    """Say what was done, with the way back; who is out of this page now is led away from it."""
    is_self = person.id == guard.reader().id
    if is_self and not (person.is_admin and person.is_active):
        tell(f"{person.name} {done}")
        return redirect(url_for("funds.index"), HTTPStatus.SEE_OTHER)
    undo = url_for(endpoint, person_id=person.id)
    tell(f"{person.name} {done}", undo, value="0" if value else "1")
    return redirect(url_for(".index"), HTTPStatus.SEE_OTHER)


def _page(
    status: int = HTTPStatus.OK, form: PersonForm | None = None, **context: object
) -> Response:
    everybody = people.everybody(database.engine())
    return whole(
        "people/index.html", status, form=form or PersonForm(), everybody=everybody, **context
    )
