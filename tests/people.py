"""People for tests, and clients that are signed in as one of them."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from flask_login.utils import _create_identifier
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from app import database
from app.domain.accounts.roles import Role
from app.services.accounts import passwords, tokens, web_sessions
from app.services.accounts import people as site_people
from app.store.accounts import memberships, people
from app.store.accounts.people import Person

PASSWORD = "four words nobody joins"  # noqa: S105 - for tests only

PROOF = "HTTP_X_CSRFTOKEN"


@cache
def _hash() -> str:
    return passwords.hashed(PASSWORD)


def somebody(
    engine: Engine, name: str = "Sam Body", email: str | None = None, *, admin: bool = False
) -> Person:
    """Add a person of a test's own, whose password is PASSWORD."""
    email = email or f"{uuid4().hex}@example.com"
    with engine.begin() as connection:
        return people.add(connection, email, name, _hash(), is_admin=admin)


def member(engine: Engine, fund_id: UUID, role: str, name: str = "Sam Body") -> Person:
    """Add a person with a role in a fund."""
    person = somebody(engine, name)
    with engine.begin() as connection:
        memberships.grant(connection, fund_id, person.id, Role(role))
    return person


def signed_in(app: Flask, person: Person | None) -> FlaskClient:
    """Return a client with a session as signing in begins it; None is nobody.

    It sends the proof that its forms are the site's own with each request, as a script could.
    """
    client = app.test_client()
    if person:
        with app.test_request_context(environ_base=client.environ_base):
            browser = _create_identifier()
        lifetime = web_sessions.lifetime(database.of(app).settings)
        session_id = web_sessions.begin(database.of(app).engine(), person, lifetime)
        with client.session_transaction() as session:
            session.permanent = True
            session["_user_id"] = f"{person.id}/{session_id}"
            session["_fresh"] = True
            session["_id"] = browser
            session["csrf_token"] = browser
        signer = URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token")
        client.environ_base[PROOF] = signer.dumps(browser)
    return client


def admin_token(engine: Engine) -> str:
    """Create a token of the site's only administrator, or of one more."""
    person = site_people.only_administrator(engine) or somebody(engine, admin=True)
    _, token = tokens.make(engine, person.id, "for tests")
    return token


def post(client: FlaskClient, page: str, action: str | None = None, **data: Any) -> TestResponse:  # noqa: ANN401
    """Send a form of a page, with the proof that the page carries."""
    return client.post(action or page, data={**data, "csrf_token": proof(client, page)})


def proof(client: FlaskClient, page: str) -> str:
    """Read the proof that a page's forms carry."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found, page
    return found[1]
