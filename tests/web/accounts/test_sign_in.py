"""Signing in: to where one was going, not too often, and out again."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from app.domain.accounts.sign_in_delays import FREE, FREE_OF_NETWORK, MANY
from app.services.accounts import people
from app.services.reads import timeline
from app.store.accounts.people import Person
from tests.ledgers import new_fund
from tests.people import PASSWORD, PROOF, member, post, proof, signed_in, somebody


@pytest.fixture(autouse=True)
def no_attempts_yet(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM sign_in_attempt"))


def _attempt(
    engine: Engine, times: int, email: str | None = None, network: str | None = "127.0.0.1"
) -> None:
    """Have attempts with an email fail, or each with another one, from this machine or many."""
    with engine.begin() as connection:
        for _ in range(times):
            connection.execute(
                text("INSERT INTO sign_in_attempt VALUES (:id, :email, :network, now())"),
                {
                    "id": uuid4(),
                    "email": email or uuid4().hex,
                    "network": network or uuid4().hex,
                },
            )


def _repeat(engine: Engine) -> None:
    """Have what failed so far fail some times more."""
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO sign_in_attempt SELECT gen_random_uuid(), email_key, address, now(), "
                "browser FROM sign_in_attempt, generate_series(1, 4)"
            )
        )


def _later(engine: Engine, seconds: int) -> None:
    """Let time pass since every attempt."""
    with engine.begin() as connection:
        query = text("UPDATE sign_in_attempt SET made_at = made_at - :s * interval '1 second'")
        connection.execute(query, {"s": seconds})


def at(app: Flask, address: str) -> FlaskClient:
    """Return a client at an address."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def sign_in(
    client: FlaskClient, email: str, password: str = PASSWORD, to: str = "/account/"
) -> TestResponse:
    return post(client, f"/sign-in?next={to}", email=email, password=password)


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of a page."""
    fields = re.findall(r"<input (?=[^>]*name=)[^>]*type=\"hidden\"[^>]*>", page)
    return {_part("name", field): unescape(_part("value", field)) for field in fields}


def _part(name: str, element: str) -> str:
    found = re.search(rf' {name}="([^"]*)"', element)
    assert found, element
    return found[1]


def goal(answer: TestResponse) -> str:
    """Return where a sign-in page will lead to."""
    address = urlsplit(answer.location)
    assert address.path == "/sign-in"
    return parse_qs(address.query)["next"][0]


def test_one_comes_back_to_where_one_was_going(anonymous: FlaskClient, engine: Engine) -> None:
    person = somebody(engine, "Maya Chen", admin=True)
    wanted = f"/funds/{new_fund(engine)}/timeline?type=CAPITAL_CALLED"
    asked = anonymous.get(wanted)
    assert (asked.status_code, goal(asked)) == (303, wanted)
    page = anonymous.get(asked.location)
    assert "Maya" not in page.text
    answer = post(anonymous, asked.location, email=person.email.upper(), password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, wanted)
    assert "Maya Chen" in anonymous.get(wanted).text
    assert anonymous.get(asked.location).location == wanted, "who is signed in is led on"


@pytest.mark.parametrize(
    "evil",
    ["//evil.example", "/\\evil.example", "https://evil.example", "https:evil.example",
     "javascript:alert(1)", "/%09/evil.example", "\\\\evil.example", "/\t/evil.example", "evil",
     ""],
)  # fmt: skip
def test_nobody_is_led_to_another_site(anonymous: FlaskClient, engine: Engine, evil: str) -> None:
    person = somebody(engine)
    token = proof(anonymous, "/sign-in")
    answer = anonymous.post(
        "/sign-in",
        query_string={"next": evil},
        data={"email": person.email, "password": PASSWORD, "csrf_token": token},
    )
    assert answer.status_code == 303
    # A browser leaves tabs out only where they are not escaped.
    assert answer.location == ("/%09/evil.example" if evil == "/%09/evil.example" else "/funds/")


def test_a_wrong_password_and_an_unknown_email_are_told_alike(
    anonymous: FlaskClient, engine: Engine
) -> None:
    known, inactive = somebody(engine), somebody(engine)
    people.set_active(engine, inactive.id, active=False)
    wrong = sign_in(anonymous, known.email, "wrong")
    unknown = sign_in(anonymous, "nobody@example.com")
    gone = sign_in(anonymous, inactive.email)
    for answer, email in ((wrong, known.email), (unknown, "nobody@example.com"), (gone, None)):
        assert answer.status_code == 422
        assert "Wrong email or password" in answer.text
        assert f'value="{email or inactive.email}"' in answer.text, "what was typed is there"
        assert PASSWORD not in answer.text
    assert anonymous.get("/account/").status_code == 303


def test_an_empty_form_says_what_is_missing(anonymous: FlaskClient) -> None:
    answer = sign_in(anonymous, " ", "")
    assert answer.status_code == 422
    assert "Write an email." in answer.text
    assert "Write your password." in answer.text


def test_after_some_failures_each_next_attempt_waits_twice_as_long(
    app: Flask, engine: Engine, owner_engine: Engine
) -> None:
    person, other = somebody(engine), somebody(engine)
    _attempt(engine, FREE + 3, email=person.email)
    refused = sign_in(app.test_client(), person.email.upper())
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 8
    assert "seconds" in refused.text
    assert sign_in(app.test_client(), person.email).status_code == 429, "it was not counted"
    _later(owner_engine, 8)
    assert sign_in(app.test_client(), person.email, "wrong").status_code == 422
    again = sign_in(app.test_client(), person.email)
    assert 8 < int(again.headers["Retry-After"]) <= 16
    assert sign_in(app.test_client(), other.email).status_code == 303, "others may sign in"
    _attempt(engine, 30, email=person.email, network="127.0.0.2")
    assert 240 < int(sign_in(at(app, "127.0.0.2"), person.email).headers["Retry-After"]) <= 300


def test_failures_of_others_keep_nobody_waiting(app: Flask, engine: Engine) -> None:
    person = somebody(engine)
    _attempt(engine, FREE + 20, email=person.email, network="192.0.2.66")
    assert sign_in(at(app, "192.0.2.66"), person.email).status_code == 429
    assert sign_in(at(app, "192.0.2.7"), person.email).status_code == 303
    assert sign_in(at(app, "192.0.2.66"), person.email).status_code == 429, "they are not cleared"


def test_who_guesses_from_many_networks_has_one_attempt_in_each(
    app: Flask, engine: Engine, owner_engine: Engine
) -> None:
    person = somebody(engine)
    _attempt(engine, MANY, email=person.email, network=None)
    assert sign_in(at(app, "192.0.2.7"), person.email, "wrong").status_code == 422
    _later(owner_engine, -60)  # on a slow machine the second that is to wait would be over
    assert sign_in(at(app, "192.0.2.7"), person.email, "wrong").status_code == 429
    assert sign_in(at(app, "192.0.2.8"), person.email).status_code == 303, "nobody is kept out"


def test_a_browser_that_signed_in_before_waits_for_its_own_failures_alone(
    app: Flask, engine: Engine, owner_engine: Engine
) -> None:
    person, other = somebody(engine), somebody(engine)
    browser = app.test_client()
    assert sign_in(browser, person.email).status_code == 303
    post(browser, "/account/", "/sign-out")
    _attempt(engine, FREE_OF_NETWORK, email=person.email)
    assert sign_in(app.test_client(), person.email).status_code == 429
    assert sign_in(browser, other.email).status_code == 429, "it is not known to them"
    for _ in range(FREE):
        assert sign_in(browser, person.email, "wrong").status_code == 422
    _repeat(engine)
    assert sign_in(browser, person.email, "wrong").status_code == 429
    _later(owner_engine, 300)
    assert sign_in(browser, person.email).status_code == 303


def test_what_a_browser_is_known_by_cannot_be_made_up(app: Flask, engine: Engine) -> None:
    person = somebody(engine)
    _attempt(engine, FREE_OF_NETWORK, email=person.email)
    for made_up in (f'{{"{person.id}": "x"}}', "x.y.z", ""):
        client = app.test_client()
        client.set_cookie("asof_browser", made_up, path="/sign-in")
        assert sign_in(client, person.email).status_code == 429


def test_one_network_may_not_try_many_emails(app: Flask, engine: Engine) -> None:
    person = somebody(engine)
    _attempt(engine, FREE_OF_NETWORK + 10)
    refused = sign_in(app.test_client(), person.email)
    assert (refused.status_code, int(refused.headers["Retry-After"]) <= 60) == (429, True)
    assert sign_in(at(app, "192.0.2.7"), person.email).status_code == 303


def test_of_ipv6_a_network_counts_as_one(app: Flask, engine: Engine) -> None:
    person = somebody(engine)
    for number in range(FREE):
        there = at(app, f"2001:db8:1:2:{number:x}::1")
        assert sign_in(there, person.email, "wrong").status_code == 422
    _repeat(engine)
    assert sign_in(at(app, "2001:db8:1:2:ffff::9"), person.email).status_code == 429
    assert sign_in(at(app, "2001:db8:1:3::9"), person.email).status_code == 303


def test_signing_in_forgets_the_slips_before_it(app: Flask, engine: Engine) -> None:
    person = somebody(engine)
    _attempt(engine, FREE - 1, email=person.email)
    assert sign_in(app.test_client(), person.email).status_code == 303
    for _ in range(2):
        assert sign_in(app.test_client(), person.email, "wrong").status_code == 422


def test_the_present_password_is_not_guessed_on_the_account_page(
    app: Flask, engine: Engine, owner_engine: Engine
) -> None:
    person = somebody(engine)
    client = signed_in(app, person)
    typed = {"present": "wrong", "password": "another four words entirely"}
    for _ in range(FREE):
        assert post(client, "/account/", "/account/password", **typed).status_code == 422
    _repeat(engine)
    typed["present"] = PASSWORD
    refused = post(client, "/account/", "/account/password", **typed)
    assert refused.status_code == 429
    assert "failed too often: try again in 5 minutes" in refused.text
    assert 240 < int(refused.headers["Retry-After"]) <= 300
    assert sign_in(app.test_client(), person.email).status_code == 303, "nor is anybody kept out"
    _later(owner_engine, 300)
    assert post(client, "/account/", "/account/password", **typed).status_code == 303


def test_signing_out_ends_the_session(client: FlaskClient) -> None:
    answer = post(client, "/account/", "/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert client.get("/account/").status_code == 303


def test_a_session_that_ended_in_the_middle_of_a_form_comes_back_to_its_page(
    app: Flask, engine: Engine
) -> None:
    person = somebody(engine)
    client = signed_in(app, person)
    token = proof(client, "/account/")
    people.sign_out_everywhere(engine, person.id)
    page = {"Referer": "http://localhost/account/?x=1"}
    sent = client.post("/account/tokens", data={"csrf_token": token}, headers=page)
    assert (sent.status_code, goal(sent)) == (303, "/account/?x=1")
    for referrer in ("http://evil.example/account/", "http://localhost/account/tokens", ""):
        sent = client.post("/account/tokens", headers={"Referer": referrer})
        assert goal(sent) == "/funds/", referrer


def test_a_part_of_a_page_leads_the_whole_page_to_the_sign_in(
    anonymous: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine)
    headers = {
        "HX-Request": "true",
        "HX-Request-Type": "partial",
        "HX-Current-URL": f"http://localhost/funds/{fund}/?as_of=2012-03-31",
    }
    answer = anonymous.get(f"/funds/{fund}/?as_of=2012-04-01", headers=headers)
    assert (answer.status_code, answer.data) == (401, b"")
    address = urlsplit(answer.headers["HX-Redirect"])
    assert address.path == "/sign-in"
    assert parse_qs(address.query)["next"] == [f"/funds/{fund}/?as_of=2012-03-31"]


def test_a_form_without_its_proof_is_refused_with_the_mend(client: FlaskClient) -> None:
    del client.environ_base[PROOF]
    for data in ({}, {"csrf_token": "made up"}):
        answer = client.post("/sign-out", data=data)
        assert answer.status_code == 400
        assert "go back, reload the page and send it again" in answer.text
    assert client.get("/account/").status_code == 200


def test_what_deserves_it_asks_to_sign_in_again_where_the_session_came_from_elsewhere(
    app: Flask, engine: Engine
) -> None:
    person = somebody(engine)
    client = signed_in(app, person)
    token = proof(client, "/account/")
    thief = {"User-Agent": "another browser"}
    assert client.get("/account/", headers=thief).status_code == 200
    made = client.post(
        "/account/tokens", data={"csrf_token": token, "label": "mine"}, headers=thief
    )
    assert (made.status_code, urlsplit(made.location).path) == (303, "/account/confirm/")
    asks = client.get(made.location, headers=thief)
    assert (asks.status_code, "Confirm your password" in asks.text) == (200, True)


def test_the_cookie_is_kept_from_scripts_and_other_sites(
    anonymous: FlaskClient, engine: Engine
) -> None:
    answer = sign_in(anonymous, somebody(engine).email)
    browser, cookie = sorted(answer.headers.getlist("Set-Cookie"), reverse=True)
    assert cookie.startswith("asof=")
    for part in ("asof_browser=", "HttpOnly", "SameSite=Lax", "Path=/sign-in", "Max-Age="):
        assert part in browser
    for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Expires="):
        assert part in cookie
    assert "Secure" not in cookie


def test_an_old_way_of_hashing_gives_way_at_the_next_sign_in(app: Flask, engine: Engine) -> None:
    from argon2 import PasswordHasher  # noqa: PLC0415 - as an older program had it

    person = somebody(engine)
    weak = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    _set_hash(engine, person.id, weak)
    assert sign_in(app.test_client(), person.email).status_code == 303
    assert _hash_of(engine, person) != weak
    assert sign_in(app.test_client(), person.email).status_code == 303


def _set_hash(engine: Engine, person_id: UUID, password_hash: str) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE person SET password_hash = :hash WHERE id = :id"),
            {"hash": password_hash, "id": person_id},
        )


def _hash_of(engine: Engine, person: Person) -> str:
    with engine.connect() as connection:
        query = text("SELECT password_hash FROM person WHERE id = :id")
        return str(connection.execute(query, {"id": person.id}).scalar_one())


OWN = {"Sec-Fetch-Site": "same-origin"}


def test_a_form_that_was_open_while_one_signed_in_anew_can_be_sent_once_more(
    app: Flask, engine: Engine
) -> None:
    fund = new_fund(engine)
    client = signed_in(app, member(engine, fund, "analyst"))
    del client.environ_base[PROOF]
    address = f"/funds/{fund}/record/expense-paid"
    typed = {
        "amount": "7.70",
        "category": "other",
        "effective_on": "2010-06-01",
        "note": "<b>kept</b>",
        "key": "k",
        "do": "record",
        "csrf_token": "of the last session",
    }
    page = client.post(address, data=typed, headers=OWN)
    assert page.status_code == 400
    assert "&lt;b&gt;kept&lt;/b&gt;" in page.text
    sent = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    assert sent.pop("csrf_token") != typed.pop("csrf_token")
    assert sent == typed | {"note": "&lt;b&gt;kept&lt;/b&gt;"}
    assert timeline.between(engine, fund, 2, 9) == []
    anew = typed | {"csrf_token": proof(client, f"/funds/{fund}/record/expense-paid")}
    assert client.post(address, data=anew, headers=OWN).status_code == 303
    assert len(timeline.between(engine, fund, 2, 9)) == 1


@pytest.mark.parametrize(
    ("address", "data", "headers"),
    [
        ("/account/password", {"present": "a secret", "password": "another one"}, OWN),
        ("/account/tokens", {"label": "a secret"}, {}),  # nobody says that it is from here
    ],
)
def test_secrets_and_what_may_be_from_elsewhere_are_not_offered_again(
    app: Flask, engine: Engine, address: str, data: dict[str, str], headers: dict[str, str]
) -> None:
    client = signed_in(app, somebody(engine))
    del client.environ_base[PROOF]
    page = client.post(address, data=data, headers=headers)
    assert page.status_code == 400
    assert "This form has expired" in page.text
    assert "a secret" not in page.text


def test_what_is_sent_after_the_session_ended_is_told_of_where_one_signs_in(
    anonymous: FlaskClient, engine: Engine
) -> None:
    answer = anonymous.post(f"/funds/{new_fund(engine)}/record/expense-paid", data={"amount": "5"})
    assert answer.status_code == 303
    assert "what you sent was not taken" in anonymous.get(answer.location).text
    assert "what you sent was not taken" not in anonymous.get(answer.location).text


def test_what_was_sent_after_the_session_ended_can_be_sent_once_one_has_signed_in(
    anonymous: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine)
    analyst = member(engine, fund, "analyst")
    address = f"/funds/{fund}/record/expense-paid?on=2010-06-01"
    typed = {
        "amount": "7.70",
        "category": "other",
        "effective_on": "2010-06-01",
        "note": '"kept"',
        "key": "k",
        "do": "record",
    }
    asks = anonymous.post(address, data=typed, headers=OWN)
    assert (asks.status_code, timeline.between(engine, fund, 2, 9)) == (401, [])
    for password, status in (("wrong", 422), (PASSWORD, 200)):
        assert "Nothing of it is lost" in asks.text
        sent = hidden(asks.text) | {"email": analyst.email, "password": password}
        asks = anonymous.post("/sign-in", data=sent, headers=OWN)
        assert asks.status_code == status
    assert f'action="{address}"' in asks.text
    sent = hidden(asks.text)
    assert sent.items() >= typed.items()
    assert anonymous.post(address, data=sent, headers=OWN).status_code == 303
    [event] = timeline.between(engine, fund, 2, 9)
    assert event.payload["note"] == typed["note"]


def test_what_a_sign_in_carries_is_not_lost_where_one_signed_in_elsewhere_meanwhile(
    anonymous: FlaskClient, engine: Engine
) -> None:
    fund = new_fund(engine)
    analyst, viewer = member(engine, fund, "analyst"), member(engine, fund, "viewer")
    typed = {"amount": "7.70", "note": "kept", "do": "record", "key": "k"}
    asks = anonymous.post(f"/funds/{fund}/record/expense-paid", data=typed, headers=OWN)
    held = hidden(asks.text) | {"email": analyst.email, "password": PASSWORD}
    sign_in(anonymous, analyst.email)
    again = anonymous.post("/sign-in", data=held, headers=OWN)
    assert "Send again" in again.text
    assert hidden(again.text).items() >= typed.items()
    assert viewer.email not in again.text


def test_nothing_is_offered_that_did_not_come_from_a_form_of_this_site(
    anonymous: FlaskClient, engine: Engine
) -> None:
    person = somebody(engine)
    made_up = "WyIvYWNjb3VudC8iLFtdXQ.signed-by-nobody"
    answer = post(
        anonymous, "/sign-in?next=/account/", email=person.email, password=PASSWORD, held=made_up
    )
    assert (answer.status_code, answer.location) == (303, "/account/")


def test_a_page_on_which_somebody_types_stays_when_the_session_has_ended(
    anonymous: FlaskClient, engine: Engine
) -> None:
    here = f"/funds/{new_fund(engine)}/record/expense-paid"
    headers = OWN | {"HX-Request": "true", "HX-Current-URL": f"http://localhost{here}"}
    answer = anonymous.post(here, data={"amount": "5"}, headers=headers)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (401, "#alerts")
    assert "HX-Redirect" not in answer.headers
    assert "What you typed is still here" in answer.text
    assert f"/sign-in?next={here}" in answer.text
