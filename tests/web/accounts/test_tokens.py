"""Tokens: they end, reach no further than they are for, and do not come back to life."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from app.domain.accounts.token_scopes import Scope
from app.domain.errors import PeopleError
from app.services.accounts import people, tokens
from app.store.accounts.people import Person
from tests.ledgers import called, company, new_fund, raw
from tests.people import member, post, signed_in, somebody

CLOSE = raw("PERIOD_CLOSED", "2010-12-31", closed_through="2010-06-30")


class Program:
    """A program with a token of somebody's."""

    def __init__(self, app: Flask, secret: str) -> None:
        self._client = signed_in(app, None)
        self._headers = {"Authorization": f"Bearer {secret}"}

    def get(self, path: str) -> TestResponse:
        return self._client.get(f"/api{path}", headers=self._headers)

    def post(self, path: str, body: object) -> TestResponse:
        return self._client.post(f"/api{path}", json=body, headers=self._headers)


@pytest.fixture
def fund(engine: Engine) -> UUID:
    return new_fund(engine, company())


@pytest.fixture
def gp(engine: Engine, fund: UUID) -> Person:
    return member(engine, fund, "gp")


def scoped(app: Flask, engine: Engine, person: Person, scope: str) -> Program:
    return Program(app, tokens.make(engine, person.id, "t", scope=Scope(scope))[1])


def new_fund_body(name: str) -> dict[str, object]:
    terms = {"currency": "USD", "size": "9", "vintage_year": 2010, "inception_on": "2010-01-01"}
    return {"name": name, "terms": terms, "commitments": []}


@pytest.mark.parametrize(
    ("scope", "statuses"),
    [("read", [200, 403, 403, 403, 403]), ("record", [200, 201, 202, 403, 403]),
     ("all", [200, 201, 202, 201, 201])],
)  # fmt: skip
def test_a_scope_bounds_what_a_program_may(
    app: Flask, engine: Engine, fund: UUID, gp: Person, scope: str, statuses: list[int]
) -> None:
    program, there = scoped(app, engine, gp, scope), f"/funds/{fund}"
    answers = [
        program.get(f"{there}/state"),
        program.post(f"{there}/events", called("5")),
        program.post(f"{there}/snapshots", {"at": "2010-06-30"}),
        program.post(f"{there}/events", CLOSE),
        program.post("/funds", new_fund_body(f"By a program {fund}")),
    ]
    assert [each.status_code for each in answers] == statuses
    needs = ["read", "record", "record", "record" if scope == "read" else "all", "all"]
    for answer, needed in zip(answers, needs, strict=True):
        if answer.status_code == 403:
            assert answer.json
            assert answer.json["type"] == "urn:asof:problem:scope"
            [error] = answer.json["errors"]
            assert (error["field"], error["value"]) == ("Authorization", f"scope {scope}")
            assert f"this needs the scope {needed}" in error["reason"]


def test_a_scope_gives_nothing_that_the_role_does_not(
    app: Flask, engine: Engine, fund: UUID
) -> None:
    viewer = scoped(app, engine, member(engine, fund, "viewer"), "all")
    answer = viewer.post(f"/funds/{fund}/events", called("5"))
    assert answer.json
    assert (answer.status_code, answer.json["type"]) == (403, "urn:asof:problem:role")
    analyst = scoped(app, engine, member(engine, fund, "analyst"), "record")
    answer = analyst.post(f"/funds/{fund}/events", CLOSE)
    assert answer.json
    assert (answer.status_code, answer.json["type"]) == (403, "urn:asof:problem:role")


def test_an_administrators_token_is_no_administrator_unless_it_says_so(
    app: Flask, engine: Engine, fund: UUID, admin: Person
) -> None:
    reading = scoped(app, engine, admin, "read")
    assert reading.get(f"/funds/{fund}/state").status_code == 200
    assert reading.post(f"/funds/{fund}/events", called("5")).status_code == 403


