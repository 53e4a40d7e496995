"""Who is there: by the session of a browser, or by the token that a program sends."""

from __future__ import annotations

from uuid import UUID

from flask import Flask, Request, g, request, session
from flask_login import AnonymousUserMixin, LoginManager, login_user, logout_user

from app import database
from app.config import Settings
from app.domain.errors import NotSignedInError
from app.services import people, tokens
from app.store.people import Person, Visitor


class SignedIn:
    """Who is signed in, in the form in which Flask-Login keeps them."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, visitor: Visitor) -> None:
        """Take the person, with their role in the fund that is asked for."""
        self.visitor = visitor
        self.person = visitor.person

    def get_id(self) -> str:
        """Write what the session keeps: it is worth nothing once the person's sessions ended."""
        return f"{self.person.id}/{self.person.session_epoch}"


def register(app: Flask) -> None:
    """Let Flask-Login find who is there."""
    manager = LoginManager(app)
    manager.session_protection = "basic"
    manager.user_loader(_by_session)
    manager.request_loader(_by_token)


def configure(app: Flask, settings: Settings) -> None:
    """Set up the cookie that carries the session."""
    app.config.update(
        # Cookies know no ports: a name of our own leaves other sites on this machine theirs.
        SESSION_COOKIE_NAME="__Host-asof" if settings.https else "asof",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=settings.session_hours * 3600,
        SESSION_REFRESH_EACH_REQUEST=False,  # the guard prolongs it, not every answer
        WTF_CSRF_TIME_LIMIT=None,  # forms stay good as long as their session
    )


def begin(person: Person) -> None:
    """Begin a new session for a person, who has proved who they are."""
    session.clear()
    session.permanent = True
    login_user(SignedIn(Visitor(person)))


def end() -> None:
    """End the session."""
    logout_user()
    session.clear()


def forget() -> None:
    """Take nobody for signed in while this request is answered: the database may be gone."""
    g._login_user = AnonymousUserMixin()  # noqa: SLF001 - where Flask-Login keeps it


def nobody() -> NotSignedInError:
    """Say that nobody is signed in, and how to mend it."""
    if _token(request) is None:
        return NotSignedInError("sign in, or send a token of yours as Authorization: Bearer …")
    reason = "the token is unknown or revoked: make a new one on your account page"
    return NotSignedInError(reason, token=True)


def _by_session(kept: str) -> SignedIn | None:
    if _token(request) is not None:
        return None  # who sends a token means to come with it
    person_id, _, epoch = kept.partition("/")
    visitor = people.visitor(database.engine(), UUID(person_id), _fund())
    if visitor is None or str(visitor.person.session_epoch) != epoch:
        return None
    return SignedIn(visitor)


def _by_token(request: Request) -> SignedIn | None:
    token = _token(request)
    visitor = tokens.bearer(database.engine(), token, _fund()) if token else None
    return SignedIn(visitor) if visitor else None


def _token(request: Request) -> str | None:
    """Give the token that was sent; pages take none."""
    sent = request.authorization
    if sent is None or sent.type != "bearer" or not request.path.startswith("/api/"):
        return None
    return sent.token or ""


def _fund() -> UUID | None:
    return (request.view_args or {}).get("fund_id")
