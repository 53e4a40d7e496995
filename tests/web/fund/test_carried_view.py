"""The view of a fund goes along its pages."""

from __future__ import annotations

import re
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.ledgers import called, new_fund

VIEW = "as_of=2010-06-30&known_at=2026-01-15"


@pytest.fixture
def fund(engine: Engine) -> UUID:
    return new_fund(engine, called("100"))


def _links(html: str) -> list[str]:
    menu = html.partition('class="sections">')[2].partition("<main")[0]
    return [unescape(each) for each in re.findall(r'href="(/funds/[^/]+/[^"]*)"', menu)]


@pytest.mark.parametrize(
    "page",
    [
        "",
        "timeline",
        "record/",
        "valuations/",
        "books/",
        "terms/",
        "people/",
        "snapshots/",
        "jobs/",
    ],
)
def test_each_page_of_a_fund_leads_to_the_others_in_the_same_view(
    client: FlaskClient, fund: UUID, page: str
) -> None:
    answer = client.get(f"/funds/{fund}/{page}?{VIEW}")
    assert answer.status_code == 200, page
    links = _links(answer.text)
    assert len(links) >= 8
    assert {each.partition("?")[2] for each in links} == {VIEW}
    today = _links(client.get(f"/funds/{fund}/{page}").text)
    assert {each.partition("?")[2] for each in today} == {""}


def test_the_view_of_one_fund_is_not_that_of_another(client: FlaskClient, fund: UUID) -> None:
    client.get(f"/funds/{fund}/?{VIEW}")
    assert VIEW not in unescape(client.get("/funds/").text)


def test_all_events_are_those_up_to_the_day_and_lead_back(client: FlaskClient, fund: UUID) -> None:
    html = client.get(f"/funds/{fund}/?{VIEW}").text
    link = re.search(r'href="([^"]*)" data-testid="to-timeline"', html)
    assert link
    address = unescape(link[1])
    assert address.endswith(f"?{VIEW}&end=2010-06-30")
    log = client.get(address).text
    assert f'href="/funds/{fund}/?{VIEW.replace("&", "&amp;")}"' in log
    for name, value in (("as_of", "2010-06-30"), ("known_at", "2026-01-15")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in log
