"""What people do to the site and to each other is in the audit: who, about whom, from where."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from app.services.accounts import audit, sign_in, tokens
from app.services.sheets import FORMATS
from app.store.accounts.people import Person
from tests.ledgers import called, new_fund
from tests.people import PASSWORD, member, post, signed_in, somebody

NEW = "another four words entirely"
_FROM = {"REMOTE_ADDR": "192.0.2.77", "HTTP_USER_AGENT": "Lynx/2.9"}


class Audit:
    """What is recorded from now on."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._from, _ = audit.verify(engine)

    def all(self) -> list[dict[str, Any]]:
        with self._engine.connect() as connection:
            query = text("SELECT * FROM audit_event WHERE sequence > :first ORDER BY sequence")
            rows = connection.execute(query, {"first": self._from}).mappings()
            return [dict(row) for row in rows]

    def kinds(self) -> list[str]:
        return [each["kind"] for each in self.all()]

    def one(self, kind: str) -> dict[str, Any]:
        [found] = [each for each in self.all() if each["kind"] == kind]
        return found


@pytest.fixture
def seen(engine: Engine) -> Audit:
    return Audit(engine)


@pytest.fixture
def ada(app: Flask, admin: Person) -> FlaskClient:
    """Sign an administrator in, from somewhere else."""
    client = app.test_client()
    client.environ_base.update(_FROM)
    post(client, "/sign-in", email=admin.email, password=PASSWORD)
    return client


def test_signing_in_failing_to_and_signing_out(app: Flask, engine: Engine, seen: Audit) -> None:
    person = somebody(engine)
    client = app.test_client()
    client.environ_base.update(_FROM)
    for email, password in ((person.email, "wrong"), ("no@example.com", "x"), (person.email, None)):
        post(client, "/sign-in", email=email, password=password or PASSWORD)
    post(client, "/account/", "/sign-out")
    known, unknown, done, out = seen.all()
    assert seen.kinds() == ["sign_in_failed", "sign_in_failed", "signed_in", "signed_out"]
    assert (known["actor"], known["actor_id"]) == ("nobody signed in", None)
    assert (known["about"], known["about_id"]) == (person.email, person.id)
    assert (unknown["about"], unknown["about_id"]) == ("no@example.com", None)
    for each in (done, out):
        assert (each["actor_id"], each["about_id"]) == (person.id, person.id)
    for each in seen.all():
        assert (each["address"], each["device"]) == ("192.0.2.77", "Lynx/2.9")
        assert each["request_id"]


def test_what_an_administrator_does_to_people(admin: Person, ada: FlaskClient, seen: Audit) -> None:
    email = f"{uuid4().hex}@example.com"
    post(ada, "/people/", name="New Person", email=email)
    added = seen.one("person_added")
    whose = f"/people/{added['about_id']}"
    for action, value in (("admin", "1"), ("admin", "0"), ("active", "0"), ("active", "1")):
        post(ada, "/people/", f"{whose}/{action}", value=value)
    post(ada, "/people/", f"{whose}/password")
    assert seen.kinds() == [
        "person_added", "administrator_made", "administrator_removed", "person_deactivated",
        "person_reactivated", "password_given",
    ]  # fmt: skip
    assert added["after"] == {"name": "New Person", "is_admin": False}
    assert seen.one("administrator_made")["before"] == {"is_admin": False}
    assert seen.one("administrator_made")["after"] == {"is_admin": True}
    for each in seen.all():
        assert (each["actor_id"], each["actor"], each["about"]) == (admin.id, admin.email, email)
        assert (each["address"], each["device"]) == ("192.0.2.77", "Lynx/2.9")


def test_roles_granted_changed_and_removed(
    app: Flask, engine: Engine, admin: Person, ada: FlaskClient, seen: Audit
) -> None:
    fund, person = new_fund(engine), somebody(engine)
    page = f"/funds/{fund}/people/"
    post(ada, page, email="nobody@example.com", role="viewer")
    post(ada, page, f"{page}withdraw", email="nobody@example.com")
    for what in ("decline", "accept"):
        post(ada, page, email=person.email, role="viewer")
        signed_in(app, person).post(f"/invitations/{fund}/{what}")
    post(ada, page, f"{page}{person.id}/role", role="analyst")
    post(ada, page, f"{page}{person.id}/remove")
    roles = [(each["kind"], each["before"], each["after"]) for each in seen.all()]
    viewer, analyst = {"role": "viewer"}, {"role": "analyst"}
    assert roles == [
        ("invited", None, viewer),
        ("invitation_withdrawn", None, None),
        ("invited", None, viewer),
        ("invitation_declined", None, None),
        ("invited", None, viewer),
        ("role_granted", None, viewer),
        ("role_changed", viewer, analyst),
        ("role_removed", analyst, None),
    ]
    assert {each["fund_id"] for each in seen.all()} == {fund}
    by = [each["actor_id"] for each in seen.all()]
    assert by == [admin.id] * 3 + [person.id, admin.id, person.id] + [admin.id] * 2
    assert {each["about_id"] for each in seen.all()} == {None, person.id}


