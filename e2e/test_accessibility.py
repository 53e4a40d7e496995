"""No page has a violation that axe can find, or scrolls sideways on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, StorageState, expect

from e2e.conftest import Funds, Troubles
from e2e.snapshots_page import SnapshotsPage

_LOGS = ["", "?before=70&type=VALUATION_UPDATED", "?company=orchard", "?start=31/12/2012&type=CALL"]
_VIEWS = ["", "?as_of=2021-12-31&known_at=2022-01-15", "?as_of=2018-02-01&sort=-cost"]


Session = Callable[[str, str], StorageState]


def _addresses(funds: Funds) -> list[str]:
    return [
        *(funds.example + view for view in _VIEWS),
        *(f"{funds.example}timeline{query}" for query in _LOGS),
        f"{funds.example}record/",
        f"{funds.example}events/1/void",
        f"{funds.example}snapshots/",
        f"{funds.example}snapshots/?before=00000000-0000-7000-8000-000000000000",
        f"{funds.site}funds/",
        f"{funds.site}funds/?search=nothing",
        f"{funds.site}nowhere",
        f"{funds.site}api/",
        f"{funds.example}people/",
        f"{funds.site}people/",
        f"{funds.site}account/",
    ]


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[360, 1280])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@contextmanager
def _page(
    browser: Browser, width: int, scheme: str, session: StorageState | None = None
) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        storage_state=session,
    )
    yield context.new_page()
    context.close()


def test_every_page_is_accessible(
    browser: Browser, funds: Funds, session_of: Session, scheme: str, width: int
) -> None:
    with _page(browser, width, scheme, session_of(funds.site, "admin")) as page:
        troubles = Troubles()
        troubles.watch(page)
        for address in _addresses(funds):
            page.goto(address)
            _check(page, width)
        troubles.expect("404")
        troubles.expect("422")
        assert not troubles.seen


def test_what_appears_on_the_way_is_accessible_too(
    browser: Browser, funds: Funds, session_of: Session, scheme: str, width: int
) -> None:
    with _page(browser, width, scheme, session_of(funds.site, "admin")) as page:
        page.goto(f"{funds.site}account/")
        page.get_by_test_id("account").locator("summary").click()
        _check(page, width)
        page.get_by_label("What it is for").fill(f"A program in {scheme} at {width}")
        page.get_by_role("button", name="Make a token").click()
        expect(page.get_by_test_id("secret")).to_be_visible()
        _check(page, width)
        page.get_by_role("button", name="Change password").click()
        _check(page, width)
        page.goto(f"{funds.example}people/")
        page.get_by_label("Email").fill("nobody@example.com")
        page.get_by_role("button", name="Add", exact=True).click()
        _check(page, width)
        page.get_by_role("button", name="Change the role of Viewer Person").click()
        expect(page.get_by_role("button", name="Undo")).to_be_visible()
        _check(page, width)


def test_a_newcomers_pages_are_accessible(
    browser: Browser, empty_site: str, deserted_site: str, session_of: Session,
    scheme: str, width: int,
) -> None:  # fmt: skip
    with _page(browser, width, scheme, session_of(empty_site, "admin")) as page:
        page.goto(f"{empty_site}funds/")
        _check(page, width)
    for site in (empty_site, deserted_site):
        with _page(browser, width, scheme) as page:
            page.goto(site)
            _check(page, width)
            page.get_by_role("button", name="Sign in").click()
            _check(page, width)


def test_snapshots_are_accessible_at_every_stage(
    browser: Browser, funds: Funds, session_of: Session, scheme: str, width: int
) -> None:
    with _page(browser, width, scheme, session_of(funds.site, "gp")) as page:
        snapshots = SnapshotsPage(page, funds.example)
        snapshots.open()
        said = f"as seen in {scheme} at {width}"
        with funds.worker_asleep():
            snapshots.take("2021-12-31", said)
            expect(snapshots.work).to_have_count(1)
            _check(page, width)
        snapshots.await_taken(said)
        snapshots.verify.click()
        snapshots.await_checked()
        snapshots.take("2021-12-31", "long " * 50)
        expect(snapshots.description).to_have_attribute("aria-invalid", "true")
        _check(page, width)


def _check(page: Page, width: int) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    assert _fits(page), f"{page.url} scrolls sideways at {width}"


def _fits(page: Page) -> bool:
    fits: bool = page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    return fits
