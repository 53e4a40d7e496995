"""Who is in a fund, and who is on the site: changed, undone, and never left without anybody."""

from __future__ import annotations

import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous.encoding import base64_decode
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from app.domain.accounts.roles import Role
from app.domain.errors import PeopleError
from app.services.accounts import invitations, memberships, people, sign_in
from app.store.accounts.people import Person
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


def decoded(cookie: str) -> object:
    """Read a session's cookie, as whoever has it can."""
    packed = cookie.startswith(".")
    read = base64_decode(cookie.lstrip(".").partition(".")[0])
    return zlib.decompress(read) if packed else read


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


def test_a_gp_asks_changes_and_removes_and_can_undo_each(
    app: Flask, engine: Engine, fund: UUID, theirs: FlaskClient
) -> None:
    page = f"/funds/{fund}/people/"
    maya = somebody(engine, "Maya Chen")
    hers = signed_in(app, maya)
    assert post(theirs, page, email=maya.email.upper(), role="analyst").status_code == 303
    assert roles(engine, fund) == {"Rosa Alvarez": "gp"}
    assert "Invitations" in hers.get("/funds/").text
    assert undo(theirs, page) == 303
    assert "Invitations" not in hers.get("/funds/").text
    post(theirs, page, email=maya.email, role="analyst")
    assert answer(hers, fund, "accept").location == f"/funds/{fund}/"
    assert roles(engine, fund) == {"Maya Chen": "analyst", "Rosa Alvarez": "gp"}
    assert hers.get(f"/funds/{fund}/").status_code == 200
    post(theirs, page, f"{page}{maya.id}/role", role="viewer")
    assert roles(engine, fund)["Maya Chen"] == "viewer"
    assert undo(theirs, page) == 303
    assert roles(engine, fund)["Maya Chen"] == "analyst"
    post(theirs, page, f"{page}{maya.id}/remove")
    assert "Maya Chen" not in roles(engine, fund)
    assert undo(theirs, page) == 303
    assert roles(engine, fund)["Maya Chen"] == "analyst"


def answer(client: FlaskClient, fund: UUID, what: str) -> TestResponse:
    """Answer an invitation."""
    return client.post(f"/invitations/{fund}/{what}")


def test_asking_tells_nothing_of_who_is_known(
    app: Flask, engine: Engine, fund: UUID, theirs: FlaskClient
) -> None:
    page = f"/funds/{fund}/people/"
    known, gone = somebody(engine, "Known Here"), somebody(engine, "Gone")
    people.set_active(engine, gone.id, active=False)
    shown = []
    for number, email in enumerate((known.email, gone.email, "nobody@example.com")):
        answered = post(theirs, page, email=email, role="viewer")
        seen = theirs.get(page).text
        shown.append((answered.status_code, answered.location, seen.count(email)))
        assert "Known Here" not in seen
        assert "Gone" not in seen
        assert seen.count('data-testid="invited"') == number + 1
    assert len(set(shown)) == 1, shown
    assert answer(signed_in(app, known), fund, "decline").status_code == 303
    seen = theirs.get(page).text
    assert seen.count('data-testid="invited"') == 3, "nor is it told that somebody said no"
    assert answer(signed_in(app, known), fund, "accept").location == "/funds/"
    assert roles(engine, fund) == {"Rosa Alvarez": "gp"}


def test_an_invitation_is_for_its_email_alone_and_ends(
    app: Flask, engine: Engine, fund: UUID, theirs: FlaskClient
) -> None:
    page = f"/funds/{fund}/people/"
    maya, other = somebody(engine, "Maya"), somebody(engine, "Other")
    post(theirs, page, email=maya.email, role="gp")
    assert answer(signed_in(app, other), fund, "accept").location == "/funds/"
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE fund_invitation SET invited_at = invited_at - interval '31 days'")
        )
    assert "Invitations" not in signed_in(app, maya).get("/funds/").text
    assert answer(signed_in(app, maya), fund, "accept").location == "/funds/"
    assert roles(engine, fund) == {"Rosa Alvarez": "gp"}


