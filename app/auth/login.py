"""Who is there: by the session of a browser, or by the token that a program sends."""

from __future__ import annotations

from uuid import UUID

from flask import Flask, Request, g, request, session
from flask_login import (
    AnonymousUserMixin,
    LoginManager,
    confirm_login,
    current_user,
    login_fresh,
    login_user,
    logout_user,
)

from app import database
from app.config import Settings
from app.domain.errors import NotSignedInError
from app.services.accounts import tokens, web_sessions
from app.store.accounts.people import Person, Visitor
from app.store.accounts.web_sessions import Lifetime, Present, WebSession

BY_ITSELF = "X-Asks-By-Itself"  # what a page asks for while nobody is there sends this header


class SignedIn:
    """Who is signed in, in the form in which Flask-Login keeps them."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, visitor: Visitor, present: Present | None = None) -> None:
        """Take the person, with their role in the fund that is asked for, and their session."""
        self.visitor = visitor
        self.person = visitor.person
        self.present = present


class _Beginning(SignedIn):
    """Who has just signed in, in the form in which Flask-Login begins a session."""

    def __init__(self, person: Person, session_id: UUID) -> None:
        super().__init__(Visitor(person))
        self._session_id = session_id

    def get_id(self) -> str:
        """Write what the cookie keeps: it is worth nothing once the server has ended it."""
        return f"{self.person.id}/{self._session_id}"


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
        SESSION_REFRESH_EACH_REQUEST=False,  # the server knows how long it lasts
        WTF_CSRF_TIME_LIMIT=None,  # forms stay good as long as their session
    )


def begin(person: Person) -> None:
    """Begin a new session for a person, who has proved who they are; it takes the old one's place.

    Whoever kept the old one's cookie cannot go on with it.
    """
    engine = database.engine()
    if kept := _kept(session.get("_user_id", "")):
        web_sessions.replace(engine, *kept)
    session.clear()
    session.permanent = True
    session_id = web_sessions.begin(engine, person, _lifetime())
    login_user(_Beginning(person, session_id))


def end() -> None:
    """End the session, here and on the server."""
    if current_user.is_authenticated and (found := present()):
        web_sessions.sign_out(database.engine(), current_user.person, found.id)
    logout_user()
    session.clear()


def present() -> Present | None:
    """Return the session that the request came with; None where it came with a token."""
    found: Present | None = current_user.present
    return found


def is_confirmed() -> bool:
    """Return whether the password was given a short while ago, in the browser that asks."""
    found = present()
    return found is not None and found.is_confirmed and login_fresh()


def confirm() -> None:
    """Note that the password was given in this session just now."""
    found = present()
    assert found is not None
    web_sessions.confirm(database.engine(), found.id)
    confirm_login()


def touch() -> None:
    """Note that the session is in use, once a minute; what a page asks for by itself is no use."""
    found = present()
    if found and found.is_stale and BY_ITSELF not in request.headers:
        web_sessions.touch(database.engine(), found.id)


def listed() -> list[WebSession]:
    """List the sessions of who is signed in."""
    return web_sessions.listed(database.engine(), current_user.person, _lifetime())


def forget() -> None:
    """Take nobody for signed in while this request is answered: the database may be gone."""
    g._login_user = AnonymousUserMixin()  # noqa: SLF001 - where Flask-Login keeps it


def nobody() -> NotSignedInError:
    """Say that nobody is signed in, and how to mend it."""
    token = _token(request)
    if token is None:
        return NotSignedInError("sign in, or send a token of yours as Authorization: Bearer …")
    return NotSignedInError(tokens.why_refused(database.engine(), token), token=True)


def _by_session(kept: str) -> SignedIn | None:
    if _token(request) is not None:
        return None  # who sends a token means to come with it
    if (ids := _kept(kept)) is None:
        return None
    found = web_sessions.present(database.engine(), ids[1], _fund(), _lifetime())
    return SignedIn(found.visitor, found) if found else None


def _by_token(request: Request) -> SignedIn | None:
    token = _token(request)
    visitor = tokens.bearer(database.engine(), token, _fund()) if token else None
    return SignedIn(visitor) if visitor else None


def _token(request: Request) -> str | None:
    """Return the token that was sent; pages take none."""
    sent = request.authorization
    if sent is None or sent.type != "bearer" or not request.path.startswith("/api/"):
        return None
    return sent.token or ""


def _kept(text: str) -> tuple[UUID, UUID] | None:
    """Read the ids of a person and of their session, as a cookie keeps them."""
    person_id, _, session_id = text.partition("/")
    try:
        return UUID(person_id), UUID(session_id)
    except ValueError:  # of an earlier version
        return None


def _lifetime() -> Lifetime:
    return web_sessions.lifetime(database.settings())


def _fund() -> UUID | None:
    return (request.view_args or {}).get("fund_id")
