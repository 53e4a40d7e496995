"""The list of funds: found by name, a page at a time."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.auth import route_rules
from app.services.funds.funds import PAGE_SIZE
from tests.ledgers import DAMAGES, called, damage, new_fund


def test_home_leads_to_the_funds(client: FlaskClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.location) == (302, "/funds/")


def test_a_fund_is_found_by_a_part_of_its_name_in_any_case(
    client: FlaskClient, engine: Engine
) -> None:
    mark = uuid4().hex
    new_fund(engine, called("100"), name=f"Élan {mark} 100%_I")
    new_fund(engine, name=f"Other {mark}")
    found = client.get(f"/funds/?search=ÉLAN  {mark}").text
    assert found.count('data-testid="fund"') == 1
    assert "$100" in found
    # Signs that a database reads as a pattern are only signs here.
    assert client.get(f"/funds/?search={mark} 100%25_").text.count('data-testid="fund"') == 1
    assert "No fund is named like" in client.get(f"/funds/?search={mark}_").text


def test_many_funds_come_a_page_at_a_time(client: FlaskClient, engine: Engine) -> None:
    mark = uuid4().hex
    for number in range(PAGE_SIZE + 1):
        new_fund(engine, name=f"{mark} {number:03}")
    first = client.get(f"/funds/?search={mark}").text
    assert first.count('data-testid="fund"') == PAGE_SIZE
    assert f"{PAGE_SIZE + 1} funds, page 1 of 2" in first
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    last = client.get(f"/funds/?search={mark}&page=2").text
    assert last.count('data-testid="fund"') == 1
    assert 'rel="prev"' in last
    for beyond in ("99", "0", "x"):
        assert client.get(f"/funds/?search={mark}&page={beyond}").status_code == 200


@pytest.mark.parametrize("payload", DAMAGES)
def test_a_fund_with_a_damaged_ledger_says_so_and_keeps_its_timeline(
    client: FlaskClient, engine: Engine, owner_engine: Engine, payload: str
) -> None:
    fund = new_fund(engine, called("200"), called("300", "2010-02-01"))
    damage(owner_engine, fund, payload)
    for page in ("", "?as_of=2010-12-31", "books/?closed_through=2010-12-31"):
        answer = client.get(f"/funds/{fund}/{page}")
        assert answer.status_code == 409
        assert "The ledger of this fund cannot be read" in answer.text
        assert "Event #2 is not as it was written" in answer.text
        assert f"flask --app app ledger verify {fund}" in answer.text
        assert f'href="/funds/{fund}/timeline"' in answer.text
    part = client.get(f"/funds/{fund}/", headers={"HX-Request": "true"})
    assert part.headers["HX-Retarget"] == "#alerts"
    assert "The ledger of this fund cannot be read" in part.text
    timeline = client.get(f"/funds/{fund}/timeline")
    assert timeline.status_code == 200
    assert timeline.text.count('data-testid="unreadable"') == (payload != "{}")
    assert "$300" in timeline.text


def test_an_error_of_ours_is_not_blamed_on_a_ledger(
    app: Flask, client: FlaskClient, engine: Engine
) -> None:
    def broken(fund_id: UUID) -> str:
        raise ValueError(fund_id)

    app.view_functions["timeline.index"] = route_rules.needs("viewer")(broken)
    answer = client.get(f"/funds/{new_fund(engine, called('5'))}/timeline")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text


def test_a_damaged_ledger_leaves_the_list_to_the_others(
    client: FlaskClient, engine: Engine, owner_engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    mark = uuid4().hex
    new_fund(engine, called("100"), name=f"Sound {mark}")
    for number, payload in enumerate(DAMAGES):
        damaged = new_fund(engine, called("200"), name=f"Damaged {number} {mark}")
        damage(owner_engine, damaged, payload)
    answer = client.get(f"/funds/?search={mark}")
    assert answer.status_code == 200
    assert answer.text.count('data-testid="fund"') == 4
    assert answer.text.count("ledger cannot be read: run <code>flask ledger verify</code>") == 3
    assert "$100" in answer.text
    assert str(damaged) in caplog.text


def test_typing_a_search_fills_only_the_list(client: FlaskClient) -> None:
    part = client.get("/funds/?search=x", headers={"HX-Request-Type": "partial"})
    assert "<html" not in part.text