def test_who_brings_a_fund_in_becomes_its_gp(app: Flask, engine: Engine, seen: Audit) -> None:
    person = somebody(engine)
    terms = {"currency": "USD", "size": "100", "vintage_year": 2010, "inception_on": "2010-01-01"}
    body = {"name": f"Mine {uuid4().hex}", "terms": terms, "commitments": []}
    asked = signed_in(app, person).post("/api/funds", json=body)
    granted = seen.one("role_granted") if asked.status_code == 201 else pytest.fail(asked.text)
    assert (granted["about_id"], granted["actor_id"]) == (person.id, person.id)
    assert (granted["fund_id"], granted["after"]) == (UUID(asked.json["id"]), {"role": "gp"})  # type: ignore[index]


def test_ones_own_password_sessions_and_tokens(app: Flask, engine: Engine, seen: Audit) -> None:
    person = somebody(engine)
    mine = signed_in(app, person)
    post(mine, "/account/", "/account/password", present="wrong", password=NEW)
    post(mine, "/account/", "/account/password", present=PASSWORD, password=NEW)
    post(mine, "/account/", "/account/tokens", label="Nightly")
    page = mine.get("/account/").text
    [secret] = re.findall(r'code id="secret">([^<]+)<', page)
    for _ in range(2):
        bearer = {"Authorization": f"Bearer {secret}"}
        assert app.test_client().get("/api/funds", headers=bearer).status_code == 200
    [revoke] = re.findall(r'action="(/account/tokens/[^"]+/revoke)"', page)
    for _ in range(2):
        post(mine, "/account/", revoke)
    post(mine, "/account/", "/account/sign-out-everywhere")
    assert seen.kinds() == [
        "password_refused", "password_changed", "token_made", "token_first_used", "token_revoked",
        "all_sessions_ended",
    ]  # fmt: skip
    for kind in ("token_made", "token_first_used", "token_revoked"):
        told = {"label": "Nightly", "last_four": secret[-4:], "scope": "read", "funds": "all"}
        assert seen.one(kind)["after"].items() >= told.items()
    assert {(each["actor_id"], each["about_id"]) for each in seen.all()} == {(person.id, person.id)}
    for each in (secret, PASSWORD, NEW, "wrong"):
        assert each not in str(seen.all()), "no secret is kept"


def test_ended_sessions_and_confirmed_passwords(app: Flask, engine: Engine, seen: Audit) -> None:
    person = somebody(engine)
    mine, _ = signed_in(app, person), signed_in(app, person)
    post(mine, "/account/confirm/", password="wrong")  # noqa: S106
    post(mine, "/account/confirm/", password=PASSWORD)
    own, other = re.findall(r'action="(/account/sessions/[^"]+/end)"', mine.get("/account/").text)
    for end in (other, own):
        post(mine, "/account/", end)
    assert sorted(seen.kinds()) == [
        "password_confirmed", "password_refused", "session_ended", "signed_out",
    ]  # fmt: skip
    assert "session_device" in seen.one("session_ended")["after"]


@pytest.mark.parametrize("way", ["/funds/{}/export.csv?what=state", "/api/funds/{}/export.csv"])
def test_exports(app: Flask, engine: Engine, seen: Audit, way: str) -> None:
    fund = new_fund(engine, called("100"))
    viewer = member(engine, fund, "viewer")
    assert signed_in(app, viewer).get(way.format(fund)).status_code == 200
    exported = seen.one("exported")
    assert (exported["actor_id"], exported["fund_id"]) == (viewer.id, fund)
    assert exported["after"]["through"] == 2
    assert exported["after"]["to"] in FORMATS


def test_approval(engine: Engine, admin: Person, ada: FlaskClient, seen: Audit) -> None:
    fund = new_fund(engine)
    page = f"/funds/{fund}/valuations/"
    post(ada, page, f"{page}approval", value="1")
    switched = seen.one("approval_switched")
    assert (switched["fund_id"], switched["actor_id"]) == (fund, admin.id)
    assert (switched["before"], switched["after"]) == ({"needed": False}, {"needed": True})


def test_backups(app: Flask, seen: Audit, tmp_path: Path) -> None:
    result = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "all.asof")])
    assert result.exit_code == 0, result.output
    made = seen.one("backed_up")
    assert (made["actor"], made["after"]["file"]) == ("whoever runs the site", "all.asof")


def test_many_failures_do_not_fill_the_disk(
    engine: Engine, seen: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine.connect() as connection:
        recent = text("SELECT count(*) FROM audit_event WHERE kind = 'sign_in_failed'")
        before = int(connection.execute(recent).scalar_one())
    monkeypatch.setattr(audit, "MOST_FAILURES", before + 3)
    for n in range(6):
        assert sign_in.sign_in(engine, f"{n}@example.com", "wrong", f"192.0.2.{n}") is None
    assert [each["after"] is None for each in seen.all()] == [True, True, False]
    assert "left out" in str(seen.all()[-1]["after"])
    person = somebody(engine)
    assert sign_in.sign_in(engine, person.email, PASSWORD, "192.0.2.9"), "others go on"
    assert seen.kinds()[-1] == "signed_in"


def test_a_token_that_was_never_used_is_first_used_but_once(engine: Engine, seen: Audit) -> None:
    _, secret = tokens.make(engine, somebody(engine).id, "once")
    for _ in range(3):
        assert tokens.bearer(engine, secret)
    assert seen.kinds() == ["token_made", "token_first_used"]
