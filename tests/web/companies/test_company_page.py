"""The page of a company, as the server sends it."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.services.sheets import read_rows
from tests.api.answers import body
from tests.ledgers import called, company, investment, mark, new_fund, raw, record


@pytest.fixture
def fund(engine: Engine) -> UUID:
    return new_fund(
        engine,
        called("1000", "2010-01-15"),
        company(),
        raw("INVESTMENT_MADE", "2010-03-01", company="Acme", amount="600", round="seed",
            ownership="0.1", shares="60", price_per_share="10", post_money="6000"),
        mark("900", "2010-12-31"),
        raw("PROCEEDS_RECEIVED", "2011-02-01", company="Acme", amount="500", kind="partial_exit",
            fraction_sold="0.5"),
        company("Bolt", on="2010-02-01"),
        investment("70", "2010-04-01", "Bolt"),
    )  # fmt: skip


def _url(client: FlaskClient, fund: UUID, name: str) -> str:
    held = body(client.get(f"/api/funds/{fund}/state"))["portfolio_companies"]
    return f"/funds/{fund}/companies/{next(each['id'] for each in held if each['name'] == name)}/"


def _page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_company_shows_rounds_marks_and_proceeds_with_what_they_did(
    client: FlaskClient, fund: UUID
) -> None:
    page = _page(client, _url(client, fund, "Acme"))
    [rounds] = re.findall(r'data-testid="rounds">.*?</table>', page, re.DOTALL)
    assert all(each in rounds for each in ("Seed", "$600", "$10", "$6,000", "– → 10.0%"))
    [proceeds] = re.findall(r'data-testid="proceeds">.*?</table>', page, re.DOTALL)
    assert all(each in proceeds for each in ("Partial exit", "$500", "$300", "$200"))
    [gains] = re.findall(r'data-testid="gains">.*?</dl>', page, re.DOTALL)
    assert re.findall(r">(−?\$\d+)<", gains) == ["$200", "$0", "$150", "$350"]


def test_a_company_is_seen_from_the_viewpoint_of_the_address(
    client: FlaskClient, fund: UUID
) -> None:
    acme = _url(client, fund, "Acme")
    page = _page(client, f"{acme}?as_of=2010-12-31")
    assert 'data-testid="proceeds"' not in page
    assert f'href="/funds/{fund}/?as_of=2010-12-31"' in page
    before = _page(client, f"{acme}?as_of=2010-02-01")
    assert "Nothing is invested at this date" in before
    assert "the holding stands at cost" in before


def test_every_mention_of_a_company_leads_to_its_page(client: FlaskClient, fund: UUID) -> None:
    path = _url(client, fund, "Acme")
    compared = f"/funds/{fund}/compare/?from_at=2010-12-31&to_at=2011-03-01"
    for page in (f"/funds/{fund}/", compared):
        assert f'href="{path}' in _page(client, page)


def test_a_company_of_another_fund_is_none_of_this(client: FlaskClient, fund: UUID) -> None:
    assert client.get(f"/funds/{fund}/companies/{uuid4()}/").status_code == 404


def test_a_company_in_which_nothing_is_invested_yet_says_so(
    client: FlaskClient, engine: Engine, fund: UUID
) -> None:
    record(engine, fund, company("Cask", on="2011-05-01"))
    assert "Nothing is invested yet" in _page(client, _url(client, fund, "Cask"))


def test_the_timeline_leads_to_the_company_of_an_event(client: FlaskClient, fund: UUID) -> None:
    page = _page(client, f"/funds/{fund}/timeline?type=VALUATION_UPDATED")
    path = _url(client, fund, "Acme")
    assert f'<a href="{path}?as_of=2010-12-31">View company<' in page
    assert "View company" not in _page(client, f"/funds/{fund}/timeline?type=CAPITAL_CALLED")


def test_a_chart_of_a_company_gives_its_numbers_as_a_file(client: FlaskClient, fund: UUID) -> None:
    page = _page(client, f"{_url(client, fund, 'Acme')}?as_of=2010-12-31")
    [link] = re.findall(r'href="([^"]*/holding-value\.csv[^"]*)"', page)
    answer = client.get(link)
    assert answer.mimetype == "text/csv"
    rows = [[str(cell) for cell in row.cells] for row in read_rows(answer.data)]
    assert rows[0] == ["Day", "Fair value", "Remaining cost", "Round", "Mark"]
    assert rows[-1][:3] == ["2010-12-31", "900", "600"]
    assert client.get(link.replace("holding-value", "pie")).status_code == 404
