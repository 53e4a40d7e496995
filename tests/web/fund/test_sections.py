"""The menu of a fund's pages: the work in its order, the settings apart from it."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine

from tests.ledgers import new_fund
from tests.people import member, signed_in

SETTINGS = ["Terms", "Access", "Snapshots", "Jobs"]


@pytest.fixture
def fund(engine: Engine) -> UUID:
    return new_fund(engine)


def _menu(html: str) -> tuple[list[str], list[str], list[str]]:
    """Return the pages, the settings, and which of them say that they are the page at hand."""
    row, _, after = html.partition('class="sections">')[2].partition("</nav>")
    behind = after.partition('class="settings"')[2].partition("</details>")[0]
    links = r"<a [^>]*>([^<]+)</a>"
    current = re.findall(r'aria-current="page">([^<]+)</a>', row + behind)
    return re.findall(links, row), re.findall(links, behind), current


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        (
            "gp",
            [
                "Overview",
                "Portfolio",
                "Variance",
                "Timeline",
                "Record",
                "Valuations",
                "Period close",
            ],
        ),
        ("viewer", ["Overview", "Portfolio", "Variance", "Timeline", "Valuations", "Period close"]),
    ],
)
def test_the_pages_stand_in_the_order_of_the_work(
    app: Flask, engine: Engine, fund: UUID, role: str, pages: list[str]
) -> None:
    html = signed_in(app, member(engine, fund, role)).get(f"/funds/{fund}/timeline").text
    assert _menu(html) == (pages, SETTINGS, ["Timeline"])
    assert 'aria-label="Fund settings"' in html


@pytest.mark.parametrize(
    ("address", "current"),
    [
        ("", "Overview"),
        ("record/capital-called", "Record"),
        ("valuations/", "Valuations"),
        ("books/", "Period close"),
        ("terms/amend", "Terms"),
        ("people/", "Access"),
        ("snapshots/", "Snapshots"),
        ("jobs/", "Jobs"),
    ],
)
def test_each_page_says_where_it_stands(
    app: Flask, engine: Engine, fund: UUID, address: str, current: str
) -> None:
    gp = signed_in(app, member(engine, fund, "gp"))
    assert _menu(gp.get(f"/funds/{fund}/{address}").text)[2] == [current]
