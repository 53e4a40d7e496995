"""The charts as a page, as a part of the fund's page, and as files."""

from __future__ import annotations

import json
import re
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from app.services.sheets import read_rows
from tests.web.charts.charted import charts

_PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_the_first_load_has_neither_charts_nor_what_draws_them(
    client: FlaskClient, fund: UUID
) -> None:
    page = client.get(f"/funds/{fund}/?as_of=2010-06-30").text
    assert not re.search(r'src="[^"]*plotly', page)
    assert "application/json" not in page
    [asked] = re.findall(r'id="charts"[^>]* hx-get="([^"]+)"', page)
    assert asked == f"/funds/{fund}/charts/?as_of=2010-06-30"
    assert f'<a class="button" href="{asked}">' in page, "without JavaScript a link leads there"


def test_a_part_holds_figures_as_they_are_made(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    part = client.get(f"/funds/{fund}/charts/?as_of=2010-12-31", headers=_PARTIAL).text
    assert "<html" not in part
    found = re.findall(r'<script type="application/json">(.*?)</script>', part)
    made = charts(engine, fund, "2010-12-31").charts
    assert [json.loads(each) for each in found] == [each.figure for each in made]


def test_each_day_of_a_table_leads_to_the_fund_on_that_day(client: FlaskClient, fund: UUID) -> None:
    page = client.get(f"/funds/{fund}/charts/").text
    assert f'<a href="/funds/{fund}/?as_of=2010-06-30">30 Jun 2010</a>' in page


@pytest.mark.parametrize("name", ["j-curve", "multiples", "nav"])
def test_a_file_holds_the_numbers_of_a_chart(
    client: FlaskClient, engine: Engine, fund: UUID, name: str
) -> None:
    page = client.get(f"/funds/{fund}/charts/?as_of=2010-12-31").text
    links = map(unescape, re.findall(r'href="([^"]+\.csv[^"]*)"', page))
    [link] = [each for each in links if f"/{name}.csv" in each]
    answer = client.get(link)
    assert answer.mimetype == "text/csv"
    rows = [[str(cell) for cell in row.cells] for row in read_rows(answer.data)]
    [chart] = [each for each in charts(engine, fund, "2010-12-31").charts if each.name == name]
    assert rows[0] == [chart.head, *(each.name for each in chart.columns)]
    assert [row[0] for row in rows[1:]] == [str(each) for each in chart.labels]
    for index, column in enumerate(chart.columns, 1):
        drawn = [float(row[index]) if row[index] else None for row in rows[1:]]
        assert drawn == column.numbers


def test_taking_a_file_is_noted(client: FlaskClient, engine: Engine, fund: UUID) -> None:
    client.get(f"/funds/{fund}/charts/nav.csv?as_of=2010-12-31")
    query = "SELECT after FROM audit_event WHERE fund_id = :fund ORDER BY sequence DESC LIMIT 1"
    with engine.connect() as connection:
        noted = connection.scalar(text(query), {"fund": fund})
    assert noted == {"what": "chart nav", "as_of": "2010-12-31", "through": 11, "to": "csv"}


def test_a_chart_that_is_not_there_is_not_found(client: FlaskClient, fund: UUID) -> None:
    assert client.get(f"/funds/{fund}/charts/pie.csv").status_code == 404
