"""The people of a fund: who has which role in it."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug import Response as Answer

from app import database, guard
from app.domain.errors import PeopleError
from app.domain.roles import Role
from app.guard import needs, needs_confirmation
from app.services import memberships
from app.web.notices import tell
from app.web.pages import whole
from app.web.people_forms import MemberForm, RoleForm

bp = Blueprint("members", __name__, url_prefix="/funds/<uuid:fund_id>/people")


@bp.get("/")
@needs("viewer")
def index(fund_id: UUID) -> Response:
    """List the fund's people."""
    return _page(fund_id)


@bp.post("/")
@needs_confirmation
@needs("gp")
def add(fund_id: UUID) -> Answer:
    """Give a person a role, who has none in the fund."""
    form = MemberForm(request.form)
    if not form.validate():
        return _page(fund_id, HTTPStatus.UNPROCESSABLE_ENTITY, form)
    role = Role(form.role.data)
    try:
        person = memberships.add(database.engine(), fund_id, str(form.email.data), role)
    except PeopleError as error:
        form.refuse(error)
        return _page(fund_id, HTTPStatus.UNPROCESSABLE_ENTITY, form)
    undo = url_for(".remove", fund_id=fund_id, person_id=person.id)
    tell(f"{person.name} is in this fund now, as {role.label}.", undo)
    return _back(fund_id)


@bp.post("/<uuid:person_id>/role")
@needs_confirmation
@needs("gp")
def change_role(fund_id: UUID, person_id: UUID) -> Answer:
    """Give a person another role; who was just removed can be taken back this way."""
    form = RoleForm(request.form)
    if not form.validate():
        return _page(fund_id, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _change(fund_id, person_id, Role(form.role.data))


@bp.post("/<uuid:person_id>/remove")
@needs_confirmation
@needs("gp")
def remove(fund_id: UUID, person_id: UUID) -> Answer:
    """Take a person's role away."""
    return _change(fund_id, person_id, None)


@bp.post("/leave")
@needs("viewer")
def leave(fund_id: UUID) -> Answer:
    """Go out of the fund, of one's own accord."""
    return _change(fund_id, guard.reader().id, None)


def _change(fund_id: UUID, person_id: UUID, role: Role | None) -> Answer:
    try:
        person, before = memberships.change(database.engine(), fund_id, person_id, role)
    except PeopleError as error:
        return _page(fund_id, HTTPStatus.CONFLICT, fault=error)
    undo = url_for(".change_role", fund_id=fund_id, person_id=person_id)
    fields = {"role": before.value} if before else {}
    if before is None:
        undo = url_for(".remove", fund_id=fund_id, person_id=person_id)
    done = f"is {role.label} in this fund now." if role else "is not in this fund any more."
    themself = person_id == guard.reader().id and not guard.reader().is_admin
    if themself and role is not Role.GP:
        tell(f"{person.name} {done}")
        goal = url_for(".index", fund_id=fund_id) if role else url_for("funds.index")
        return redirect(goal, HTTPStatus.SEE_OTHER)
    tell(f"{person.name} {done}", undo, **fields)
    return _back(fund_id)


def _back(fund_id: UUID) -> Answer:
    return redirect(url_for(".index", fund_id=fund_id), HTTPStatus.SEE_OTHER)


def _page(
    fund_id: UUID, status: int = HTTPStatus.OK, form: MemberForm | None = None, **context: object
) -> Response:
    return whole(
        "members/index.html",
        status,
        fund=guard.fund(),
        members=memberships.members(database.engine(), fund_id),
        form=form or MemberForm(),
        roles=list(Role),
        **context,
    )
