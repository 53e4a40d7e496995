"""No page has a violation that axe can find, or scrolls sideways on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from e2e.conftest import Funds, Troubles
from e2e.snapshots_page import SnapshotsPage

_LOGS = ["", "?before=70&type=VALUATION_UPDATED", "?company=orchard", "?start=31/12/2012&type=CALL"]
_VIEWS = ["", "?as_of=2021-12-31&known_at=2022-01-15", "?as_of=2018-02-01&sort=-cost"]


def _addresses(funds: Funds, empty_site: str) -> list[str]:
    return [
        *(funds.example + view for view in _VIEWS),
        *(f"{funds.example}timeline{query}" for query in _LOGS),
        f"{funds.example}snapshots/",
        f"{funds.example}snapshots/?before=00000000-0000-7000-8000-000000000000",
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
    context = _context(browser, scheme, width)
    page = context.new_page()
    troubles = Troubles()
    troubles.watch(page)
    for address in _addresses(funds, empty_site):
        page.goto(address)
        _assert_accessible(page)
    troubles.expect("404")
    troubles.expect("422")
    assert not troubles.seen
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_snapshots_are_accessible_at_every_stage(
    browser: Browser, funds: Funds, scheme: str, width: int
) -> None:
    context = _context(browser, scheme, width)
    snapshots = SnapshotsPage(context.new_page(), funds.example)
    snapshots.open()
    said = f"as seen in {scheme} at {width}"
    with funds.worker_asleep():
        snapshots.take("2021-12-31", said)
        expect(snapshots.work).to_have_count(1)
        _assert_accessible(snapshots.page)
    snapshots.await_taken(said)
    snapshots.verify.click()
    snapshots.await_checked()
    snapshots.take("2021-12-31", "long " * 50)
    expect(snapshots.description).to_have_attribute("aria-invalid", "true")
    _assert_accessible(snapshots.page)
    context.close()


def _context(browser: Browser, scheme: str, width: int) -> BrowserContext:
    return browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    )


def _assert_accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    fits = page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert fits, f"{page.url} scrolls sideways"
