"""Sessions are kept by the server: it ends them, and a stolen one does little."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, text

from app import create_app, database
from app.config import Settings
from app.domain.accounts.sign_in_delays import FREE
from app.services.accounts import audit, people
from app.store.accounts.people import Person
from app.web.accounts.devices import device_name
from tests.ledgers import new_fund
from tests.people import PASSWORD, PROOF, member, post, signed_in, somebody
from tests.web.accounts.test_sign_in import hidden

OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def person(engine: Engine) -> Person:
    return somebody(engine, "Maya Chen")


def come(app: Flask, person: Person) -> FlaskClient:
    """Sign in by the form."""
    client = app.test_client()
    assert post(client, "/sign-in", email=person.email, password=PASSWORD).status_code == 303
    return client


def moved(engine: Engine, person: Person, **columns: str) -> None:
    """Have moments of a person's sessions lie back by so long."""
    with engine.begin() as connection:
        for column, by in columns.items():
            # By the owner: the application may not.
            back = f"UPDATE web_session SET {column} = {column} - CAST(:by AS interval)"
            query = text(f"{back} WHERE person_id = :id")
            connection.execute(query, {"by": by, "id": person.id})


def kept(app: Flask, client: FlaskClient) -> FlaskClient:
    """Return another client with a copy of the cookie, as somebody keeps who stole it."""
    cookie = client.get_cookie("asof")
    assert cookie
    thief = app.test_client()
    thief.set_cookie("asof", cookie.value)
    return thief


def test_a_cookie_that_was_kept_is_worth_nothing_after_the_sign_out(
    app: Flask, person: Person
) -> None:
    client = come(app, person)
    thief = kept(app, client)
    assert thief.get("/account/").status_code == 200
    assert post(client, "/account/", "/sign-out").status_code == 303
    assert thief.get("/account/").status_code == 303
    assert thief.get("/api/funds").status_code == 401


def test_a_new_sign_in_in_the_same_browser_ends_the_old_session(app: Flask, person: Person) -> None:
    client = come(app, person)
    thief = kept(app, client)
    client.set_cookie("asof", thief.get_cookie("asof").value)  # type: ignore[union-attr]
    page = client.get("/sign-in")
    assert page.status_code == 302, "who is signed in is led on"
    proof = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account/").text)
    assert proof
    form = {"email": person.email, "password": PASSWORD, "csrf_token": proof[1]}
    assert client.post("/sign-in", data=form).status_code == 303
    assert client.get("/account/").status_code == 200
    assert thief.get("/account/").status_code == 303


def test_a_session_ends_when_it_was_idle_for_half_an_hour(
    app: Flask, owner_engine: Engine, person: Person
) -> None:
    client = come(app, person)
    moved(owner_engine, person, seen_at="29 minutes 30 seconds")
    assert client.get("/account/").status_code == 200, "and being asked it goes on"
    moved(owner_engine, person, seen_at="29 minutes")
    assert client.get("/account/").status_code == 200
    moved(owner_engine, person, seen_at="30 minutes")
    assert client.get("/account/").status_code == 303


def test_what_a_page_asks_for_by_itself_is_no_use_of_a_session(
    app: Flask, owner_engine: Engine, person: Person
) -> None:
    client = come(app, person)
    for _ in range(2):
        moved(owner_engine, person, seen_at="20 minutes")
        client.get("/account/", headers={"X-Asks-By-Itself": "1"})
    assert client.get("/account/").status_code == 303


def test_a_session_ends_after_twelve_hours_whatever_is_asked(
    app: Flask, owner_engine: Engine, person: Person
) -> None:
    client = come(app, person)
    moved(owner_engine, person, began_at="11 hours 59 minutes")
    assert client.get("/account/").status_code == 200
    moved(owner_engine, person, began_at="1 minute")
    assert client.get("/account/").status_code == 303


def test_how_long_sessions_last_is_set(
    settings: Settings, engine: Engine, owner_engine: Engine, person: Person
) -> None:
    app = create_app(settings.model_copy(update={"session_hours": 1, "session_idle_minutes": 5}))
    database.of(app).use(engine)
    client = come(app, person)
    moved(owner_engine, person, seen_at="4 minutes")
    assert client.get("/account/").status_code == 200
    moved(owner_engine, person, seen_at="5 minutes")
    assert client.get("/account/").status_code == 303
    client = come(app, person)
    moved(owner_engine, person, began_at="1 hour")
    assert client.get("/account/").status_code == 303


def test_that_a_session_is_in_use_is_written_once_a_minute(
    app: Flask, engine: Engine, owner_engine: Engine, person: Person
) -> None:
    client = come(app, person)
    written = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE web_session"):
            written.append(statement)

    try:
        for expected in (0, 1):
            for _ in range(5):
                assert client.get("/account/").status_code == 200
            assert len(written) == expected
            moved(owner_engine, person, seen_at="61 seconds")
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _listed(client: FlaskClient) -> list[str]:
    found = re.findall(
        r'<tr role="row" data-testid="session">(.*?)</tr>', client.get("/account/").text, re.DOTALL
    )
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", each)) for each in found]