def test_a_token_for_some_funds_sees_no_others(
    app: Flask, engine: Engine, fund: UUID, gp: Person
) -> None:
    other, strange = new_fund(engine), new_fund(engine)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO membership VALUES (:fund, :person, 'gp')"),
            {"fund": other, "person": gp.id},
        )
    _, secret = tokens.make(engine, gp.id, "one", fund_ids=[fund])
    program = Program(app, secret)
    listed = program.get("/funds").json
    assert listed
    assert [each["id"] for each in listed["funds"]] == [str(fund)]
    assert program.get(f"/funds/{fund}/state").status_code == 200
    kept_out = program.get(f"/funds/{other}/state")
    assert kept_out.status_code == 403
    assert "funds do not include this one" in kept_out.text
    assert program.get(f"/funds/{strange}/state").status_code == 404, "as if it were not there"
    assert program.post("/funds", new_fund_body(f"More {fund}")).status_code == 403
    with pytest.raises(PeopleError, match="is no fund of yours"):
        tokens.make(engine, gp.id, "strange", fund_ids=[strange])
    with pytest.raises(PeopleError, match="choose one at least"):
        tokens.make(engine, gp.id, "none", fund_ids=[])


def test_a_token_ends_and_says_when_it_did(
    app: Flask, engine: Engine, owner_engine: Engine, gp: Person
) -> None:
    made, secret = tokens.make(engine, gp.id, "nightly")
    assert (made.expires_at - made.created_at).days == 90
    with owner_engine.begin() as connection:
        connection.execute(
            text("UPDATE api_token SET expires_at = '2026-01-02' WHERE id = :id"), {"id": made.id}
        )
    answer = Program(app, secret).get("/funds")
    assert answer.status_code == 401
    assert "the token expired on 2026-01-02: make a new one" in answer.text
    for days in (0, 366):
        with pytest.raises(PeopleError, match="is not from 1 to 365"):
            tokens.make(engine, gp.id, "too long", days=days)


def test_deactivation_ends_tokens_for_good(app: Flask, engine: Engine, gp: Person) -> None:
    _, secret = tokens.make(engine, gp.id, "nightly")
    people.set_active(engine, gp.id, active=False)
    with pytest.raises(PeopleError, match="who may not sign in"):
        tokens.make(engine, gp.id, "another")
    people.set_active(engine, gp.id, active=True)
    assert Program(app, secret).get("/funds").status_code == 401
    assert tokens.listed(engine, gp.id) == []


def test_the_page_asks_how_long_and_how_far(
    app: Flask, engine: Engine, fund: UUID, gp: Person
) -> None:
    client = signed_in(app, gp)
    given = {"label": "nightly", "scope": "record", "days": "30", "reach": "some"}
    refused = post(client, "/account/", "/account/tokens", **given)
    assert refused.status_code == 422
    assert "Tick one at least, or choose all." in refused.text
    assert 'value="nightly"' in refused.text
    both = post(
        client, "/account/", "/account/tokens", **given | {"reach": "all", "fund_ids": str(fund)}
    )
    assert "Choose “Only these”, or tick none." in both.text
    post(client, "/account/", "/account/tokens", **given, fund_ids=str(fund))
    [made] = tokens.listed(engine, gp.id)
    assert (made.scope, made.fund_ids) == ("record", [fund])
    assert (made.expires_at - made.created_at).days == 30
    assert "read and record, in Fund" in client.get("/account/").text
    for wrong in ({"scope": "everything"}, {"days": "9999"}, {"reach": "x"}, {"fund_ids": "x"}):
        sent = given | {"fund_ids": str(fund)} | wrong
        assert post(client, "/account/", "/account/tokens", **sent).status_code == 422
    assert len(tokens.listed(engine, gp.id)) == 1


def test_the_cap_holds_where_many_are_made_at_once(engine: Engine) -> None:
    person = somebody(engine)
    for number in range(tokens.MOST - 1):
        tokens.make(engine, person.id, f"token {number}")
    together = Barrier(4)

    def make(_: int) -> bool:
        together.wait()
        try:
            tokens.make(engine, person.id, "one more")
        except PeopleError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(make, range(4))) == [False, False, False, True]
    assert len(tokens.listed(engine, person.id)) == tokens.MOST
