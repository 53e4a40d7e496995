"""The list of funds: found by name, a page at a time."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.auth import route_rules
from app.services.funds.portfolio import COLUMNS
from app.services.sheets import FORMATS, Format, read_rows
from app.web.fund.fund_list import LABELS
from tests.ledgers import (
    DAMAGES,
    called,
    committed,
    company,
    damage,
    investment,
    mark,
    new_fund,
    raw,
)
from tests.people import signed_in, somebody


def test_home_leads_to_the_funds(client: FlaskClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.location) == (302, "/funds/")


def test_every_column_can_be_sorted_by() -> None:
    assert tuple(LABELS) == COLUMNS


def test_a_fund_is_found_by_a_part_of_its_name_in_any_case(
    client: FlaskClient, engine: Engine
) -> None:
    name = uuid4().hex
    new_fund(engine, called("100"), name=f"Élan {name} 100%_I")
    new_fund(engine, name=f"Other {name}")
    found = client.get(f"/funds/?search=ÉLAN  {name}").text
    assert found.count('data-testid="fund"') == 1
    assert "$100" in found
    # Signs that a database reads as a pattern are only signs here.
    assert client.get(f"/funds/?search={name} 100%25_").text.count('data-testid="fund"') == 1
    assert "No fund is named like" in client.get(f"/funds/?search={name}_").text


def test_many_funds_come_a_page_at_a_time(client: FlaskClient, engine: Engine) -> None:
    name = uuid4().hex
    for number in range(25 + 1):
        new_fund(engine, name=f"{name} {number:03}")
    first = client.get(f"/funds/?search={name}").text
    assert first.count('data-testid="fund"') == 25
    assert f"{25 + 1} funds, page 1 of 2" in first
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    last = client.get(f"/funds/?search={name}&page=2").text
    assert last.count('data-testid="fund"') == 1
    assert 'rel="prev"' in last
    for beyond in ("99", "0", "x"):
        assert client.get(f"/funds/?search={name}&page={beyond}").status_code == 200
    all_of_them = client.get(f"/funds/?search={name}&per_page=50").text
    assert all_of_them.count('data-testid="fund"') == 26
    assert client.get(f"/funds/?search={name}&per_page=7").text.count('data-testid="fund"') == 25


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
        view = "?as_of=2010-12-31" if "as_of" in page else ""
        assert f'href="/funds/{fund}/timeline{view}"' in answer.text
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
    name = uuid4().hex
    new_fund(engine, called("100"), name=f"Sound {name}")
    for number, payload in enumerate(DAMAGES):
        damaged = new_fund(engine, called("200"), name=f"Damaged {number} {name}")
        damage(owner_engine, damaged, payload)
    answer = client.get(f"/funds/?search={name}")
    assert answer.status_code == 200
    assert answer.text.count('data-testid="fund"') == 4
    assert answer.text.count("ledger cannot be read: run <code>flask ledger verify</code>") == 3
    assert "$100" in answer.text
    assert str(damaged) in caplog.text


LIFE = (committed("Alma", "200"), called("100"), company(), investment("80"), mark("130"))
SOLD = raw("PROCEEDS_RECEIVED", "2012-06-30", company="Acme", amount="300", kind="full_exit")
PAID = raw("DISTRIBUTION_MADE", "2012-07-31", amount="320")


def _rows(page: str) -> list[str]:
    return re.findall(r'data-testid="fund">.*?</tr>', page, re.DOTALL)


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_every_fund_is_seen_on_the_day_in_the_address(client: FlaskClient, engine: Engine) -> None:
    name = uuid4().hex
    fund = new_fund(engine, *LIFE, SOLD, PAID, name=name)
    page = client.get(f"/funds/?search={name}&as_of=2010-06-30").text
    assert "All funds on <b>30 Jun 2010</b>" in page
    assert f'href="/funds/{fund}/?as_of=2010-06-30"' in page
    assert _words(_rows(page)[0]).endswith("$200 $100 $0 $100 $100 1.00× 0.00× n/m")
    assert _words(_rows(client.get(f"/funds/?search={name}&as_of=2011-12-31").text)[0]).endswith(
        "$200 $100 $0 $150 $140 1.40× 0.00× 18.7%"
    )
    today = client.get(f"/funds/?search={name}").text
    assert "All funds on" not in today
    assert "wound up" in _rows(today)[0]
    before = client.get(f"/funds/?search={name}&as_of=2009-12-31").text
    assert "begins after 31 Dec 2009" in _rows(before)[0]


def test_curves_of_a_page_share_a_scale_that_is_written(
    client: FlaskClient, engine: Engine
) -> None:
    name = uuid4().hex
    new_fund(engine, *LIFE, name=f"a {name}")
    new_fund(engine, called("7", "2010-03-02"), name=f"b {name}", on="2010-03-02")
    page = client.get(f"/funds/?search={name}&as_of=2011-01-01").text
    assert "NAV, Jan 2010 – Jan 2011" in page
    assert page.count('viewBox="0 0 365 100"') == 2
    assert re.findall(r'transform="translate\((\d+)\)"', page) == ["0", "60"]


@pytest.mark.parametrize(
    "query", ["as_of=yesterday", "as_of=1850-01-01", "vintage=x", "state=closed"]
)
def test_what_cannot_be_read_is_refused_by_name(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/funds/?{query}")
    assert answer.status_code == 400
    part = client.get(f"/funds/?{query}", headers={"HX-Request": "true"})
    assert part.headers["HX-Retarget"] == "#alerts"


def test_columns_are_sorted_by_links_that_say_how(client: FlaskClient, engine: Engine) -> None:
    name = uuid4().hex
    new_fund(engine, *LIFE, name=f"a {name}")
    new_fund(engine, *LIFE, called("50", "2010-02-01"), name=f"b {name}")
    page = client.get(f"/funds/?search={name}&sort=paid_in").text
    assert page.index(f">b {name}") < page.index(f">a {name}")
    assert page.count("aria-sort=") == 1
    assert re.search(r'aria-sort="descending">\s*<a id="list-sort-paid_in"', page)
    assert f'href="/funds/?search={name}&amp;sort=-paid_in"' in page
    assert f'href="/funds/?search={name}&amp;sort=net_irr"' in page
    assert f'href="/funds/?search={name}"' in page  # back to the order by name


def test_totals_stand_above_by_currency(client: FlaskClient, engine: Engine) -> None:
    name = uuid4().hex
    close = raw("PERIOD_CLOSED", "2011-01-31", closed_through="2010-12-31")
    new_fund(engine, *LIFE, close, name=f"a {name}")
    new_fund(engine, *LIFE, name=f"b {name}")
    new_fund(engine, called("7"), name=f"c {name}", currency="EUR")
    page = client.get(f"/funds/?search={name}&as_of=2011-02-28").text
    totals = dict(re.findall(r'data-testid="total-(\w+)">(.*?)</tr>', page, re.DOTALL))
    assert _words(totals["USD"]) == "USD 2 funds 1 of 2 $400 $200 $0 $300 $280 1.40× 0.00× 35.0%"
    assert "Closed for Q4 2010" in page
    assert _words(totals["EUR"]).startswith("EUR 1 fund 0 of 1 €0 €7 €0 €7 €7 1.00×")


def test_filters_are_kept_by_all_links(client: FlaskClient, engine: Engine) -> None:
    name = uuid4().hex
    new_fund(engine, *LIFE, name=f"a {name}", vintage_year=2009)
    new_fund(engine, *LIFE, name=f"b {name}", currency="CHF")
    chosen = f"search={name}&vintage=2010&currency=CHF&state=open"
    page = client.get(f"/funds/?{chosen}").text
    assert len(_rows(page)) == 1
    assert (
        f'href="/funds/?{chosen}&amp;sort=nav"'.replace("&v", "&amp;v")
        .replace("&c", "&amp;c")
        .replace("&s", "&amp;s")
        in page
    )
    assert "<option selected>2010</option>" in page
    assert "<option selected>CHF</option>" in page
    assert 'value="open" selected' in page
    none = client.get(f"/funds/?search={name}&vintage=2011").text
    assert "No fund is like this" in none
    assert 'href="/funds/"' in none


def test_todays_date_goes_without_saying(client: FlaskClient) -> None:
    today = datetime.now(UTC).date()
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    part = client.get(f"/funds/?as_of={today}&search=x", headers=headers)
    assert part.headers["HX-Replace-Url"] == "/funds/?search=x"
    same = client.get("/funds/?search=x", headers=headers)
    assert "HX-Replace-Url" not in same.headers


@pytest.mark.parametrize("to", FORMATS)
def test_the_list_is_a_file_of_all_pages(client: FlaskClient, engine: Engine, to: Format) -> None:
    name = uuid4().hex
    for number in range(26):
        new_fund(engine, *LIFE, name=f"{number:02} {name}")
    answer = client.get(f"/funds/export.{to}?search={name}&sort=-fund&as_of=2011-12-31")
    assert answer.status_code == 200
    assert f"Funds 2011-12-31.{to}" in answer.headers["Content-Disposition"]
    header, *rows = (row.cells for row in read_rows(answer.data))
    assert len(rows) == 26
    first = dict(zip(header, rows[0], strict=False))
    assert first["fund"] == f"25 {name}"
    shown = {key: str(first[key]) for key in ("condition", "currency", "nav", "net_nav", "tvpi")}
    assert shown == {
        "condition": "open", "currency": "USD", "nav": "150", "net_nav": "140", "tvpi": "1.4",
    }  # fmt: skip


def test_an_outsiders_list_and_file_are_empty(app: Flask, engine: Engine) -> None:
    new_fund(engine, *LIFE)
    outsider = signed_in(app, somebody(engine))
    assert "No funds yet" in outsider.get("/funds/").text
    assert len(list(read_rows(outsider.get("/funds/export.csv").data))) == 1


def test_typing_a_search_fills_only_the_list(client: FlaskClient) -> None:
    part = client.get("/funds/?search=x", headers={"HX-Request-Type": "partial"})
    assert "<html" not in part.text
