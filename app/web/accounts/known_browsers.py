"""Which people signed in with the browser at work before: others cannot keep them waiting there."""

from __future__ import annotations

import secrets

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug import Response

from app.store.accounts.people import Person

COOKIE = "asof_browser"
_MOST = 5  # people that a browser is known to
_KEPT = 365 * 24 * 60 * 60  # seconds


def signed_in_before() -> dict[str, str]:
    """Return what a browser is known by to each person, by the person's id."""
    try:
        found = _signer().loads(request.cookies.get(COOKIE, ""), max_age=_KEPT)
    except BadData:
        return {}
    return found if isinstance(found, dict) else {}


def remember(response: Response, person: Person) -> None:
    """Let a browser be known to a person, who has just signed in with it."""
    before = signed_in_before()
    mark = before.pop(str(person.id), None) or secrets.token_urlsafe(12)
    people = dict(list(before.items())[1 - _MOST :]) | {str(person.id): mark}
    response.set_cookie(
        COOKIE,
        str(_signer().dumps(people)),
        max_age=_KEPT,
        path="/sign-in",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="browsers that are known")
