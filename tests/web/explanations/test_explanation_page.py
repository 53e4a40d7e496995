"""The page that explains a figure, as the server sends it."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.domain.figures.explanation import EXPLAINED
from tests.api.answers import body
from tests.ledgers import called, company, investment, mark, new_fund, raw, record

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def fund(engine: Engine) -> UUID:
    fund = new_fund(
        engine, called("1000", "2010-01-15"), company(), investment("600", "2010-03-01")
    )
    record(
        engine,
        fund,
        mark("900", "2010-12-31"),
        raw("DISTRIBUTION_MADE", "2011-03-01", amount="50"),
    )
    return fund


def _page(client: FlaskClient, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize(
    "page", ["explain/invested/", "compare/?from_at=2010-12-31&from_through=5&to_at=2010-12-31"]
)
def test_an_event_is_on_the_page_of_the_timeline_that_its_link_leads_to(
    client: FlaskClient, engine: Engine, fund: UUID, page: str
) -> None:
    record(engine, fund, called("70", "2010-04-01"))
    record(engine, fund, *(called(str(number), "2012-02-03") for number in range(1, 121)))
    found = _page(client, f"/funds/{fund}/{page}")
    links = re.findall(rf'href="(/funds/{fund}/timeline[^"]*)#(event-\d+)" class="number"', found)
    assert ("event-7" if "compare" in page else "event-4") in dict(map(reversed, links))
    for link, anchor in links:
        assert f'id="{anchor}"' in _page(client, link.replace("&amp;", "&"))


@pytest.mark.parametrize("figure", EXPLAINED)
def test_each_figure_has_a_page_that_says_what_the_state_says(
    client: FlaskClient, fund: UUID, figure: str
) -> None:
    page = _page(client, f"/funds/{fund}/explain/{figure}/?as_of=2011-06-30")
    state = body(client.get(f"/api/funds/{fund}/state?at=2011-06-30"))
    said = re.search(r'<data value="([^"]*)" data-testid="explained">', page)
    assert said
    assert said[1] == (state["figures"][figure] or "")


def test_the_fund_page_links_each_figure_to_its_explanation_from_the_same_view(
    client: FlaskClient, fund: UUID
) -> None:
    page = _page(client, f"/funds/{fund}/?as_of=2011-01-31&through=5")
    links = re.findall(r'<a class="why" href="([^"]*/explain/[^"]*)"', page)
    assert len(links) >= 20
    assert all(each.endswith("?as_of=2011-01-31&amp;through=5") for each in links)
    for link in {each.replace("&amp;", "&") for each in links}:
        assert client.get(link).status_code == 200
    part = _page(client, f"/funds/{fund}/?as_of=2011-01-31&through=5", **PARTIAL)
    assert links[0] in part


def test_the_way_back_leads_to_the_view_that_one_came_from(client: FlaskClient, fund: UUID) -> None:
    page = _page(client, f"/funds/{fund}/explain/nav/?as_of=2011-01-31&known_at=2011-02-01")
    back = re.search(r'<a href="([^"]*)" data-testid="back-to-fund">', page)
    assert back
    assert back[1] == f"/funds/{fund}/?as_of=2011-01-31&amp;known_at=2011-02-01"


def test_groups_open_their_events_page_by_page(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    calls = [called(str(number), f"2012-01-{number % 28 + 1:02}") for number in range(1, 61)]
    record(engine, fund, *calls)
    page = _page(client, f"/funds/{fund}/explain/nav/?by=type&group=CAPITAL_CALLED")
    assert page.count("Capital call</b>") == 50
    assert "61 events of Capital call" in page
    rest = re.search(r'<a href="([^"]*)"[^>]*data-testid="earlier">Earlier events', page)
    assert rest
    second = _page(client, rest[1].replace("&amp;", "&"))
    assert second.count("Capital call</b>") == 11
    assert "Earlier events" not in second


def test_an_amount_of_a_company_is_explained_by_its_own_events(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    record(engine, fund, company("Bolt", on="2010-02-01"), investment("70", "2010-04-01", "Bolt"))
    held = body(client.get(f"/api/funds/{fund}/state"))["portfolio_companies"]
    bolt = next(each["id"] for each in held if each["name"] == "Bolt")
    page = _page(client, f"/funds/{fund}/explain/fair_value/?company={bolt}")
    assert "Bolt: Fair value" in page
    assert page.count("<tr>") == 3  # the head, the investment, the sum, and nothing of Acme
    assert client.get(f"/funds/{fund}/explain/tvpi/?company={bolt}").status_code == 404
    assert client.get(f"/funds/{fund}/explain/fair_value/?company={fund}").status_code == 404


def test_what_is_no_figure_or_no_group_is_refused(client: FlaskClient, fund: UUID) -> None:
    assert client.get(f"/funds/{fund}/explain/nonsense/").status_code == 404
    answer = client.get(f"/funds/{fund}/explain/nav/?by=colour")
    assert answer.status_code == 400
    assert "choose one of type, company, year" in answer.text


def test_before_the_fund_began_nothing_adds_to_it(client: FlaskClient, engine: Engine) -> None:
    fund = new_fund(engine)
    for query in ("", "?by=type", "?as_of=2009-01-01"):
        assert "No event adds to it" in _page(client, f"/funds/{fund}/explain/nav/{query}")


@pytest.mark.parametrize("figure", ["nav", "tvpi", "net_irr", "accrued_carry"])
def test_all_of_it_can_be_taken_along(client: FlaskClient, fund: UUID, figure: str) -> None:
    answer = client.get(f"/funds/{fund}/explain/{figure}/export.csv?as_of=2011-06-30")
    assert answer.status_code == 200
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    value = body(client.get(f"/api/funds/{fund}/state?at=2011-06-30"))["figures"][figure]
    if figure == "nav":
        head, *events, total = rows
        assert head[-1] == "nav"
        assert sum(Decimal(each[-1]) for each in events) == Decimal(total[-1]) == Decimal(value)
    else:
        assert Decimal(rows[-1][2]) == Decimal(value)
    xlsx = client.get(f"/funds/{fund}/explain/{figure}/export.xlsx?as_of=2011-06-30")
    assert xlsx.data.startswith(b"PK")