def _ends(client: FlaskClient) -> list[str]:
    return re.findall(r'action="(/account/sessions/[^"]+/end)"', client.get("/account/").text)


def test_ones_sessions_are_listed_and_each_can_be_ended(
    app: Flask, engine: Engine, person: Person
) -> None:
    here, there = come(app, person), app.test_client()
    there.environ_base["REMOTE_ADDR"] = "192.0.2.50"
    there.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
    assert post(there, "/sign-in", email=person.email, password=PASSWORD).status_code == 303
    other = signed_in(app, somebody(engine))
    listed = _listed(here)
    assert len(listed) == 2
    assert "This session" not in listed[0], "the one used last comes first"
    assert "Firefox on Linux" in listed[0]
    assert "192.0.2.50" in listed[0]
    assert "This session" in listed[1]
    theirs, own = _ends(here)
    assert post(other, "/account/", theirs).status_code == 303
    assert there.get("/account/").status_code == 200, "nobody ends the session of somebody else"
    assert post(here, "/account/", theirs).status_code == 303
    assert there.get("/account/").status_code == 303
    assert len(_listed(here)) == 1
    left = post(here, "/account/", own)
    assert (left.status_code, left.location) == (303, "/sign-in")
    assert here.get("/account/").status_code == 303


def test_a_sign_in_that_a_new_password_overtook_comes_to_nothing(
    app: Flask, engine: Engine, person: Person
) -> None:
    """The old password was right when it was asked, and the session began after the change."""
    people.renew_password(engine, person.id)
    late = signed_in(app, person)  # as they were known before
    assert late.get("/account/").status_code == 303


def test_who_may_not_come_any_more_is_out_at_once(
    app: Flask, engine: Engine, person: Person
) -> None:
    client = come(app, person)
    people.set_active(engine, person.id, active=False)
    assert client.get("/account/").status_code == 303
    people.set_active(engine, person.id, active=True)
    assert client.get("/account/").status_code == 303, "and stays out"


def test_nobody_has_more_than_fifty_sessions(app: Flask, engine: Engine, person: Person) -> None:
    first = signed_in(app, person)
    for _ in range(50):
        last = signed_in(app, person)
    assert first.get("/account/").status_code == 303
    assert last.get("/account/").status_code == 200
    with engine.connect() as connection:
        query = text("SELECT count(*) FROM web_session WHERE person_id = :id")
        assert connection.execute(query, {"id": person.id}).scalar_one() == 50


@pytest.mark.parametrize(
    "user_id", ["", "x", "{person}/1", "{person}/{other}", "{session}", "//", "{person}"]
)
def test_a_cookie_of_another_time_or_shape_is_nobodys(
    app: Flask, person: Person, user_id: str
) -> None:
    client = signed_in(app, person)
    with client.session_transaction() as session:
        session["_user_id"] = user_id.format(person=person.id, other=uuid4(), session=uuid4())
    assert client.get("/account/").status_code == 303


def test_signing_out_lets_the_browser_forget_what_it_was_shown(app: Flask, person: Person) -> None:
    for action in ("/sign-out", "/account/sign-out-everywhere", "own"):
        client = come(app, person)
        address = _ends(client)[0] if action == "own" else action
        answer = post(client, "/account/", address)
        assert answer.headers["Clear-Site-Data"] == '"cache", "storage"', action


def test_no_page_with_data_is_kept_by_a_browser(
    engine: Engine, client: FlaskClient, anonymous: FlaskClient
) -> None:
    fund = new_fund(engine)
    pages = ["/funds/", "/jobs/", "/people/", "/account/", "/account/confirm/", "/funds/import/"]
    parts = (
        "", "timeline", "snapshots/", "jobs/", "books/", "terms/", "people/", "valuations/",
        "record/", "record/capital-called", "terms/amend", "events/1/void", "nowhere",
    )  # fmt: skip
    for page in [*pages, *(f"/funds/{fund}/{part}" for part in parts)]:
        assert client.get(page).headers["Cache-Control"] == "no-store", page
    assert anonymous.get("/sign-in").headers["Cache-Control"] == "no-store"
    part = {"HX-Request": "true", "HX-Request-Type": "partial"}
    seen = client.get(f"/funds/{fund}/", headers=part).headers
    assert seen["Cache-Control"] == "private, no-cache", "a part is checked anew each time"


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18 Safari/605", "Safari on macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Safari/604", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile Safari/537", "Chrome on Android"),
        ("Lynx/2.9 " + "x" * 300, "Lynx/2.9 " + "x" * 51),
        ("<script>", "<script>"),
        ("", ""),
    ],
)
def test_devices_are_named_as_people_know_them(told: str, name: str) -> None:
    assert device_name(told) == name


@pytest.fixture
def stolen(app: Flask, owner_engine: Engine) -> tuple[FlaskClient, Person]:
    """Return an administrator's session whose password was given eleven minutes ago."""
    person = somebody(owner_engine, admin=True)
    client = signed_in(app, person)
    moved(owner_engine, person, confirmed_at="11 minutes")
    return client, person


