"""The list of funds in charts: those that the list shows, on its day."""

from __future__ import annotations

import json
import re
from html import unescape
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.services.sheets import read_rows
from tests.ledgers import called, company, investment, mark, new_fund

_PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def names(engine: Engine) -> tuple[str, str]:
    """Two funds whose names nobody else has."""
    first, second = (f"{alike} {number}" for alike in [uuid4().hex] for number in "12")
    for name, value in ((first, "500"), (second, "250")):
        events = called("1000", "2010-01-15"), company(), investment("400", "2010-02-01")
        new_fund(engine, *events, mark(value, "2010-06-30"), name=name)
    return first, second


def _figures(page: str) -> dict[str, list[dict[str, object]]]:
    found = re.findall(
        r'data-name="([^"]+)".*?<script type="application/json">(.*?)</script>', page, re.DOTALL
    )
    return {name: json.loads(figure)["data"] for name, figure in found}


def test_the_list_asks_for_its_charts(client: FlaskClient, names: tuple[str, str]) -> None:
    asked = f"search={names[0][:32]}&as_of=2010-06-30"
    page = client.get(f"/funds/?{asked}").text
    [address] = map(unescape, re.findall(r'id="charts"[^>]* hx-get="([^"]+)"', page))
    assert address.startswith("/funds/charts/?")
    part = client.get(address, headers=_PARTIAL).text
    assert "<html" not in part
    figures = _figures(part)
    assert set(figures) == {"vintages-usd", "funds-usd"}
    [navs] = figures["funds-usd"]
    assert dict(zip(navs["y"], navs["x"], strict=True)) == {names[0]: 1080.0, names[1]: 850.0}  # type: ignore[call-overload]
    dpi, tvpi = figures["vintages-usd"]
    assert (tvpi["y"], dpi["y"]) == ([0.965], [0.0])


def test_charts_follow_the_day(client: FlaskClient, names: tuple[str, str]) -> None:
    page = client.get(f"/funds/charts/?search={names[0]}&as_of=2010-03-31").text
    [navs] = _figures(page)["funds-usd"]
    assert navs["x"] == [1000.0]
    empty = client.get(f"/funds/charts/?search={names[0]}&as_of=2009-03-31").text
    assert "No fund has begun by 31 Mar 2009" in empty


def test_a_file_holds_the_numbers(client: FlaskClient, names: tuple[str, str]) -> None:
    query = f"search={names[0]}&as_of=2010-06-30"
    answer = client.get(f"/funds/charts/funds-usd.csv?{query}")
    rows = [[str(cell) for cell in row.cells] for row in read_rows(answer.data)]
    assert rows == [["Fund", "Net NAV"], [names[0], "1080"]]
    assert client.get(f"/funds/charts/funds-xyz.csv?{query}").status_code == 404
