"""No page has a violation that axe can find, or scrolls sideways on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from app import create_app
from app.config import PROJECT, Settings
from e2e.conftest import EXAMPLE, Funds
from e2e.harness.accessible import FOR_LONG, check_every_look
from e2e.harness.job_states import beat, begun, failed, finish
from e2e.harness.troubles import Troubles
from e2e.pages.books import BooksPage
from e2e.pages.imports import ImportPage
from e2e.pages.jobs import JobsPage
from e2e.pages.setup_wizard import ORDER, SetupWizardPage
from e2e.pages.snapshots import SnapshotsPage

Session = Callable[[str, str], StorageState]
pytestmark = FOR_LONG

# Addresses of the site, and of the example fund on it where they begin with a tilde.
_PAGES = [
    "~",
    "~?as_of=2021-12-31&known_at=2022-01-15",
    "~?as_of=2018-02-01&sort=-cost",
    "~explain/nav/",
    "~explain/nav/?by=company&as_of=2021-12-31",
    "~explain/tvpi/",
    "~explain/net_irr/",
    "~explain/accrued_carry/?as_of=2021-12-31",
    "~compare/",
    "~compare/?from_at=2020-12-31&to_at=2021-12-31",
    "~charts/",
    "~charts/?as_of=2021-12-31&known_at=2022-01-15",
    "~portfolio/",
    "~portfolio/?as_of=2009-01-01",
    "~variance/",
    "~variance/?as_of=2021-12-31&baseline=prior_year&window=ytd",
    "~timeline",
    "~timeline?before=70&type=VALUATION_UPDATED",
    "~timeline?company=orchid",
    "~timeline?type=EVENT_VOIDED&type=CAPITAL_CALLED",
    "~timeline?start=31/12/2012&type=CALL",
    "~timeline?adjustment=yes&after=3",
    "~record/",
    "~metrics/",
    "~metrics/?kind=forecasts&metric=arr&months=12&last=2021-12-31",
    "~metrics/?months=5&last=never&periods=99",
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
    "funds/?as_of=2012-03-31&sort=-nav&state=open",
    "funds/charts/",
    "funds/charts/?as_of=1950-01-01",
    "funds/import/",
    "people/",
    "jobs/",
    "audit/",
    "audit/?kind=signed_in&start=2020-01-31",
    "audit/?kind=nothing&start=never",
    "account/",
    "account/confirm/",
    "api/",
    "nowhere",
]


# Pages that are seen on the way to something, and the test that looks at them there.
_SEEN_BY = {
    "sign_in.show": "test_accessibility.test_a_newcomers_pages_are_accessible",
    "imports.show": "test_accessibility.test_an_import_is_accessible_at_every_stage",
    "books.ask": "test_accessibility.test_books_are_accessible_closed_and_opened_again",
    "setup.edit": "test_accessibility.test_every_step_of_the_wizard_is_accessible",
    "setup.check": "test_accessibility.test_every_step_of_the_wizard_is_accessible",
    "jobs.show": "test_accessibility.test_jobs_are_accessible_at_every_stage",
    "companies.show": "test_explanations.test_a_company_has_a_page_under_a_slider",
    "record.new": "test_recording.test_recording_is_accessible_at_every_stage",
    "record.correct": "test_recording.test_recording_is_accessible_at_every_stage",
    "valuations.show": "test_valuations.test_rounds_are_accessible_at_every_stage",
    "valuation_steps.review": "test_valuations.test_rounds_are_accessible_at_every_stage",
}
# What answers with a file or with figures for programs, or leads on to a page.
_NO_PAGES = {
    "static", "exports.show", "exports.fetch", "uploads.template", "imports.faults", "api.openapi",
    "audit.export", "health.alive", "health.ready", "metrics.show", "funds.home", "setup.start",
    "setup.resume", "funds.tile_texts", "exports.funds", "explanations.export", "charts.numbers",
    "comparisons.numbers", "companies.numbers", "portfolio.numbers", "funds.list_numbers",
    "variance.export",    "terms.numbers",
}  # fmt: skip


def test_every_page_of_the_site_is_looked_at() -> None:
    """Whoever adds a page enters it above."""
    nowhere = "postgresql://nowhere/nothing"
    app = create_app(Settings(home=Path("nowhere"), database_url=nowhere, secret_key="-"))  # noqa: S106
    routes = app.url_map.bind("localhost")
    fund = f"funds/{UUID(int=0)}/"
    paths = [urlsplit(each.replace("~", fund, 1)).path for each in _PAGES if each != "nowhere"]
    looked_at = {routes.match(f"/{path}")[0] for path in paths}
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.endpoint.startswith("api_")
    }
    assert pages - _NO_PAGES == looked_at | set(_SEEN_BY)


def test_who_is_said_to_look_at_a_page_is_there() -> None:
    for seen_by in _SEEN_BY.values():
        file, _, name = seen_by.partition(".")
        assert f"def {name}(" in Path(__file__).with_name(f"{file}.py").read_text()


def test_the_dark_look_changes_nothing_but_colours() -> None:
    """Axe looks at colours alone in the dark."""
    for sheet in (PROJECT / "app" / "static" / "css").glob("*.css"):
        for block in sheet.read_text().split("prefers-color-scheme: dark) {")[1:]:
            inside = re.match(r"\s*:root \{([^{}]*)\}\s*\}", block)
            assert inside, sheet.name
            assert re.fullmatch(r"(\s*--[\w-]+:[^;]*;)+\s*", inside[1]), sheet.name


@pytest.fixture
def role() -> str:
    """Visit as one to whom every page is open."""
    return "admin"


@pytest.mark.parametrize("address", _PAGES)
def test_every_page_is_accessible(
    page: Page, funds: Funds, troubles: Troubles, address: str
) -> None:
    place = funds.example + address[1:] if address.startswith("~") else funds.site + address
    answer = page.goto(place)
    check_every_look(page)
    if answer and not answer.ok:  # which the browser tells of
        troubles.expect(str(answer.status))


def test_what_appears_on_the_way_is_accessible_too(
    phone: Page, funds: Funds, troubles: Troubles
) -> None:
    page = phone
    fund = funds.import_example("People come and go")
    page.goto(f"{funds.site}account/")
    page.get_by_test_id("account").locator("summary").click()
    check_every_look(page)
    page.get_by_label("Name").fill("A program")
    page.get_by_role("button", name="Create a token").click()
    expect(page.get_by_test_id("secret")).to_be_visible()
    check_every_look(page)
    page.get_by_role("button", name="Change password").click()
    check_every_look(page)
    page.goto(f"{fund}people/")
    page.get_by_label("Email").fill("nobody@example.com")
    page.get_by_role("button", name="Send invitation", exact=True).click()
    check_every_look(page)
    page.get_by_role("button", name="Change the role of Viewer Person").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    check_every_look(page)
    troubles.expect("422")


def test_a_newcomers_pages_are_accessible(
    browser: Browser, empty_site: str, deserted_site: str, session_of: Session, troubles: Troubles
) -> None:
    page = browser.new_context(storage_state=session_of(empty_site, "admin")).new_page()
    page.goto(f"{empty_site}funds/")
    check_every_look(page)
    page = browser.new_context().new_page()
    for site in (empty_site, deserted_site):
        page.goto(site)
        check_every_look(page)
        page.get_by_role("button", name="Sign in").click()
        check_every_look(page)
    troubles.expect("422")


@pytest.mark.parametrize("role", ["gp"])
def test_snapshots_are_accessible_at_every_stage(
    phone: Page, funds: Funds, troubles: Troubles
) -> None:
    page = phone
    snapshots = SnapshotsPage(page, funds.import_example("Seen while snapshots are taken"))
    snapshots.open()
    with funds.worker_asleep():
        snapshots.take("2021-12-31", "as seen")
        expect(snapshots.work).to_have_count(1)
        check_every_look(page)
    snapshots.await_taken("as seen")
    snapshots.verify.click()
    snapshots.await_checked()
    snapshots.take("2021-12-31", "long " * 50)
    expect(snapshots.description).to_have_attribute("aria-invalid", "true")
    check_every_look(page)
    troubles.expect("422")


def test_jobs_are_accessible_at_every_stage(phone: Page, funds: Funds) -> None:
    page = phone
    fund = funds.import_example("Jobs seen")
    jobs = JobsPage(page, fund)
    wrong = failed(funds.engine, funds, fund, "given up as seen")
    jobs.open_one(wrong)
    check_every_look(page)
    with funds.worker_asleep():
        running = begun(funds.engine, fund, "seen running")
        beat(funds.engine, running, 400)
        page.get_by_role("button", name="Retry").click()
        expect(jobs.history).to_be_visible()
        check_every_look(page)
        for address in (jobs.url, f"{jobs.url}{running.id}/", f"{funds.site}jobs/"):
            page.goto(address)
            expect(page.get_by_role("progressbar").first).to_be_visible()
            check_every_look(page)
        finish(funds.engine, running)


@pytest.mark.parametrize("role", ["gp"])
def test_an_import_is_accessible_at_every_stage(phone: Page, funds: Funds) -> None:
    page = phone
    imports = ImportPage(page, funds.site)
    header, *rows = EXAMPLE.read_text().splitlines()
    imports.upload("Seen while it is imported", ("odd.csv", f"Odd,{header}\n".encode()))
    expect(imports.mapping).to_be_visible()
    check_every_look(page)
    with funds.worker_asleep():
        wrong = "\n".join([header, *rows, rows[-1], rows[3].replace("2018", "x")])
        imports.upload_again(("wrong.csv", wrong.encode()))
        expect(imports.progress).to_be_visible()
        check_every_look(page)
    imports.await_faults()
    check_every_look(page)
    imports.upload_again(EXAMPLE)
    imports.await_sound()
    page.get_by_text("Change the terms").click()
    page.get_by_text("Discard this import").click()
    check_every_look(page)
    page.goto(f"{funds.site}funds/")
    page.get_by_text("Discard", exact=False).first.click()
    check_every_look(page)
    page.goto(funds.example)
    page.get_by_test_id("export").click()
    check_every_look(page)


@pytest.mark.parametrize("role", ["gp"])
def test_books_are_accessible_closed_and_opened_again(
    phone: Page, funds: Funds, troubles: Troubles
) -> None:
    page = phone
    books = BooksPage(page, funds.import_example("Books seen"))
    books.open()
    books.close("2022-12-31", "Q4 2022")
    check_every_look(page)
    page.get_by_test_id("as-reported").click()
    page.get_by_test_id("known-summary").click()
    check_every_look(page)
    page.goto(f"{books.url.removesuffix('books/')}timeline")
    check_every_look(page)
    books.open()
    page.get_by_test_id("reopen").click()
    page.wait_for_url("**/reopen")
    check_every_look(page)
    page.get_by_role("button", name="Reopen").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    check_every_look(page)
    troubles.expect("422")


@pytest.mark.parametrize("role", ["gp"])
def test_every_step_of_the_wizard_is_accessible(
    phone: Page, funds: Funds, troubles: Troubles
) -> None:
    page = phone
    wizard = SetupWizardPage(page, funds.site)
    wizard.start()
    check_every_look(page)
    wizard.next.click()
    expect(wizard.error("fund", "name")).to_be_visible()
    check_every_look(page)
    wizard.through("reserves", "Seen at every step")
    check_every_look(page)
    for step in ORDER[:-1]:
        wizard.open(step)
        wizard.expect_at(step)
        check_every_look(page)
    page.goto(f"{funds.site}funds/")
    check_every_look(page)
    troubles.expect("422")
