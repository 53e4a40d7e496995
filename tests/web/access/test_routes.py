"""Every route of the site refuses the anonymous, the outsider and the wrong role."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.routing import Rule as Route
from werkzeug.test import TestResponse

from app import create_app
from app.auth import route_rules
from app.config import VERSION, Settings
from app.services.accounts import tokens
from app.store.jobs import workers
from tests.ledgers import called, new_fund, raw, void
from tests.people import PROOF, signed_in, somebody

# Whom each route is for. A new one is entered here, and its rule stands in the code.
ROUTES = {
    "GET /": "everybody",
    "GET /static/<path:filename>": "everybody",
    "GET /healthz": "everybody",
    "GET /readyz": "everybody",
    "GET /metrics": "programs of this machine",  # as all here are; see test_metrics for others
    "GET /sign-in": "everybody",
    "POST /sign-in": "everybody",
    "POST /sign-out": "everybody",
    "GET /account/": "signed in",
    "POST /account/password": "signed in",
    "POST /account/sign-out-everywhere": "signed in",
    "POST /account/sessions/<uuid:session_id>/end": "signed in",
    "GET /account/confirm/": "signed in",
    "POST /account/confirm/": "signed in",
    "POST /account/tokens": "signed in",
    "POST /account/tokens/<uuid:token_id>/revoke": "signed in",
    "GET /people/": "admin",
    "POST /people/": "admin",
    "POST /people/<uuid:person_id>/active": "admin",
    "POST /people/<uuid:person_id>/admin": "admin",
    "POST /people/<uuid:person_id>/password": "admin",
    "GET /funds/": "signed in",
    "GET /funds/export.<any(csv, xlsx):to>": "signed in",
    "GET /funds/import/": "signed in",
    "POST /funds/import/": "signed in",
    "GET /funds/import/template.<any(csv, xlsx):to>": "signed in",
    "GET /funds/import/<uuid:import_id>/": "signed in",
    "GET /funds/import/<uuid:import_id>/faults.csv": "signed in",
    "POST /funds/import/<uuid:import_id>/name": "signed in",
    "POST /funds/import/<uuid:import_id>/file": "signed in",
    "POST /funds/import/<uuid:import_id>/columns": "signed in",
    "POST /funds/import/<uuid:import_id>/terms": "signed in",
    "POST /funds/import/<uuid:import_id>/twins": "signed in",
    "POST /funds/import/<uuid:import_id>/again": "signed in",
    "POST /funds/import/<uuid:import_id>/commit": "signed in",
    "POST /funds/import/<uuid:import_id>/discard": "signed in",
    "GET /funds/<uuid:fund_id>/explain/<figure>/": "viewer",
    "GET /funds/<uuid:fund_id>/explain/<figure>/export.<any(csv, xlsx):to>": "viewer",
    "GET /funds/<uuid:fund_id>/compare/": "viewer",
    "GET /funds/<uuid:fund_id>/companies/<uuid:company_id>/": "viewer",
    "GET /funds/<uuid:fund_id>/": "viewer",
    "GET /funds/<uuid:fund_id>/tile-texts": "viewer",
    "GET /funds/<uuid:fund_id>/charts/": "viewer",
    "GET /funds/charts/": "signed in",
    "GET /funds/charts/<name>.csv": "signed in",
    "GET /funds/<uuid:fund_id>/portfolio/": "viewer",
    "GET /funds/<uuid:fund_id>/variance/": "viewer",
    "GET /funds/<uuid:fund_id>/variance/export.<any(csv, xlsx):to>": "viewer",
    "GET /funds/<uuid:fund_id>/portfolio/<name>.csv": "viewer",
    "GET /funds/<uuid:fund_id>/terms/charts/<name>.csv": "viewer",
    "GET /funds/<uuid:fund_id>/compare/<name>.csv": "viewer",
    "GET /funds/<uuid:fund_id>/companies/<uuid:company_id>/charts/<name>.csv": "viewer",
    "GET /funds/<uuid:fund_id>/charts/<name>.csv": "viewer",
    "GET /funds/<uuid:fund_id>/export.<any(csv, xlsx):to>": "viewer",
    "GET /funds/<uuid:fund_id>/exports/<uuid:job_id>": "viewer",
    "GET /funds/new/": "signed in",
    "GET /funds/new/<uuid:draft_id>/": "signed in",
    "GET /funds/new/<uuid:draft_id>/<any(fund,commitments,fees,carry,deployment,reserves):step>": (
        "signed in"
    ),
    "POST /funds/new/<uuid:draft_id>/<any(fund,commitments,fees,carry,deployment,reserves):step>": (
        "signed in"
    ),
    "GET /funds/new/<uuid:draft_id>/review": "signed in",
    "POST /funds/new/<uuid:draft_id>/review": "signed in",
    "POST /funds/new/<uuid:draft_id>/delete": "signed in",
    "POST /funds/new/<uuid:draft_id>/restore": "signed in",
    "GET /funds/<uuid:fund_id>/terms/": "viewer",
    "GET /funds/<uuid:fund_id>/terms/amend": "gp",
    "POST /funds/<uuid:fund_id>/terms/amend": "gp",
    "POST /funds/<uuid:fund_id>/terms/duplicate": "viewer",
    "GET /funds/<uuid:fund_id>/timeline": "viewer",
    "GET /funds/<uuid:fund_id>/books/": "viewer",
    "POST /funds/<uuid:fund_id>/books/": "gp",
    "GET /funds/<uuid:fund_id>/books/<int:sequence>/reopen": "gp",
    "POST /funds/<uuid:fund_id>/books/<int:sequence>/reopen": "gp",
    "POST /funds/<uuid:fund_id>/books/<int:sequence>/close-again": "gp",
    "POST /funds/<uuid:fund_id>/books/<int:sequence>/undo": "gp",
    "GET /funds/<uuid:fund_id>/record/": "analyst",
    "GET /funds/<uuid:fund_id>/record/<event_type>": "analyst",
    "POST /funds/<uuid:fund_id>/record/<event_type>": "analyst",
    "POST /funds/<uuid:fund_id>/record/undo": "analyst",
    "GET /funds/<uuid:fund_id>/events/<int:sequence>/correct": "analyst",
    "POST /funds/<uuid:fund_id>/events/<int:sequence>/correct": "analyst",
    "GET /funds/<uuid:fund_id>/events/<int:sequence>/void": "analyst",
    "POST /funds/<uuid:fund_id>/events/<int:sequence>/void": "analyst",
    "GET /funds/<uuid:fund_id>/people/": "viewer",
    "POST /funds/<uuid:fund_id>/people/": "gp",
    "POST /funds/<uuid:fund_id>/people/<uuid:person_id>/role": "gp",
    "POST /funds/<uuid:fund_id>/people/<uuid:person_id>/remove": "gp",
    "POST /funds/<uuid:fund_id>/people/leave": "viewer",
    "POST /funds/<uuid:fund_id>/people/withdraw": "gp",
    "POST /invitations/<uuid:asked_into>/accept": "signed in",
    "POST /invitations/<uuid:asked_into>/decline": "signed in",
    "GET /jobs/": "admin",
    "GET /audit/": "admin",
    "GET /audit/export.<any(csv, jsonl):to>": "admin",
    "GET /api/audit": "admin",
    "GET /api/audit/export.jsonl": "admin",
    "GET /funds/<uuid:fund_id>/jobs/": "viewer",
    "GET /funds/<uuid:fund_id>/jobs/<uuid:job_id>/": "viewer",
    "POST /funds/<uuid:fund_id>/jobs/<uuid:job_id>/retry": "analyst",
    "GET /funds/<uuid:fund_id>/snapshots/": "viewer",
    "POST /funds/<uuid:fund_id>/snapshots/": "analyst",
    "POST /funds/<uuid:fund_id>/snapshots/check": "analyst",
    "POST /funds/<uuid:fund_id>/snapshots/<uuid:job_id>/retry": "analyst",
    "GET /funds/<uuid:fund_id>/metrics/": "analyst",
    "POST /funds/<uuid:fund_id>/metrics/": "analyst",
    "POST /funds/<uuid:fund_id>/metrics/undo": "analyst",
    "GET /funds/<uuid:fund_id>/valuations/": "viewer",
    "POST /funds/<uuid:fund_id>/valuations/": "analyst",
    "POST /funds/<uuid:fund_id>/valuations/approval": "gp",
    "GET /funds/<uuid:fund_id>/valuations/<as_of>/": "viewer",
    "POST /funds/<uuid:fund_id>/valuations/<as_of>/": "analyst",
    "POST /funds/<uuid:fund_id>/valuations/<as_of>/discard": "analyst",
    "GET /funds/<uuid:fund_id>/valuations/<as_of>/review": "viewer",
    "POST /funds/<uuid:fund_id>/valuations/<as_of>/record": "analyst",
    "POST /funds/<uuid:fund_id>/valuations/<as_of>/submit": "analyst",
    "POST /funds/<uuid:fund_id>/valuations/<as_of>/return": "gp",
    "POST /funds/<uuid:fund_id>/valuations/<as_of>/take-back": "analyst",
    "POST /funds/<uuid:fund_id>/valuations/<as_of>/undo": "analyst",
    "GET /api/": "everybody",
    "GET /api/openapi.json": "everybody",
    "GET /api/funds": "signed in",
    "POST /api/funds": "signed in",
    "GET /api/funds/<uuid:fund_id>/snapshots": "viewer",
    "POST /api/funds/<uuid:fund_id>/snapshots": "analyst",
    "GET /api/funds/<uuid:fund_id>/snapshots/<uuid:snapshot_id>": "viewer",
    "GET /api/funds/<uuid:fund_id>/jobs/<uuid:job_id>": "viewer",
    "GET /api/funds/<uuid:fund_id>/state": "viewer",
    "GET /api/funds/<uuid:fund_id>/export.csv": "viewer",
    "GET /api/funds/<uuid:fund_id>/export.xlsx": "viewer",
    "GET /api/funds/<uuid:fund_id>/exports/<uuid:job_id>": "viewer",
    "GET /api/funds/<uuid:fund_id>/series": "viewer",
    "GET /api/funds/<uuid:fund_id>/explain/<figure>": "viewer",
    "GET /api/funds/<uuid:fund_id>/compare": "viewer",
    "GET /api/funds/<uuid:fund_id>/variance": "viewer",
    "GET /api/funds/<uuid:fund_id>/alerts": "viewer",
    "GET /api/funds/<uuid:fund_id>/timeline": "viewer",
    "POST /api/funds/<uuid:fund_id>/events": "analyst",
}
# What asks for the password again where it was given a while ago.
CONFIRMED = {
    "GET /people/",
    "POST /people/",
    "POST /people/<uuid:person_id>/active",
    "POST /people/<uuid:person_id>/admin",
    "POST /people/<uuid:person_id>/password",
    "POST /account/tokens",
    "POST /funds/<uuid:fund_id>/people/",
    "POST /funds/<uuid:fund_id>/people/<uuid:person_id>/role",
    "POST /funds/<uuid:fund_id>/people/<uuid:person_id>/remove",
}
VISITORS = ("anonymous", "outsider", "viewer", "analyst", "gp", "admin")
_ROLES = ("viewer", "analyst", "gp")


def _routes(app: Flask) -> Iterator[tuple[str, Route]]:
    for route in app.url_map.iter_rules():
        for method in (route.methods or set()) - {"HEAD", "OPTIONS"}:
            yield f"{method} {route.rule}", route


@dataclass(frozen=True)
class House:
    """A fund, with a client for each kind of visitor."""

    fund: UUID
    clients: dict[str, FlaskClient]

    def ask(self, visitor: str, route: str, **headers: str) -> TestResponse:
        method, address = route.split(" ", 1)
        address = address.replace("<uuid:fund_id>", str(self.fund))
        address = re.sub(r"<uuid:\w+>", str(uuid4()), address)
        address = re.sub(r"<int:\w+>", "2", address)
        address = re.sub(r"<path:\w+>", "icon.svg", address)
        address = re.sub(r"<event_type>", "capital-called", address)
        address = re.sub(r"<figure>", "nav", address)
        address = re.sub(r"<any\((\w+)[^>]*>", r"\1", address)
        client = self.clients[visitor]
        return client.open(address, method=method, headers=headers, buffered=True)


@pytest.fixture
def house(
    app: Flask, engine: Engine, client: FlaskClient,
    client_as: Callable[[UUID, str], FlaskClient],
) -> House:  # fmt: skip
    fund = new_fund(engine, called("100"))
    with engine.begin() as connection:
        workers.beat(connection, "of these tests", "here", 1, VERSION)  # else it is not ready
    clients = {role: client_as(fund, role) for role in _ROLES}
    clients |= {
        "anonymous": signed_in(app, None),
        "outsider": signed_in(app, somebody(engine)),
        "admin": client,
    }
    for each in clients.values():
        each.environ_base.pop(PROOF, None)  # who gets past the guard changes nothing
    return House(fund, clients)


def _expected(rule: str, visitor: str) -> str:
    """Say what the guard does: it asks to sign in, hides, refuses, or lets through."""
    if rule in {"everybody", "programs of this machine"}:
        return "through"
    if visitor == "anonymous":
        return "asked to sign in"
    if rule == "signed in" or visitor == "admin":
        return "through"
    if rule == "admin":
        return "refused"
    if visitor == "outsider":
        return "hidden"
    return "through" if _ROLES.index(visitor) >= _ROLES.index(rule) else "refused"


def _seen(answer: TestResponse, route: str) -> str:
    if "/api/" in route and answer.status_code == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.mimetype == "application/problem+json"
        return "asked to sign in"
    if answer.status_code == 303 and answer.location.startswith("/sign-in?next="):
        return "asked to sign in"
    if answer.status_code == 404 and "no fund has the id" in answer.text:
        return "hidden"
    if answer.status_code >= 500:
        return "met with an error"
    return "refused" if answer.status_code == 403 else "through"


def test_every_route_is_in_the_table_and_none_else(app: Flask) -> None:
    assert {name for name, _ in _routes(app)} == ROUTES.keys()


def test_what_a_stolen_cookie_must_not_reach_asks_for_the_password(app: Flask) -> None:
    rules = {name: route_rules.rule_of(app, route.endpoint) for name, route in _routes(app)}
    assert {name for name, rule in rules.items() if rule and rule.confirmed} == CONFIRMED


def test_each_route_lets_in_whom_it_is_for_and_nobody_else(app: Flask, house: House) -> None:
    wrong = []
    for route, _ in _routes(app):
        for visitor in VISITORS:
            seen = _seen(house.ask(visitor, route), route)
            expected = _expected(ROUTES[route], visitor)
            if seen != expected:
                wrong.append(f"{visitor} is {seen} at {route}, not {expected}")
    assert not wrong, "\n".join(wrong)


def test_a_route_without_a_rule_does_not_start(settings: Settings) -> None:
    app = create_app(settings)
    app.add_url_rule("/forgotten", view_func=lambda: "secret")
    with pytest.raises(route_rules.UnguardedRouteError, match="does not say whom"):
        route_rules.check(app)


@pytest.mark.parametrize(
    ("address", "rule", "told"),
    [
        ("/all", route_rules.needs("gp"), "names no fund"),
        ("/funds/<uuid:fund_id>/x", route_rules.needs_sign_in, "asks for no role in it"),
        ("/funds/<uuid:fund_id>/x", route_rules.open_to_all, "asks for no role in it"),
    ],
)
def test_a_rule_that_does_not_fit_its_address_does_not_start(
    settings: Settings, address: str, rule: Callable[[object], object], told: str
) -> None:
    app = create_app(settings)

    def view(fund_id: UUID | None = None) -> str:
        return str(fund_id)

    app.add_url_rule(address, view_func=rule(view))  # type: ignore[arg-type] # it gives the view
    with pytest.raises(route_rules.UnguardedRouteError, match=told):
        route_rules.check(app)


def test_a_stranger_cannot_tell_a_fund_from_none(house: House) -> None:
    stranger = house.clients["outsider"]
    for path in ("/funds/{}/", "/funds/{}/timeline", "/funds/{}/people/", "/api/funds/{}/state"):
        real, made_up = (stranger.get(path.format(each)) for each in (house.fund, uuid4()))
        assert real.status_code == made_up.status_code == 404
        ids = re.compile(r'[0-9a-f-]{36}|name="csrf_token" value="[^"]+"')
        assert ids.sub("", real.text) == ids.sub("", made_up.text)


def test_the_guard_comes_before_a_304(house: House) -> None:
    state = "GET /api/funds/<uuid:fund_id>/state"
    tag = house.ask("viewer", state).headers["ETag"]
    answers = [house.ask(each, state, **{"If-None-Match": tag}).status_code for each in VISITORS]
    assert answers == [401, 404, 304, 304, 304, 304]


def test_the_lists_of_funds_hold_ones_own(
    house: House, engine: Engine, owner_engine: Engine
) -> None:
    name = f"Mine {uuid4().hex}"
    with owner_engine.begin() as connection:
        renamed = text("UPDATE fund SET name = :name, name_key = lower(:name) WHERE id = :id")
        connection.execute(renamed, {"name": name, "id": house.fund})
    new_fund(engine, name=f"{name}, of somebody else")
    for visitor, count in (("outsider", 0), ("viewer", 1)):
        asked = house.clients[visitor]
        assert asked.get("/funds/").text.count('data-testid="fund"') == count
        assert [each["name"] for each in asked.get("/api/funds").json["funds"]] == [name] * count  # type: ignore[index]
    everything = house.clients["admin"].get(f"/api/funds?search={name}").json["funds"]  # type: ignore[index]
    assert [each["name"] for each in everything] == [name, f"{name}, of somebody else"]


def test_a_role_that_is_taken_away_is_gone_at_once(house: House, engine: Engine) -> None:
    viewer = house.clients["viewer"]
    assert viewer.get(f"/funds/{house.fund}/").status_code == 200
    with engine.begin() as connection:
        connection.execute(
            text("DELETE FROM membership WHERE fund_id = :fund"), {"fund": house.fund}
        )
    assert viewer.get(f"/funds/{house.fund}/").status_code == 404


def test_who_records_is_named_and_analysts_keep_to_their_role(house: House) -> None:
    analyst, gp = house.clients["analyst"], house.clients["gp"]
    url = f"/api/funds/{house.fund}/events"
    own = analyst.post(url, json=raw("INCOME_RECEIVED", "2010-05-05", amount="12", kind="interest"))
    assert own.status_code == 201, own.text
    timeline = analyst.get(f"/funds/{house.fund}/timeline").text
    assert "Sam Body, API" in re.sub(r"\s+", " ", timeline)
    close = raw("PERIOD_CLOSED", "2010-12-31", closed_through="2010-06-30")
    for refused, told in (
        (void(2), "was recorded by somebody else: ask them or a GP to void it"),
        (close, "is for a GP: ask one to close or reopen the books"),
    ):
        answer = analyst.post(url, json=[called("7", "2010-08-01"), refused])
        assert answer.status_code == 403
        [error] = answer.json["errors"]  # type: ignore[index]
        assert (error["reason"], error["position"], error["code"]) == (told, 1, "role")
    assert analyst.post(url, json=void(3)).status_code == 201, "one's own may be voided"
    assert gp.post(url, json=close).status_code == 201
    adjusted = called("9", "2010-05-01", adjustment=True)
    assert analyst.post(url, json=adjusted).status_code == 422
    assert gp.post(url, json=adjusted).status_code == 201
    others = raw("EVENT_VOIDED", voids=2, reason="entered twice", adjustment=True)
    assert gp.post(url, json=others).status_code == 201


def test_a_token_comes_as_its_person_until_it_is_revoked(app: Flask, engine: Engine) -> None:
    fund = new_fund(engine)
    person = somebody(engine)
    token, secret = tokens.make(engine, person.id, "nightly")
    program = signed_in(app, None)
    bearer = {"Authorization": f"Bearer {secret}"}
    assert program.get("/api/funds", headers=bearer).status_code == 200
    assert program.get(f"/api/funds/{fund}/state", headers=bearer).status_code == 404
    assert program.get("/account/", headers=bearer).status_code == 303, "pages take no tokens"
    assert "Set-Cookie" not in program.get("/api/funds", headers=bearer).headers
    tokens.revoke(engine, somebody(engine).id, token.id)
    assert program.get("/api/funds", headers=bearer).status_code == 200, "only one's own"
    tokens.revoke(engine, person.id, token.id)
    for sent in (secret, "asof_nothing", ""):
        answer = signed_in(app, person).get(
            "/api/funds", headers={"Authorization": f"Bearer {sent}"}
        )
        assert answer.status_code == 401, "a bad token does not fall back on the session"
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_token_of_who_may_not_sign_in_is_no_good(app: Flask, engine: Engine) -> None:
    person = somebody(engine)
    _, secret = tokens.make(engine, person.id, "nightly")
    with engine.begin() as connection:
        query = text("UPDATE person SET is_active = false WHERE id = :id")
        connection.execute(query, {"id": person.id})
    answer = signed_in(app, None).get("/api/funds", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 401
    assert signed_in(app, person).get("/account/").status_code == 303


def test_a_token_notes_its_use_once_a_minute(app: Flask, engine: Engine) -> None:
    person = somebody(engine)
    _, secret = tokens.make(engine, person.id, "nightly")
    program, bearer = signed_in(app, None), {"Authorization": f"Bearer {secret}"}

    def used() -> object:
        program.get("/api/funds", headers=bearer)
        [token] = tokens.listed(engine, person.id)
        return token.last_used_at

    first = used()
    assert first is not None
    assert used() == first
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE api_token SET last_used_at = last_used_at - interval '61 seconds'")
        )
    assert used() != first
