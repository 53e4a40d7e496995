"""A form that could not be taken just then: what was typed, to be sent once more."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from flask import current_app, request, session
from itsdangerous import BadData, URLSafeTimedSerializer

from app.auth import route_rules
from app.http.security import is_from_here

# What a page sends along for itself, and what no page shows again.
_UNSEEN = {"key", "seen", "do", "base", "version", "through"}
_SECRET = {"password", "present"}
_MOST_SHOWN = 30
_KEPT = 24 * 60 * 60  # seconds


class OldForm(NamedTuple):
    """What a form said, and where it was sent."""

    address: str
    fields: list[tuple[str, str]]

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What was typed, as a person reads it; nothing where it is too much to be read."""
        typed = [(_label(name), value) for name, value in self.fields if name not in _UNSEEN]
        seen = [(label, value) for label, value in typed if value]
        return seen if len(seen) <= _MOST_SHOWN else []


def sent_again() -> OldForm | None:
    """Return what a form says of somebody who is signed in, or what a sign-in carries along.

    See `sent`.
    """
    visitor = route_rules.visitor()
    if visitor is None:
        return None
    carried = request.form.get("held", "")
    return opened(carried, visitor.person.id) if carried else sent()


def sent() -> OldForm | None:
    """Return all that a form of this site says but its proof; None where it is not to be sent.

    What does not say that a page of this site sent it, or holds secrets or files, is not offered.
    """
    says_from_where = "Sec-Fetch-Site" in request.headers or "Origin" in request.headers
    if request.files or not says_from_where or not is_from_here():
        return None
    fields = [each for each in request.form.items(multi=True) if each[0] != "csrf_token"]
    if not fields or any(name in _SECRET for name, _ in fields):
        return None
    return OldForm(request.full_path.rstrip("?"), fields)


def sealed(form: OldForm) -> str:
    """Write a form so that another page can carry it along and nobody can change it.

    Where the session tells still whose it was, it is for nobody else.
    """
    whose = str(session.get("_user_id", "")).partition("/")[0]
    return _seal().dumps([whose, *form])


def opened(text: str, person: UUID) -> OldForm | None:
    """Read what was sealed for somebody; None where it was not, or a day ago."""
    try:
        whose, address, fields = _seal().loads(text, max_age=_KEPT)
    except BadData:
        return None
    if whose not in {"", str(person)}:
        return None
    return OldForm(address, [(name, value) for name, value in fields])


def _seal() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="old form")


def _label(name: str) -> str:
    return name.partition(".")[0].replace("_", " ").capitalize()
