"""Exports from the pages: what is seen is what is in the file."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from urllib.parse import unquote
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.services.sheets import read_rows
from app.store.admission.batches import Author
from tests.ledgers import called, committed, company, investment, mark, new_fund, record
from tests.people import member


def _table(content: bytes) -> list[list[str]]:
    return [[str(cell) for cell in row.cells] for row in read_rows(content)]


def _links(client: FlaskClient, page: str) -> list[str]:
    return [
        unescape(each)
        for each in re.findall(r'href="([^"]+/export\.[^"]+)"', client.get(page).text)
    ]


@pytest.fixture
def fund(engine: Engine) -> UUID:
    return new_fund(engine, called("500"), company(), investment("400"), mark("600"))


def test_the_fund_page_leads_to_files_of_what_it_shows(client: FlaskClient, engine: Engine) -> None:
    name = f"Ventures <é> {uuid4()}"
    fund = new_fund(engine, called("500"), company(), investment("400"), mark("600"), name=name)
    record(engine, fund, mark("900", "2010-12-30"))
    links = _links(client, f"/funds/{fund}/?as_of=2010-12-30&through=5")
    assert len(links) == 6
    assert all("as_of=2010-12-30" in each and "through=5" in each for each in links)
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200
        assert answer.content_length == len(answer.data)
        assert answer.headers["Cache-Control"] == "private, no-cache"
        named = unquote(answer.headers["Content-Disposition"])
        assert name.replace("<é>", "é") in named
        assert re.search(rf"2010-12-30 known event 5\.{link.split('?')[0][-4:].strip('.')}", named)
    holdings = _table(client.get(next(each for each in links if "what=holdings" in each)).data)
    assert dict(zip(*holdings, strict=False))["current_valuation"] == "400"


def test_the_timeline_leads_to_the_whole_log(client: FlaskClient, fund: UUID) -> None:
    links = _links(client, f"/funds/{fund}/timeline")
    events = next(each for each in links if "what=events" in each and ".xlsx" in each)
    assert len(_table(client.get(events).data)) == 1 + 5


def test_people_are_named_and_texts_stay(client: FlaskClient, engine: Engine, fund: UUID) -> None:
    person = member(engine, fund, "analyst", "Ana Lyst")
    record(engine, fund, called("7", "2010-02-02"), author=Author(str(person.id), "form"))
    record(engine, fund, called("8", "2010-02-03"), author=Author(person.email, "form"))
    for path in (f"/funds/{fund}/export.csv", f"/api/funds/{fund}/export.csv"):
        header, *rows = _table(client.get(path).data)
        by = [row[header.index("attributed_to")] for row in rows]
        assert by == ["gp@example.com"] * 5 + ["Ana Lyst", person.email]


def test_what_no_cell_holds_is_refused_with_the_way_out(
    client: FlaskClient, engine: Engine
) -> None:
    many = {f"A limited partner with a long name, number {number}": "1" for number in range(700)}
    fund = new_fund(engine, *map(committed, many), called("700", allocations=many))
    answer = client.get(f"/api/funds/{fund}/export.xlsx")
    assert answer.status_code == 422
    assert "choose CSV" in answer.text
    assert client.get(f"/api/funds/{fund}/export.csv").status_code == 200


def test_the_api_takes_its_own_parameters(client: FlaskClient, fund: UUID) -> None:
    url = f"/api/funds/{fund}/export.xlsx"
    answer = client.get(f"{url}?what=state&at=2010-12-31")
    assert str(answer.mimetype).endswith("spreadsheetml.sheet")
    assert ["nav", "700"] in [row[:2] for row in _table(answer.data)]
    for query, field in (
        ("what=all", "what"),
        ("as_of=2010-12-31", "as_of"),
        ("through=9", "through"),
    ):
        refused = client.get(f"{url}?{query}")
        assert refused.status_code == 400
        assert refused.json["errors"][0]["field"] == field  # type: ignore[index]


def test_what_there_is_none_of_is_refused_in_words(client: FlaskClient, fund: UUID) -> None:
    answer = client.get(f"/funds/{fund}/export.csv?what=all")
    assert answer.status_code == 400
    assert "choose one of events, state, holdings" in answer.text
    year = datetime.now(UTC).year + 40
    assert client.get(f"/funds/{fund}/export.csv?as_of={year}-01-01").status_code == 400