def test_who_comes_to_the_site_later_finds_the_invitation(
    app: Flask, engine: Engine, fund: UUID, theirs: FlaskClient
) -> None:
    email = f"{uuid4().hex}@example.com"
    post(theirs, f"/funds/{fund}/people/", email=email, role="viewer")
    late = signed_in(app, somebody(engine, "Late", email))
    assert "as viewer, invited by Rosa Alvarez" in late.get("/funds/").text
    assert answer(late, fund, "accept").status_code == 303
    assert roles(engine, fund)["Late"] == "viewer"
    assert answer(late, fund, "accept").location == "/funds/", "it is answered"


def test_an_id_brings_nobody_in(engine: Engine, fund: UUID, theirs: FlaskClient) -> None:
    page = f"/funds/{fund}/people/"
    stranger, maya = somebody(engine, "A Stranger"), member(engine, fund, "viewer", "Maya Chen")
    post(theirs, page, f"{page}{maya.id}/remove")
    seen = theirs.get(page).text
    [proof_of_removal] = re.findall(r'name="removed" value="([^"]+)"', seen)
    for removed in ("", "made up", proof_of_removal):
        refused = post(theirs, page, f"{page}{stranger.id}/role", role="viewer", removed=removed)
        assert refused.status_code == 409
        assert "A Stranger" not in refused.text
    back = post(theirs, page, f"{page}{maya.id}/role", role="viewer", removed=proof_of_removal)
    assert back.status_code == 303
    assert roles(engine, fund) == {"Rosa Alvarez": "gp", "Maya Chen": "viewer"}


def test_a_fund_asks_so_many_at_a_time_and_not_more(
    engine: Engine, fund: UUID, theirs: FlaskClient, gp: Person
) -> None:
    for number in range(invitations.MOST):
        invitations.invite(engine, fund, f"{number}@example.com", Role.VIEWER, gp)
    page = f"/funds/{fund}/people/"
    assert "withdraw one first" in post(theirs, page, email="x@example.com", role="viewer").text
    assert post(theirs, page, email="7@example.com", role="gp").status_code == 303, "once more"


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


def test_asking_who_is_in_already_or_no_email_says_what_to_do(
    fund: UUID, theirs: FlaskClient, gp: Person
) -> None:
    for email, told in (
        ("nobody", "is no email: write one such as"),
        (gp.email, "is in this fund already, as GP: change that role instead"),
        ("", "Write an email."),
        ("\0", "is no email"),
    ):
        answer = post(theirs, f"/funds/{fund}/people/", email=email, role="viewer")
        assert answer.status_code == 422
        assert told in answer.text, email
    kept = post(theirs, f"/funds/{fund}/people/", email="kept@example.com", role="owner")
    assert kept.status_code == 422
    assert 'value="kept@example.com"' in kept.text


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
    cookie = client.get_cookie("asof")
    assert cookie
    carried = str(decoded(cookie.value))
    with engine.connect() as connection:
        newest = text("SELECT id, sealed FROM shown_once ORDER BY made_at DESC LIMIT 1")
        kept_id, kept = connection.execute(newest).one()
    assert email not in carried + repr(bytes(kept)), "each half says nothing"
    shown = client.get("/people/")
    assert shown.headers["Cache-Control"] == "no-store"
    assert "The password of New Person" in shown.text
    [password] = re.findall(r'code id="secret">([^<]+)<', shown.text)
    person = sign_in.sign_in(engine, email, password, "192.0.2.9")
    assert person
    assert (person.name, person.is_admin) == ("New Person", False)
    assert password not in client.get("/people/").text
    with engine.connect() as connection:
        still = text("SELECT count(*) FROM shown_once WHERE id = :id")
        assert connection.scalar(still, {"id": kept_id}) == 0
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
    app: Flask, client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    page = f"/funds/{fund}/people/"
    assert "only administrators see this fund" in client.get(page).text
    person = somebody(engine, "First")
    assert proof(client, page)
    post(client, page, email=person.email, role=Role.GP.value)
    answer(signed_in(app, person), fund, "accept")
    assert roles(engine, fund) == {"First": "gp"}
