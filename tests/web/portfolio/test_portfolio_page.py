"""The companies of a fund in charts: as a page, as a part of it, and as files."""

from __future__ import annotations

import json
import re
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.services.sheets import read_rows
from tests.ledgers import called, company, investment, mark, new_fund, raw
from tests.web.charts.charted import portfolio

_PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def fund(engine: Engine) -> UUID:
    return new_fund(
        engine,
        called("1000", "2010-01-15"),
        company(),
        investment("400", "2010-02-01"),
        raw("RESERVE_ALLOCATED", "2010-02-02", company="Acme", amount="100"),
        mark("900", "2010-06-30"),
    )


def test_the_page_holds_the_charts_of_its_day(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    part = client.get(f"/funds/{fund}/portfolio/?as_of=2010-03-31", headers=_PARTIAL).text
    assert "<html" not in part
    found = re.findall(r'<script type="application/json">(.*?)</script>', part)
    made = portfolio(engine, fund, "2010-03-31").all
    assert [json.loads(each) for each in found] == [each.figure for each in made]
    whole = client.get(f"/funds/{fund}/portfolio/").text
    assert f'<a href="/funds/{fund}/portfolio/" aria-current="page">Portfolio</a>' in whole


@pytest.mark.parametrize("name", ["value", "reserves", "by-year"])
def test_a_file_holds_the_numbers_of_a_chart(
    client: FlaskClient, engine: Engine, fund: UUID, name: str
) -> None:
    page = client.get(f"/funds/{fund}/portfolio/?as_of=2010-12-31").text
    links = map(unescape, re.findall(r'href="([^"]+\.csv[^"]*)"', page))
    [link] = [each for each in links if f"/{name}.csv" in each]
    answer = client.get(link)
    rows = [[str(cell) for cell in row.cells] for row in read_rows(answer.data)]
    [chart] = [each for each in portfolio(engine, fund, "2010-12-31").all if each.name == name]
    assert rows[0] == [chart.head, *(each.name for each in chart.columns)]
    assert [row[0] for row in rows[1:]] == [str(each) for each in chart.labels]


def test_before_the_first_investment_it_says_so(client: FlaskClient, fund: UUID) -> None:
    page = client.get(f"/funds/{fund}/portfolio/?as_of=2010-01-31").text
    assert "Nothing was invested by 31 Jan 2010" in page
    assert "application/json" not in page


def test_a_chart_that_is_not_there_is_not_found(client: FlaskClient, fund: UUID) -> None:
    assert client.get(f"/funds/{fund}/portfolio/pie.csv").status_code == 404
