"""The page that compares two viewpoints, as the server sends it."""

from __future__ import annotations

import re
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.services.reads import comparisons
from app.services.sheets import read_rows
from tests.ledgers import closed_fund, mark, raw, record


@pytest.fixture
def fund(engine: Engine) -> UUID:
    """Return a fund whose year-end mark was corrected after the close, before the next close."""
    fund = closed_fund(engine)
    record(
        engine,
        fund,
        mark("700", "2010-12-31", adjustment=True),
        mark("800", "2011-03-31"),
        raw("PERIOD_CLOSED", "2011-03-31", closed_through="2011-03-31"),
    )
    return fund


def _page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


def _shortcut(page: str, name: str) -> str:
    found = re.search(rf'<a href="([^"]*)">{name}</a>', page)
    assert found, name
    return found[1].replace("&amp;", "&")


def test_without_viewpoints_it_compares_today_with_a_year_ago(
    client: FlaskClient, fund: UUID
) -> None:
    assert "Net NAV: " in _page(client, f"/funds/{fund}/compare/")


def test_it_begins_with_the_view_that_a_link_carries_along(client: FlaskClient, fund: UUID) -> None:
    page = _page(client, f"/funds/{fund}/compare/?as_of=2010-12-31&through=6")
    assert "Q4 2010 as reported" in page
    fund_page = _page(client, f"/funds/{fund}/?as_of=2010-12-31&through=6")
    link = re.search(r'<a href="([^"]*)" data-testid="why-restated">', fund_page)
    assert link
    assert "from_through=6" in link[1]
    assert "Became known since" in _page(client, link[1].replace("&amp;", "&"))


def test_a_roll_forward_shows_prior_period_adjustments_in_a_column_of_their_own(
    client: FlaskClient, fund: UUID
) -> None:
    page = _page(client, f"/funds/{fund}/compare/")
    rolled = _page(client, _shortcut(page, "Roll-forward from Q4 2010 to Q1 2011"))
    assert "Q4 2010 as reported" in rolled
    assert "Q1 2011 as reported" in rolled
    assert "Prior-period adjustments</th>" in rolled
    step = re.search(r"Unrealised gain</th>(.*?)</tr>", rolled)
    assert step
    assert re.findall(r"[−+]\$[\d,]+", step[1]) == ["−$200", "+$100", "−$100"]


def test_a_restatement_names_each_event_with_its_effect(client: FlaskClient, fund: UUID) -> None:
    page = _page(client, f"/funds/{fund}/compare/")
    restated = _page(client, _shortcut(page, "Q4 2010: as reported and latest"))
    assert "Happened in between" not in restated
    assert "Prior-period adjustment</span>" in restated
    assert re.search(r'data-testid="restated-sum">−\$200<', restated)


def test_an_amount_that_is_none_is_told(client: FlaskClient, fund: UUID) -> None:
    answer = client.get(f"/funds/{fund}/compare/?figure=navv")
    assert answer.status_code == 400
    assert "is no amount: use one of committed, " in answer.text


def test_the_effects_are_those_on_the_figure_that_is_asked_for(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    record(engine, fund, raw("DISTRIBUTION_MADE", "2011-05-02", amount="50"))
    path = f"/funds/{fund}/compare/?from_at=2010-12-31&from_through=6&to_at=2011-06-30&figure="
    nav = _page(client, path + "nav")
    assert re.search(r'data-testid="restated-sum">−\$200<', nav)
    assert re.search(r'data-testid="happened-sum">\+\$50<', nav)
    cash = _page(client, path + "cash")
    assert "None of the 1 event changed Cash." in cash
    assert re.search(r'data-testid="happened-sum">−\$50<', cash)
    explained = _page(client, f"/funds/{fund}/explain/cash/?as_of=2010-12-31&through=6")
    link = re.search(r'<a class="button" href="([^"]*)">Compare', explained)
    assert link
    assert "changed Cash" in _page(client, link[1].replace("&amp;", "&"))


def test_of_too_many_events_the_effects_are_left_out_and_the_timeline_leads_to_all(
    client: FlaskClient, fund: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparisons, "MOST_EFFECTS", 0)
    page = _page(client, f"/funds/{fund}/compare/?from_at=2010-12-31&from_through=6")
    assert "too many to work out the effect of each" in page
    link = re.search(r'<a href="([^"]*)">All of them, in the timeline', page)
    assert link
    assert client.get(link[1].replace("&amp;", "&")).status_code == 200


def test_a_fault_names_its_own_field(client: FlaskClient, fund: UUID) -> None:
    answer = client.get(f"/funds/{fund}/compare/?from_at=31/12/2012")
    assert answer.status_code == 400
    assert "31/12/2012" in answer.text


@pytest.mark.parametrize("name", ["bridge", "bridge-companies"])
def test_a_chart_of_the_bridge_gives_its_numbers_as_a_file(
    client: FlaskClient, fund: UUID, name: str
) -> None:
    page = _page(client, f"/funds/{fund}/compare/?from_at=2010-12-31&from_through=6")
    [link] = re.findall(rf'href="([^"]*/{name}\.csv[^"]*)"', page)
    answer = client.get(unescape(link))
    assert answer.mimetype == "text/csv"
    found = [[str(cell) for cell in row.cells] for row in read_rows(answer.data)]
    assert found[0][1:] == ["Amount", "Net NAV"]
    assert [row[1] for row in found[1:]] == ["1240", "-100", "20", "1160"]


def test_a_chart_that_is_not_there_has_no_file(client: FlaskClient, fund: UUID) -> None:
    assert client.get(f"/funds/{fund}/compare/pie.csv").status_code == 404


def test_where_nothing_differs_nothing_is_drawn(client: FlaskClient, fund: UUID) -> None:
    page = _page(client, f"/funds/{fund}/compare/?from_at=2011-12-31&to_at=2011-12-31")
    assert "application/json" not in page
