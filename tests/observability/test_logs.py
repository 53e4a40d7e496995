"""Log lines are JSON that a request's id ties together, and tell no secret and nothing personal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from app.auth import route_rules
from app.observability import redaction, request_ids
from app.services.accounts import tokens
from app.services.jobs import jobs
from app.services.reads import timeline
from tests.ledgers import called, new_fund, void
from tests.logging_json import Lines, logged
from tests.people import PASSWORD, member, post, signed_in, somebody
from tests.running_site import running
from tests.web.record.test_pages import send

_WRONG = "wrong-Horse-9"
_ID = "0199b7c2-0000-7000-8000-00000000abcd"


@pytest.fixture
def lines() -> Iterator[Lines]:
    with logged() as lines:
        yield lines


@pytest.fixture
def errors(app: Flask) -> list[Exception]:
    """Return a list of which the first is raised by who asks for an address of /breaks."""
    waiting: list[Exception] = []

    @route_rules.open_to_all
    def breaks() -> str:
        raise waiting.pop(0)

    for path in ("/breaks", "/api/breaks"):
        app.add_url_rule(path, path, view_func=breaks, methods=["GET", "POST"])
    return waiting


def test_each_request_leaves_a_line(app: Flask, engine: Engine, lines: Lines) -> None:
    fund = new_fund(engine)
    person = member(engine, fund, "viewer")
    client = signed_in(app, person)
    client.get(f"/funds/{fund}/?as_of=2012-03-31", headers={"X-Request-ID": _ID})
    [line] = lines.all()
    assert line["event"] == "request"
    assert (line["level"], line["process"], line["status"]) == ("info", "web", 200)
    assert (line["method"], line["route"]) == ("GET", "/funds/<uuid:fund_id>/")
    assert (line["request_id"], line["fund_id"]) == (_ID, str(fund))
    assert line["person_id"] == str(person.id)
    assert 0 < line["duration_ms"] < 10_000
    assert datetime.fromisoformat(line["timestamp"]).utcoffset() == timedelta(0)
    client.get("/nowhere/Ada-Lovelace?token=secret")
    assert lines.all()[-1]["route"] == "none"
    assert "Lovelace" not in lines.text
    assert "secret" not in lines.text


@pytest.mark.parametrize("sent", [_ID, "0123456789abcdef0123456789abcdef", "edge-7.example:42"])
def test_a_proxys_id_is_taken_and_answered(anonymous: FlaskClient, sent: str) -> None:
    answer = anonymous.get("/healthz", headers={"X-Request-ID": sent})
    assert answer.headers["X-Request-ID"] == sent


@pytest.mark.parametrize(
    "sent", ["", "short", "x" * 129, "a b c d e f g", '"}{"a":"b"', "a@b.example"]
)
def test_an_id_that_is_not_well_formed_is_replaced(anonymous: FlaskClient, sent: str) -> None:
    answers = [anonymous.get("/healthz", headers={"X-Request-ID": sent}) for _ in range(2)]
    made = [UUID(answer.headers["X-Request-ID"]) for answer in answers]
    assert made[0] != made[1]


def test_events_carry_the_id_of_their_request(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine)
    url = f"/api/funds/{fund}/events"
    for sent in (_ID, "edge-7.example:42", "edge-7.example:42"):
        batch = [called(str(uuid4().int % 10**9)), called(str(uuid4().int % 10**9))]
        answer = client.post(url, json=batch, headers={"X-Request-ID": sent})
        assert answer.status_code == 201, answer.text
    given, _, derived, _, again, _ = _correlations(engine, fund)
    assert given == UUID(_ID)
    assert derived == again != given
    assert request_ids.current() is None


def test_a_correction_is_known_by_an_id_of_its_own(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine, called("1"), called("2"))
    url = f"/api/funds/{fund}/events"
    sent = {"X-Request-ID": _ID}
    for sequence, amount in ((2, "11"), (3, "12")):
        batch = [void(sequence), called(amount)]
        assert client.post(url, json=batch, headers=sent).status_code == 201
    one, one_more, other, other_more = _correlations(engine, fund)[2:]
    assert one == one_more
    assert other == other_more
    assert len({one, other, UUID(_ID), None}) == 4


def _correlations(engine: Engine, fund: UUID) -> list[UUID | None]:
    return [event.correlation_id for event in timeline.between(engine, fund, 2, 99)]


def test_a_job_knows_the_request_that_asked_for_it(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine, called("1"))
    answer = client.post(
        f"/api/funds/{fund}/snapshots", json={"at": "2010-03-31"}, headers={"X-Request-ID": _ID}
    )
    assert answer.status_code == 202, answer.text
    assert [job.request_id for job in jobs.listed(engine, fund)] == [_ID]


def test_what_nobody_caught_is_one_line_and_the_page_tells_its_number(
    client: FlaskClient, lines: Lines, errors: list[Exception]
) -> None:
    errors += [ZeroDivisionError("division by zero")] * 2
    for path in ("/breaks", "/api/breaks"):
        answer = client.get(path)
        assert answer.status_code == 500
        number = answer.headers["X-Request-ID"]
        assert f"this number: {number}" in answer.text
        failed, request = lines.all()[-2:]
        assert failed["request_id"] == request["request_id"] == number
        assert (failed["level"], failed["route"], request["status"]) == ("error", path, 500)
        assert failed["event"] == f"GET {path} failed in request {number}"
        assert failed["exception"].endswith("ZeroDivisionError: division by zero")
        assert "in breaks" in failed["exception"]


def test_no_line_tells_a_secret_or_anything_personal(
    app: Flask,
    engine: Engine,
    lines: Lines,
    client_as: Callable[[UUID, str], FlaskClient],
    errors: list[Exception],
) -> None:
    secrets = ["Zebedee", "Quillfeather", "zeb@quill.example", _WRONG, PASSWORD]
    person = somebody(engine, "Zebedee Quillfeather", email="zeb@quill.example")
    visitor = signed_in(app, None)
    post(visitor, "/sign-in", email="zeb@quill.example", password=_WRONG)
    post(visitor, "/sign-in", email="zeb@quill.example", password=PASSWORD)
    _, token = tokens.make(engine, person.id, "Zebedee's")
    program = signed_in(app, None)
    program.get("/api/funds", headers={"Authorization": f"Bearer {token}"})
    program.get(f"/api/funds?search={token}", headers={"Authorization": f"Bearer {token}x"})
    fund = new_fund(engine)
    analyst = client_as(fund, "analyst")
    send(analyst, fund, "commitment-made", investor="Quillfeather Trust", amount="91827364")
    errors += _errors(engine, token, person.email)
    while errors:
        client = signed_in(app, person)
        answer = client.post("/breaks", data={"name": "Zebedee", "token": token})
        assert answer.status_code == 500
    failed = lines.all("POST /breaks")
    assert [each["exception"].count("Traceback") for each in failed] == [1, 1, 2, 2]
    for secret in (*secrets, token, token[8:], "91827364"):
        assert secret not in lines.text, secret


def test_lines_in_words_tell_no_more(app: Flask, engine: Engine, errors: list[Exception]) -> None:
    person = somebody(engine, "Zebedee Quillfeather", email="zebedee@quill.example")
    _, token = tokens.make(engine, person.id, "Zebedee's")
    errors += _errors(engine, token, person.email)
    with logged(in_words=True) as lines:
        while errors:
            answer = signed_in(app, person).post("/breaks", data={"name": "Zebedee"})
            assert answer.headers["X-Request-ID"] in lines.text
    assert lines.text.count("POST /breaks failed in request") == 4
    assert lines.text.count("Traceback") == 6
    for secret in ("Zebedee", "Quillfeather", person.email, _WRONG, token):
        assert secret not in lines.text, secret


def _errors(engine: Engine, token: str, email: str) -> Iterator[Exception]:
    """Return errors as they come up, in whose words is what somebody typed."""
    yield ValueError(f"could not convert string to float: {'Zebedee'!r}")
    yield RuntimeError(f"{email} sent {token}")
    duplicate = text(
        "INSERT INTO person SELECT gen_random_uuid(), email, email_key, name, :hash, is_admin, "
        "is_active, session_epoch, created_at FROM person WHERE email = :email"
    )
    with (
        pytest.raises(IntegrityError, match=email) as refused,
        engine.begin() as at,
    ):
        at.execute(duplicate, {"hash": _WRONG, "email": email})
    yield refused.value
    with pytest.raises(psycopg.OperationalError) as away:
        psycopg.connect(f"postgresql://zebedee:{_WRONG}@127.0.0.1:1/x")
    told = KeyError("Quillfeather")
    told.__cause__ = away.value
    yield told


def test_what_a_traceback_tells_of_the_program_stays() -> None:
    error = ValueError('null value in column "email_key" of "person"\nDETAIL: (Ada)')
    assert redaction.traceback_of(error) == (
        "ValueError: null value in column \"email_key\" of '…'"
    )
    assert redaction.blanked("at postgresql://me:secret@host/db") == "at postgresql://…@host/db"


@pytest.mark.skipif(sys.platform != "linux", reason="waits for processes in /proc")
@pytest.mark.timeout(120)
def test_all_that_a_site_says_is_json_where_that_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASOF_LOG", "json")
    with running(tmp_path / "home", demo=True) as site:
        address = site.address()
        site.await_workers()
        asked = Request(f"{address}sign-in", headers={"X-Request-ID": _ID})
        with urlopen(asked, timeout=10) as answer:
            assert answer.headers["X-Request-ID"] == _ID
        site.stop()
    lines = [json.loads(line) for line in site.output.read_text().splitlines()]
    assert {line["process"] for line in lines} >= {"supervisor", "web"}
    assert [line["route"] for line in lines if line.get("request_id") == _ID] == ["/sign-in"]
    password = (tmp_path / "home" / "demo_password").read_text()
    assert password not in site.output.read_text()
    assert "@example.com" not in site.output.read_text()
