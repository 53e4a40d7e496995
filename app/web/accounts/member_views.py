"""The people of a fund: who has which role in it."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, current_app, redirect, request, url_for
from itsdangerous import URLSafeTimedSerializer
from werkzeug import Response as Answer

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs, needs_confirmation
from app.domain.accounts.roles import Role
from app.domain.errors import PeopleError
from app.services.accounts import invitations, memberships
from app.web.accounts.forms import MemberForm, RoleForm, WithdrawalForm
from app.web.shared.flash import flash_message
from app.web.shared.responses import whole

_UNDO_WITHIN = 60 * 60  # seconds
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
    """Ask somebody into the fund; the answer is the same whether they are known here or not."""
    form = MemberForm(request.form)
    if not form.validate():
        return _page(fund_id, HTTPStatus.UNPROCESSABLE_ENTITY, form)
    role = Role(form.role.data)
    try:
        email = invitations.invite(
            database.engine(), fund_id, str(form.email.data), role, route_rules.reader()
        )
    except PeopleError as error:
        form.refuse(error)
        return _page(fund_id, HTTPStatus.UNPROCESSABLE_ENTITY, form)
    undo = url_for(".withdraw", fund_id=fund_id)
    message = f"{email} is invited as {role.label}, and has access once they accept."
    flash_message(message, undo, email=email)
    return _back(fund_id)


@bp.post("/withdraw")
@needs("gp")
def withdraw(fund_id: UUID) -> Answer:
    """Take an invitation back."""
    form = WithdrawalForm(request.form)
    try:
        invitations.withdraw(database.engine(), fund_id, form.email.data or "")
    except PeopleError as error:
        return _page(fund_id, HTTPStatus.CONFLICT, fault=error)
    flash_message("The invitation is withdrawn.")
    return _back(fund_id)


@bp.post("/<uuid:person_id>/role")
@needs_confirmation
@needs("gp")
def change_role(fund_id: UUID, person_id: UUID) -> Answer:
    """Change a person's role; who was just removed can be taken back this way."""
    form = RoleForm(request.form)
    if not form.validate():
        return _page(fund_id, HTTPStatus.UNPROCESSABLE_ENTITY)
    removed = _removal().loads_unsafe(form.removed.data or "", max_age=_UNDO_WITHIN)
    undoes = removed == (True, [str(fund_id), str(person_id)])
    return _change(fund_id, person_id, Role(form.role.data), undoes=undoes)


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
    return _change(fund_id, route_rules.reader().id, None)


def _change(fund_id: UUID, person_id: UUID, role: Role | None, *, undoes: bool = False) -> Answer:
    try:
        person, before = memberships.change(
            database.engine(), fund_id, person_id, role, undoes=undoes
        )
    except PeopleError as error:
        return _page(fund_id, HTTPStatus.CONFLICT, fault=error)
    undo = url_for(".change_role", fund_id=fund_id, person_id=person_id)
    fields = {"role": before.value} if before else {}
    if role is None:
        fields["removed"] = str(_removal().dumps([str(fund_id), str(person_id)]))
    if before is None:
        undo = url_for(".remove", fund_id=fund_id, person_id=person_id)
    done = f"is {role.label} in this fund now." if role else "is not in this fund any more."
    themself = person_id == route_rules.reader().id and not route_rules.reader().is_admin
    if themself and role is not Role.GP:
        flash_message(f"{person.name} {done}")
        goal = url_for(".index", fund_id=fund_id) if role else url_for("funds.index")
        return redirect(goal, HTTPStatus.SEE_OTHER)
    flash_message(f"{person.name} {done}", undo, **fields)
    return _back(fund_id)


def _removal() -> URLSafeTimedSerializer:
    """Sign that somebody was removed here: they may be brought back, and nobody else."""
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="removed from a fund")


def _back(fund_id: UUID) -> Answer:
    return redirect(url_for(".index", fund_id=fund_id), HTTPStatus.SEE_OTHER)


def _page(
    fund_id: UUID, status: int = HTTPStatus.OK, form: MemberForm | None = None, **context: object
) -> Response:
    return whole(
        "accounts/members/index.html",
        status,
        fund=route_rules.fund(),
        members=memberships.members(database.engine(), fund_id),
        invited=invitations.of_fund(database.engine(), fund_id) if route_rules.may(Role.GP) else [],
        form=form or MemberForm(),
        roles=list(Role),
        **context,
    )
