"""No page has a violation that axe can find, or scrolls sideways on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, StorageState, expect
from sqlalchemy import Engine

from e2e.books_page import BooksPage
from e2e.conftest import EXAMPLE, Funds, Troubles
from e2e.import_page import ImportPage
from e2e.job_states import beat, begun, failed, finish
from e2e.jobs_page import JobsPage
from e2e.setup_wizard_page import ORDER, SetupWizardPage
from e2e.snapshots_page import SnapshotsPage

Session = Callable[[str, str], StorageState]

# Addresses of the site, and of the example fund on it where they begin with a tilde.
_PAGES = [
    "~",
    "~?as_of=2021-12-31&known_at=2022-01-15",
    "~?as_of=2018-02-01&sort=-cost",
    "~timeline",
    "~timeline?before=70&type=VALUATION_UPDATED",
    "~timeline?company=orchard",
    "~timeline?start=31/12/2012&type=CALL",
    "~timeline?adjustment=yes&after=3",
    "~record/",
    "~events/1/void",
    "~snapshots/",
    "~snapshots/?before=00000000-0000-7000-8000-000000000000",
    "~jobs/",
    "~jobs/?status=failed",
    "~valuations/",
    "~books/",
    "~books/?closed_through=2022-12-31",
    "~books/?closed_through=2099-12-31",
    "~terms/",
    "~terms/amend",
    "~people/",
    "funds/",
    "funds/?search=nothing",
    "funds/import/",
    "people/",
    "jobs/",
    "account/",
    "api/",
    "nowhere",
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


@pytest.mark.parametrize("address", _PAGES)
def test_every_page_is_accessible(
    browser: Browser, funds: Funds, session_of: Session, address: str
) -> None:
    """See it wide and narrow, light and dark."""
    session = session_of(funds.site, "admin")
    place = funds.example + address[1:] if address.startswith("~") else funds.site + address
    for scheme in ("light", "dark"):
        for width in (360, 1280):
            with _page(browser, width, scheme, session) as page:
                troubles = Troubles()
                troubles.watch(page)
                answer = page.goto(place)
                _check(page, width)
                if answer and not answer.ok:  # which the browser tells of
                    troubles.expect(str(answer.status))
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


def test_jobs_are_accessible_at_every_stage(
    browser: Browser, funds: Funds, engine: Engine, session_of: Session, scheme: str, width: int
) -> None:
    with _page(browser, width, scheme, session_of(funds.site, "admin")) as page:
        fund = funds.import_example(f"Jobs in {scheme} at {width}")
        jobs = JobsPage(page, fund)
        wrong = failed(engine, funds, fund, f"given up in {scheme} at {width}")
        jobs.open_one(wrong)
        _check(page, width)
        with funds.worker_asleep():
            running = begun(engine, fund, f"seen in {scheme} at {width}")
            beat(engine, running, 400)
            page.get_by_role("button", name="Retry").click()
            expect(jobs.history).to_be_visible()
            _check(page, width)
            for address in (jobs.url, f"{jobs.url}{running.id}/", f"{funds.site}jobs/"):
                page.goto(address)
                expect(page.get_by_role("progressbar").first).to_be_visible()
                _check(page, width)
            finish(engine, running)


def test_an_import_is_accessible_at_every_stage(
    browser: Browser, funds: Funds, session_of: Session, scheme: str, width: int
) -> None:
    with _page(browser, width, scheme, session_of(funds.site, "gp")) as page:
        imports = ImportPage(page, funds.site)
        header, *rows = EXAMPLE.read_text().splitlines()
        imports.upload(f"Seen in {scheme} at {width}", ("odd.csv", f"Odd,{header}\n".encode()))
        expect(imports.mapping).to_be_visible()
        _check(page, width)
        with funds.worker_asleep():
            wrong = "\n".join([header, *rows, rows[-1], rows[3].replace("2018", "x")])
            imports.upload_again(("wrong.csv", wrong.encode()))
            expect(imports.progress).to_be_visible()
            _check(page, width)
        imports.await_faults()
        _check(page, width)
        imports.upload_again(EXAMPLE)
        imports.await_sound()
        page.get_by_text("Change the terms").click()
        page.get_by_text("Discard this import").click()
        _check(page, width)
        page.goto(f"{funds.site}funds/")
        page.get_by_text("Discard", exact=False).first.click()
        _check(page, width)
        page.goto(funds.example)
        page.get_by_test_id("export").click()
        _check(page, width)


def test_books_are_accessible_closed_and_opened_again(
    browser: Browser, funds: Funds, session_of: Session, scheme: str, width: int
) -> None:
    with _page(browser, width, scheme, session_of(funds.site, "gp")) as page:
        books = BooksPage(page, funds.import_example(f"Books in {scheme} at {width}"))
        books.open()
        books.close("2022-12-31", "Q4 2022")
        _check(page, width)
        page.get_by_test_id("as-reported").click()
        page.get_by_test_id("known-summary").click()
        _check(page, width)
        page.goto(f"{books.url.removesuffix('books/')}timeline")
        _check(page, width)
        books.open()
        page.get_by_test_id("reopen").click()
        page.get_by_role("button", name="Reopen").click()


def test_every_step_of_the_wizard_is_accessible(
    browser: Browser, funds: Funds, session_of: Session, scheme: str, width: int
) -> None:
    with _page(browser, width, scheme, session_of(funds.site, "gp")) as page:
        wizard = SetupWizardPage(page, funds.site)
        wizard.start()
        _check(page, width)
        wizard.next.click()
        expect(wizard.error("fund", "name")).to_be_visible()
        _check(page, width)
        wizard.through("reserves", f"Seen in {scheme} at {width}")
        _check(page, width)
        for step in ORDER[:-1]:
            wizard.open(step)
            wizard.expect_at(step)
            _check(page, width)
        page.goto(f"{funds.site}funds/")
        _check(page, width)


def _check(page: Page, width: int) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    assert _fits(page), f"{page.url} scrolls sideways at {width}"


def _fits(page: Page) -> bool:
    fits: bool = page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    return fits
