"""No page has a violation that axe can find, or scrolls sideways on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from e2e.conftest import Funds, Troubles

_LOGS = ["", "?before=70&type=VALUATION_UPDATED", "?company=orchard", "?start=31/12/2012&type=CALL"]
_VIEWS = ["", "?as_of=2021-12-31&known_at=2022-01-15", "?as_of=2018-02-01&sort=-cost"]


def _addresses(funds: Funds, empty_site: str) -> list[str]:
    return [
        *(funds.example + view for view in _VIEWS),
        *(f"{funds.example}timeline{query}" for query in _LOGS),
        f"{funds.site}funds/",
        f"{funds.site}funds/?search=nothing",
        f"{funds.site}nowhere",
        f"{funds.site}api/",
        f"{empty_site}funds/",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_is_accessible(
    browser: Browser, funds: Funds, empty_site: str, scheme: str, width: int
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    troubles = Troubles()
    troubles.watch(page)
    for address in _addresses(funds, empty_site):
        page.goto(address)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}\n{found.generate_report()}"
        assert _fits(page), f"{address} scrolls sideways at {width}"
    troubles.expect("404")
    troubles.expect("422")
    assert not troubles.seen
    context.close()


def _fits(page: Page) -> bool:
    fits: bool = page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    return fits