Act = Callable[[FlaskClient, UUID, UUID], str]
ACTS = [
    ("/people/", {"name": "Thief", "email": "{new}@example.com", "is_admin": "y"}),
    ("/people/{somebody}/admin", {"value": "1"}),
    ("/people/{somebody}/active", {"value": "0"}),
    ("/people/{somebody}/password", {}),
    ("/account/tokens", {"label": "for the thief"}),
    ("/funds/{fund}/people/", {"email": "{email}", "role": "gp"}),
    ("/funds/{fund}/people/{viewer}/role", {"role": "gp"}),
    ("/funds/{fund}/people/{viewer}/remove", {}),
]


@pytest.mark.parametrize(("address", "data"), ACTS)
@pytest.mark.parametrize("headers", [OWN, {}])
def test_a_stolen_cookie_makes_no_administrator_and_whatever_else_lasts(
    engine: Engine, stolen: tuple[FlaskClient, Person],
    address: str, data: dict[str, str], headers: dict[str, str],
) -> None:  # fmt: skip
    client, _ = stolen
    fund, known = new_fund(engine), somebody(engine)
    ids = {
        "fund": fund, "somebody": known.id, "email": known.email, "new": uuid4().hex,
        "viewer": member(engine, fund, "viewer").id,
    }  # fmt: skip
    before, _ = audit.verify(engine)
    sent = {name: value.format(**ids) for name, value in data.items()}
    answer = client.post(address.format(**ids), data=sent, headers=headers)
    if data and headers:
        assert answer.status_code == 401
        assert "Confirm your password" in answer.text
        assert "nothing of it is lost" in answer.text
    else:
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/account/confirm/")
        assert "Nothing was changed yet" in client.get(answer.location).text
    assert audit.verify(engine) == (before, None), "nothing was done"


def test_all_people_are_shown_to_who_gave_the_password_a_short_while_ago(
    stolen: tuple[FlaskClient, Person],
) -> None:
    client, _ = stolen
    asked = client.get("/people/")
    assert (asked.status_code, asked.location) == (303, "/account/confirm/?next=/people/")
    answer = post(client, asked.location, password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/people/")
    assert client.get("/people/").status_code == 200


def test_what_was_typed_is_there_once_the_password_is_given(
    engine: Engine, stolen: tuple[FlaskClient, Person]
) -> None:
    client, _ = stolen
    email = f"{uuid4().hex}@example.com"
    typed = {"name": 'New "Person"', "email": email}
    asks = client.post("/people/", data=typed, headers=OWN)
    for password, status in (("wrong", 422), (PASSWORD, 200)):
        sent = hidden(asks.text) | {"password": password}
        asks = client.post("/account/confirm/", data=sent, headers=OWN)
        assert asks.status_code == status
        assert PASSWORD not in asks.text
    assert 'action="/people/"' in asks.text
    sent = hidden(asks.text)
    assert sent.items() >= typed.items()
    assert client.post("/people/", data=sent, headers=OWN).status_code == 303
    assert people.named(engine, email).name == typed["name"]


def test_what_somebody_else_sent_is_not_offered(
    app: Flask, owner_engine: Engine, stolen: tuple[FlaskClient, Person]
) -> None:
    client, _ = stolen
    asks = client.post("/people/", data={"name": "A", "email": "a@example.com"}, headers=OWN)
    held = hidden(asks.text)["held"]
    other = signed_in(app, somebody(owner_engine, admin=True))
    answer = post(other, "/account/confirm/", password=PASSWORD, held=held)
    assert (answer.status_code, "a@example.com" in answer.text) == (303, False)


def test_a_page_that_asks_in_the_background_stays_as_it_is(
    engine: Engine, stolen: tuple[FlaskClient, Person]
) -> None:
    client, _ = stolen
    page = f"/funds/{new_fund(engine)}/people/"
    headers = OWN | {"HX-Request": "true", "HX-Current-URL": f"http://localhost{page}"}
    answer = client.post(page, data={"email": "a@example.com", "role": "gp"}, headers=headers)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (401, "#alerts")
    assert f'href="/account/confirm/?next={page}"' in answer.text


def test_the_password_is_not_tried_too_often(app: Flask, engine: Engine, person: Person) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM sign_in_attempt"))
    client = signed_in(app, person)
    for _ in range(FREE):
        assert post(client, "/account/confirm/", password="wrong").status_code == 422  # noqa: S106
    with engine.begin() as connection:  # so that it is not over after a second
        connection.execute(
            text(
                "INSERT INTO sign_in_attempt SELECT gen_random_uuid(), email_key, address, now(), "
                "browser FROM sign_in_attempt, generate_series(1, 4)"
            )
        )
    answer = post(client, "/account/confirm/", password=PASSWORD)
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM sign_in_attempt"))


def test_who_gave_the_password_just_now_is_not_asked_again(app: Flask, engine: Engine) -> None:
    client = come(app, somebody(engine, admin=True))
    assert post(client, "/account/", "/account/tokens", label="mine").status_code == 303
    assert PROOF not in client.environ_base
