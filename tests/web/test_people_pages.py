"""Who is in a fund, and who is on the site: changed, undone, and never left without anybody."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from app.domain.errors import PeopleError
from app.domain.roles import Role
from app.services import memberships, people, sign_in
from app.store.people import Person
from tests.ledgers import new_fund
from tests.people import PASSWORD, member, post, proof, signed_in, somebody


@pytest.fixture
def fund(engine: Engine) -> UUID:
    return new_fund(engine)


@pytest.fixture
def gp(engine: Engine, fund: UUID) -> Person:
    return member(engine, fund, "gp", "Rosa Alvarez")


@pytest.fixture
def theirs(app: Flask, gp: Person) -> FlaskClient:
    return signed_in(app, gp)


def roles(engine: Engine, fund: UUID) -> dict[str, str]:
    return {each.person.name: each.role.value for each in memberships.members(engine, fund)}


def undo(client: FlaskClient, page: str) -> int:
    """Press Undo in the notice that the page shows."""
    html = client.get(page).text
    notice = re.search(r'data-testid="notice".*?</form>', html, re.DOTALL)
    assert notice, html
    action = re.search(r'action="([^"]+)"', notice[0])
    assert action
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', notice[0]))
    return client.post(action[1], data=fields).status_code


def test_a_gp_adds_changes_and_removes_and_can_undo_each(
    engine: Engine, fund: UUID, theirs: FlaskClient
) -> None:
    page = f"/funds/{fund}/people/"
    maya = somebody(engine, "Maya Chen")
    assert post(theirs, page, email=maya.email.upper(), role="analyst").status_code == 303
    assert roles(engine, fund) == {"Maya Chen": "analyst", "Rosa Alvarez": "gp"}
    assert undo(theirs, page) == 303
    assert roles(engine, fund) == {"Rosa Alvarez": "gp"}
    post(theirs, page, email=maya.email, role="analyst")
    post(theirs, page, f"{page}{maya.id}/role", role="viewer")
    assert roles(engine, fund)["Maya Chen"] == "viewer"
    assert undo(theirs, page) == 303
    assert roles(engine, fund)["Maya Chen"] == "analyst"
    post(theirs, page, f"{page}{maya.id}/remove")
    assert "Maya Chen" not in roles(engine, fund)
    assert undo(theirs, page) == 303
    assert roles(engine, fund)["Maya Chen"] == "analyst"


def test_the_last_gp_stays(engine: Engine, fund: UUID, theirs: FlaskClient, gp: Person) -> None:
    page = f"/funds/{fund}/people/"
    for action, data in (
        (f"{page}{gp.id}/remove", {}),
        (f"{page}{gp.id}/role", {"role": "viewer"}),
    ):
        answer = post(theirs, page, action, **data)
        assert answer.status_code == 409
        assert "Rosa Alvarez is the last GP of this fund" in answer.text
    gone = member(engine, fund, "gp", "Gone")
    people.set_active(engine, gone.id, active=False)
    assert post(theirs, page, f"{page}{gp.id}/remove").status_code == 409, "who is gone is no help"
    member(engine, fund, "gp", "Second")
    answer = post(theirs, page, f"{page}{gp.id}/remove")
    assert (answer.status_code, answer.location) == (303, "/funds/")
    assert theirs.get(page).status_code == 404
    assert theirs.get("/funds/").status_code == 200


def test_whoever_is_in_a_fund_may_leave_it(
    app: Flask, engine: Engine, fund: UUID, theirs: FlaskClient
) -> None:
    page = f"/funds/{fund}/people/"
    ingrid = signed_in(app, member(engine, fund, "viewer", "Ingrid Solheim"))
    assert "Leave this fund" not in theirs.get(page).text, "GPs remove themselves"
    answer = post(ingrid, page, f"{page}leave")
    assert (answer.status_code, answer.location) == (303, "/funds/")
    assert "Ingrid Solheim is not in this fund any more." in ingrid.get("/funds/").text
    assert roles(engine, fund) == {"Rosa Alvarez": "gp"}
    assert ingrid.get(page).status_code == 404
    assert post(theirs, page, f"{page}leave").status_code == 409, "the last GP stays"


def test_two_gps_who_remove_each_other_at_once_leave_one(engine: Engine, fund: UUID) -> None:
    for _ in range(5):
        pair = [member(engine, fund, "gp", f"GP {uuid4()}") for _ in range(2)]

        def remove(each: Person) -> bool:
            try:
                memberships.change(engine, fund, each.id, None)
            except PeopleError:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(remove, pair)) == [False, True]
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM membership WHERE fund_id = :id"), {"id": fund})


def test_adding_somebody_unknown_gone_or_in_already_says_what_to_do(
    engine: Engine, fund: UUID, theirs: FlaskClient, gp: Person
) -> None:
    gone = somebody(engine, "Gone")
    people.set_active(engine, gone.id, active=False)
    for email, told in (
        ("nobody@example.com", "nobody&#39;s here: look for a slip, or let an administrator"),
        (gone.email, "let an administrator reactivate them"),
        (gp.email, "is in this fund already, as GP: change that role instead"),
        ("", "Write an email."),
        ("\0", "nobody&#39;s here"),
    ):
        answer = post(theirs, f"/funds/{fund}/people/", email=email, role="viewer")
        assert answer.status_code == 422
        assert told in answer.text, email
    answer = post(theirs, f"/funds/{fund}/people/", email="kept@example.com", role="owner")
    assert answer.status_code == 422
    assert 'value="kept@example.com"' in answer.text


def test_others_see_the_people_and_change_nothing(
    app: Flask, engine: Engine, fund: UUID, gp: Person
) -> None:
    viewer = signed_in(app, member(engine, fund, "viewer", "Ingrid Solheim"))
    page = viewer.get(f"/funds/{fund}/people/").text
    assert "Rosa Alvarez" in page
    assert gp.email in page
    assert "Remove" not in page
    assert 'data-testid="add"' not in page


def test_an_administrator_adds_a_person_who_can_sign_in(
    client: FlaskClient, engine: Engine
) -> None:
    email = f"{uuid4().hex}@example.com"
    added = post(client, "/people/", name="New Person", email=email)
    assert (added.status_code, added.location) == (303, "/people/")
    shown = client.get("/people/")
    assert shown.headers["Cache-Control"] == "no-store"
    assert "The password of New Person" in shown.text
    [password] = re.findall(r'code id="secret">([^<]+)<', shown.text)
    person = sign_in.sign_in(engine, email, password, "192.0.2.9")
    assert person
    assert (person.name, person.is_admin) == ("New Person", False)
    assert password not in client.get("/people/").text
    twice = post(client, "/people/", name="Again", email=email.upper())
    assert twice.status_code == 422
    assert "Email somebody has this email already" in twice.text or "already" in twice.text
    assert 'value="Again"' in twice.text
    odd = post(client, "/people/", name="Odd", email="not an email")
    assert "is no email: write one such as maya@example.com" in odd.text


def test_a_lost_password_is_replaced_and_its_sessions_end(
    client: FlaskClient, app: Flask, engine: Engine
) -> None:
    person = somebody(engine)
    theirs = signed_in(app, person)
    post(client, "/people/", f"/people/{person.id}/password")
    [password] = re.findall(r'code id="secret">([^<]+)<', client.get("/people/").text)
    assert 'id="secret"' not in client.get("/people/").text
    assert theirs.get("/account/").status_code == 303
    assert sign_in.sign_in(engine, person.email, PASSWORD, "192.0.2.8") is None
    assert sign_in.sign_in(engine, person.email, password, "192.0.2.8")


def test_who_is_deactivated_is_out_at_once_and_comes_back_by_undo(
    client: FlaskClient, app: Flask, engine: Engine
) -> None:
    person = somebody(engine, "Leaver")
    theirs = signed_in(app, person)
    assert post(client, "/people/", f"/people/{person.id}/active", value="0").status_code == 303
    assert theirs.get("/account/").status_code == 303
    assert undo(client, "/people/") == 303
    assert people.named(engine, person.email).is_active
    assert theirs.get("/account/").status_code == 303, "but the old sessions stay ended"


def test_the_last_administrator_stays(
    client: FlaskClient, engine: Engine, admin: Person, app: Flask
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE person SET is_admin = (id = :id)"), {"id": admin.id})
    for what in ("active", "admin"):
        answer = post(client, "/people/", f"/people/{admin.id}/{what}", value="0")
        assert answer.status_code == 409
        assert "is the last administrator" in answer.text
    other = somebody(engine, "Second")
    post(client, "/people/", f"/people/{other.id}/admin", value="1")
    seconds = signed_in(app, people.named(engine, other.email))
    answer = post(seconds, "/people/", f"/people/{other.id}/admin", value="0")
    assert (answer.status_code, answer.location) == (303, "/funds/")
    assert not people.named(engine, other.email).is_admin


def test_a_change_of_nobody_is_refused(client: FlaskClient, fund: UUID) -> None:
    for page, action, data in (
        ("/people/", f"/people/{uuid4()}/active", {"value": "1"}),
        ("/people/", f"/people/{uuid4()}/password", {}),
        (f"/funds/{fund}/people/", f"/funds/{fund}/people/{uuid4()}/role", {"role": "gp"}),
        (f"/funds/{fund}/people/", f"/funds/{fund}/people/{uuid4()}/remove", {}),
    ):
        answer = post(client, page, action, **data)
        assert answer.status_code == 409, action
        assert "load the" in answer.text


def test_an_administrator_may_set_a_fund_right_that_has_nobody(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    page = f"/funds/{fund}/people/"
    assert "only administrators see this fund" in client.get(page).text
    person = somebody(engine, "First")
    assert proof(client, page)
    post(client, page, email=person.email, role=Role.GP.value)
    assert roles(engine, fund) == {"First": "gp"}
