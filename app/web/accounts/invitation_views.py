"""What somebody answers who is asked into a fund."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, redirect, url_for
from werkzeug import Response

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs_sign_in
from app.domain.errors import PeopleError
from app.services.accounts import invitations
from app.web.shared.flash import flash_message

# The fund is not one that the reader may see yet: its id goes by another name than where it is.
bp = Blueprint("invitations", __name__, url_prefix="/invitations/<uuid:asked_into>")


@bp.post("/accept")
@needs_sign_in
def accept(asked_into: UUID) -> Response:
    """Come into the fund."""
    try:
        role = invitations.accept(database.engine(), asked_into, route_rules.reader())
    except PeopleError as error:
        return _back(f"The invitation {error.reason}.")
    flash_message(f"You are in this fund now, as {role.label}.")
    return redirect(url_for("funds.show", fund_id=asked_into), HTTPStatus.SEE_OTHER)


@bp.post("/decline")
@needs_sign_in
def decline(asked_into: UUID) -> Response:
    """Say no."""
    try:
        invitations.decline(database.engine(), asked_into, route_rules.reader())
    except PeopleError as error:
        return _back(f"The invitation {error.reason}.")
    return _back("Declined. Whoever invited you is not told.")


def _back(message: str) -> Response:
    flash_message(message)
    return redirect(url_for("funds.index"), HTTPStatus.SEE_OTHER)
