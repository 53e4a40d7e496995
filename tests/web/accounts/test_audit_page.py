"""Administrators read the audit: filtered, page by page, as a spreadsheet, as lines for a SIEM."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.domain.accounts.audit import AuditKind
from app.services.accounts import audit
from app.store.accounts.people import Person
from tests.ledgers import new_fund
from tests.people import somebody

PART = {"name": "Maya"}


@pytest.fixture
def person(engine: Engine) -> Person:
    """Return somebody with three events of theirs, in a fund the last."""
    person = somebody(engine)
    fund = new_fund(engine)
    with engine.begin() as connection:
        audit.record(connection, AuditKind.PERSON_ADDED, about=person, after=PART)
        audit.record(connection, AuditKind.SIGNED_IN, about=person, actor=person)
        audit.record(
            connection,
            AuditKind.ROLE_CHANGED,
            about=person,
            fund_id=fund,
            before={"role": "viewer"},
            after={"role": "=gp()"},
        )
    return person


def shown(client: FlaskClient, **query: object) -> list[str]:
    page = client.get("/audit/", query_string=query)
    assert page.status_code == 200
    rows = re.findall(r'<tr role="row" data-testid="event">(.*?)</tr>', page.text, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]


def asked(client: FlaskClient, **query: object) -> list[dict[str, Any]]:
    answer = client.get("/api/audit", query_string=query)
    assert answer.status_code == 200, answer.text
    events: list[dict[str, Any]] = answer.json["events"]  # type: ignore[index]
    return events


def test_the_newest_is_shown_first_with_what_changed(client: FlaskClient, person: Person) -> None:
    changed, came, added = shown(client, person=person.email)
    assert "Role changed" in changed
    assert "role: viewer → =gp()" in changed
    assert "Signed in" in came
    assert "Person added" in added
    assert "whoever runs the site" in added


@pytest.mark.parametrize("ask", [shown, asked])
def test_it_is_filtered_by_kind_person_and_days(
    client: FlaskClient, person: Person, ask: Callable[..., list[object]]
) -> None:
    theirs = {"person": person.email.upper()}
    today = datetime.now(UTC).date()
    assert len(ask(client, **theirs)) == len(ask(client, person=person.id)) == 3
    assert len(ask(client, **theirs, kind="signed_in")) == 1
    assert len(ask(client, **theirs, start=today - timedelta(days=1), end=today)) == 3
    assert ask(client, **theirs, end=today - timedelta(days=1)) == []
    assert ask(client, person=f"{uuid4().hex}@example.com") == []


def test_it_is_filtered_by_fund(client: FlaskClient, person: Person) -> None:
    [changed, *_] = asked(client, person=person.email)
    fund = changed["fund_id"]
    assert [each["kind"] for each in asked(client, fund_id=fund)] == ["role_changed"]
    assert len(shown(client, fund=fund)) == len(shown(client, fund=changed["fund"])) == 1


def test_who_failed_to_sign_in_is_found_by_what_they_typed(
    engine: Engine, client: FlaskClient
) -> None:
    typed = f"{uuid4().hex}@example.com"
    audit.record_failure(engine, AuditKind.SIGN_IN_FAILED, typed)
    assert len(shown(client, person=typed)) == len(asked(client, person=typed)) == 1


def test_pages_stay_put_while_new_events_arrive(
    engine: Engine, client: FlaskClient, person: Person
) -> None:
    query = {"person": person.email, "limit": 2}
    first = client.get("/api/audit", query_string=query).json
    assert first
    with engine.begin() as connection:
        audit.record(connection, AuditKind.SIGNED_OUT, about=person)
    rest = client.get("/api/audit", query_string={**query, "cursor": first["next_cursor"]}).json
    assert rest
    assert [each["kind"] for each in (*first["events"], *rest["events"])] == [
        "role_changed",
        "signed_in",
        "person_added",
    ]
    assert rest["next_cursor"] is None


def test_the_page_leads_to_what_is_older_and_back(
    engine: Engine, client: FlaskClient, person: Person
) -> None:
    with engine.begin() as connection:
        for _ in range(60):
            audit.record(connection, AuditKind.SIGNED_IN, about=person)
    query = {"person": person.email}
    page = client.get("/audit/", query_string=query).text
    [older] = re.findall(r'href="([^"]+)" data-testid="older"', page)
    page = client.get(older.replace("&amp;", "&")).text
    assert page.count('data-testid="event"') == 13
    assert "Person added" in page
    assert 'data-testid="older"' not in page
    assert ">Newest</a>" in page


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"kind": "sign_in"}, "did you mean signed_in?"),
        ({"start": "yesterday"}, "yesterday"),
        ({"start": "2026-02-02", "end": "2026-02-01"}, "lies before 2 Feb 2026"),
        ({"fund": "no such fund"}, "write its name or its id"),
    ],
)
def test_a_filter_that_makes_no_sense_is_told_beside_it(
    client: FlaskClient, query: dict[str, str], told: str
) -> None:
    page = client.get("/audit/", query_string=query)
    assert page.status_code == 400
    assert told in page.text
    assert 'aria-invalid="true"' in page.text
    assert client.get("/audit/export.csv", query_string=query).status_code == 400


@pytest.mark.parametrize("before", ["x", "-1", "\uff11", "9" * 400, "\0"])
def test_a_cursor_is_a_number(client: FlaskClient, before: str) -> None:
    page = client.get("/audit/", query_string={"before": before})
    assert page.status_code == (200 if before.startswith("9") else 400)


def test_it_is_exported_as_a_spreadsheet_in_which_nothing_is_a_formula(
    client: FlaskClient, person: Person
) -> None:
    answer = client.get("/audit/export.csv", query_string={"person": person.email})
    assert answer.headers["Content-Disposition"] == "attachment; filename=Audit.csv"
    header, *rows = csv.reader(answer.data.decode("utf-8-sig").splitlines())
    kinds = [dict(zip(header, row, strict=True))["kind"] for row in rows]
    assert kinds == ["person_added", "signed_in", "role_changed"]
    assert not any(cell.startswith(tuple("=+-@")) for row in rows for cell in row)


@pytest.mark.parametrize("address", ["/audit/export.jsonl", "/api/audit/export.jsonl"])
def test_a_siem_goes_on_after_the_last_line_that_it_has(
    engine: Engine, client: FlaskClient, person: Person, address: str
) -> None:
    def lines(**query: object) -> list[dict[str, Any]]:
        answer = client.get(address, query_string={"person": person.email, **query})
        assert (answer.status_code, answer.mimetype) == (200, "application/x-ndjson")
        return [orjson.loads(line) for line in answer.data.splitlines()]

    kept = lines()
    assert [each["kind"] for each in kept] == ["person_added", "signed_in", "role_changed"]
    assert kept[0]["after"] == PART
    assert lines(after=kept[-1]["sequence"]) == []
    with engine.begin() as connection:
        audit.record(connection, AuditKind.SIGNED_OUT, about=person)
    assert [each["kind"] for each in lines(after=kept[-1]["sequence"])] == ["signed_out"]


def test_who_exports_the_audit_is_in_it(client: FlaskClient, admin: Person) -> None:
    client.get("/audit/export.jsonl", query_string={"kind": "backed_up"})
    [last, *_] = asked(client, person=admin.email, kind="exported")
    assert last["after"] == {"what": "audit", "to": "jsonl"}
