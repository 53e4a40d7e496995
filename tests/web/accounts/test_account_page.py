"""One's own account: the password, the sessions, the tokens."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.services.accounts import sign_in
from app.store.accounts.people import Person
from tests.people import PASSWORD, post, signed_in, somebody

NEW = "another four words entirely"


@pytest.fixture
def person(engine: Engine) -> Person:
    return somebody(engine, "Maya Chen")


@pytest.fixture
def mine(app: Flask, person: Person) -> FlaskClient:
    return signed_in(app, person)


def change(client: FlaskClient, present: str, password: str) -> tuple[int, str]:
    answer = post(client, "/account/", "/account/password", present=present, password=password)
    return answer.status_code, answer.text


def test_a_new_password_ends_all_sessions_but_this_one(
    app: Flask, engine: Engine, mine: FlaskClient, person: Person
) -> None:
    elsewhere = signed_in(app, person)
    assert change(mine, PASSWORD, NEW)[0] == 303
    assert "Your password is changed" in mine.get("/account/").text
    assert elsewhere.get("/account/").status_code == 303
    assert sign_in.sign_in(engine, person.email, PASSWORD, "192.0.2.1") is None
    again = sign_in.sign_in(engine, person.email, NEW, "192.0.2.1")
    assert again
    assert again.id == person.id


@pytest.mark.parametrize(
    ("present", "password", "told"),
    [
        ("wrong", NEW, "Current password is not your present password: type it once more."),
        (PASSWORD, "short", "New password has 5 characters: choose one of at least 12."),
        (PASSWORD, "x" * 201, "New password has 201 characters: choose one of at most 200."),
        (PASSWORD, PASSWORD, "New password is the present one: choose another."),
        (
            PASSWORD,
            "password1234",
            "New password is easy to guess (this is a very common password): choose another",
        ),
        (PASSWORD, "", "Choose at least 12 characters."),
    ],
)
def test_a_password_is_refused_with_the_reason(
    mine: FlaskClient, present: str, password: str, told: str
) -> None:
    status, page = change(mine, present, password)
    assert status == 422
    assert told in page
    assert PASSWORD not in page


def test_a_password_that_holds_the_email_is_refused(mine: FlaskClient, person: Person) -> None:
    status, page = change(mine, PASSWORD, f"my {person.email.upper()}!")
    assert (status, "contains the email" in page) == (422, True)


def test_signing_out_everywhere_ends_every_session(
    app: Flask, mine: FlaskClient, person: Person
) -> None:
    elsewhere = signed_in(app, person)
    answer = post(mine, "/account/", "/account/sign-out-everywhere")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert "You are signed out everywhere" in mine.get("/sign-in").text
    assert elsewhere.get("/account/").status_code == mine.get("/account/").status_code == 303


def test_a_token_is_shown_once_and_kept_as_its_end(app: Flask, mine: FlaskClient) -> None:
    made = post(mine, "/account/", "/account/tokens", label="Nightly export")
    assert (made.status_code, made.location) == (303, "/account/")
    shown = mine.get("/account/")
    assert shown.headers["Cache-Control"] == "no-store"
    [secret] = re.findall(r'code id="secret">([^<]+)<', shown.text)
    assert "Your token “Nightly export”" in shown.text
    page = mine.get("/account/").text
    assert secret not in page
    assert f"…{secret[-4:]}" in page
    assert "Nightly export" in page
    bearer = {"Authorization": f"Bearer {secret}"}
    program = signed_in(app, None)
    assert program.get("/api/funds", headers=bearer).status_code == 200
    [revoke] = re.findall(r'action="(/account/tokens/[^"]+/revoke)"', page)
    assert post(mine, "/account/", revoke).status_code == 303
    assert program.get("/api/funds", headers=bearer).status_code == 401
    assert "Nightly export" not in mine.get("/account/").text


def test_a_token_needs_a_label(mine: FlaskClient) -> None:
    answer = post(mine, "/account/", "/account/tokens", label=" ")
    assert (answer.status_code, "Write a name" in answer.text) == (422, True)
    answer = post(mine, "/account/", "/account/tokens", label="turned \u202e round")
    assert (answer.status_code, "cannot be seen" in answer.text) == (422, True)


def test_only_administrators_are_shown_the_way_to_all_people(
    mine: FlaskClient, client: FlaskClient
) -> None:
    assert 'href="/people/"' not in mine.get("/account/").text
    assert 'href="/people/"' in client.get("/account/").text
