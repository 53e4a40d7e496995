"""The books are closed, kept closed, adjusted and opened again; what was reported stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from e2e.conftest import Funds
from e2e.harness.held_back import held_back
from e2e.harness.troubles import Troubles
from e2e.pages.books import BooksPage
from e2e.pages.fund import FundPage

Session = Callable[[str, str], StorageState]
_CALL = {"event_type": "CAPITAL_CALLED", "effective_on": "2022-11-30"}


@pytest.fixture
def fund(page: Page, funds: Funds) -> FundPage:
    """Return the page of a fund of the test's own, with the example's history."""
    return FundPage(page, funds, funds.import_example("Closing"))


@pytest.fixture
def books(page: Page, fund: FundPage) -> BooksPage:
    """Return the books of that fund."""
    return BooksPage(page, fund.fund)


@pytest.fixture
def as_analyst(browser: Browser, funds: Funds, session_of: Session) -> Iterator[Page]:
    """Return a page on which an analyst is signed in."""
    context = browser.new_context(storage_state=session_of(funds.site, "analyst"))
    yield context.new_page()
    context.close()


def _record(page: Page, fund: FundPage, **payload: Any) -> tuple[int, str]:  # noqa: ANN401
    """Record a call into the fourth quarter of 2022 over the API."""
    address = fund.funds.api(fund.fund).replace("/state", "/events")
    answer = page.request.post(address, data=_CALL | {"payload": payload})
    return answer.status, answer.text()


def test_a_day_that_is_chosen_before_the_scripts_are_there_is_asked_for(books: BooksPage) -> None:
    page = books.page
    with held_back(page, "**/vendor/htmx-*"):
        with page.expect_request("**/vendor/htmx-*"):
            page.goto(books.url, wait_until="commit")
        books.through.fill("2021-12-31")
    page.wait_for_url("**closed_through=2021-12-31")
    expect(page.locator("#close [name=closed_through]")).to_have_value("2021-12-31")


def test_a_close_locks_an_adjustment_restates_and_what_was_reported_stays(
    fund: FundPage, books: BooksPage, as_analyst: Page
) -> None:
    books.open()
    expect(books.closed_through).to_have_text("No period is closed.")
    books.close("2022-12-31", "Q4 2022", "as sent to the LPs")
    expect(books.row("Q4 2022")).to_contain_text("as sent to the LPs")
    expect(books.closed_through).to_contain_text("31 Dec 2022: Q4 2022")
    status, told = _record(as_analyst, fund, amount="250000")
    assert status == 422
    assert "the books are closed through 2022-12-31 (Q4 2022)" in told
    assert "ask a GP to mark it as a prior-period adjustment" in told
    assert _record(as_analyst, fund, amount="250000", adjustment=True)[0] == 422
    assert _record(fund.page, fund, amount="250000", adjustment=True)[0] == 201
    books.open()
    row = books.row("Q4 2022")
    row.get_by_test_id("adjustments").click()
    expect(fund.page.get_by_test_id("event")).to_have_count(1)
    expect(fund.page.get_by_test_id("event")).to_contain_text("Prior-period adjustment")
    books.open()
    row.get_by_test_id("as-reported").click()
    expect(fund.banner).to_contain_text(
        "Viewing 31 Dec 2022, as reported at Q4 2022 close (known on"
    )
    then = fund.figures()
    fund.assert_equals_api(at="2022-12-31", through=fund.address()["through"])
    reported = fund.page.get_by_test_id("reported")
    expect(reported.locator("option:checked")).to_contain_text("Q4 2022 as reported")
    reported.select_option("")
    fund.await_address(as_of="2022-12-31")
    expect(fund.page.locator(".curve.today")).to_have_count(0)
    now = fund.figures()
    assert float(now["nav"]) - float(then["nav"]) == 250_000
    assert float(now["paid_in"]) - float(then["paid_in"]) == 250_000


def test_the_picker_offers_what_was_reported_and_any_moment_behind_other(
    fund: FundPage, books: BooksPage
) -> None:
    books.open()
    books.close("2022-09-30", "Q3 2022")
    books.close("2022-12-31", "Q4 2022")
    assert _record(fund.page, fund, amount="250000", adjustment=True)[0] == 201
    fund.open("?as_of=2021-12-31&sort=cost")
    reported = fund.page.get_by_test_id("reported")
    options = reported.locator("option").all_inner_texts()
    assert [re.sub(r",.*", "", each) for each in options] == [
        "Latest",
        "Q4 2022 as reported",
        "Q3 2022 as reported",
    ]
    expect(fund.known_date).to_be_hidden()
    reported.focus()
    reported.press("ArrowDown")
    fund.page.wait_for_url("**through=*")
    asked = fund.address()
    assert (asked["as_of"], asked["sort"]) == ("2022-12-31", "cost")
    expect(fund.banner).to_contain_text("as reported at Q4 2022 close")
    expect(fund.date).to_have_value("2022-12-31")
    expect(reported).to_be_focused()
    # What was reported is seen without hindsight, until today is asked for.
    expect(fund.page.locator(".curve.today")).to_have_count(0)
    # The day moves out of the period, and with it the report is left; what is known stays.
    fund.slider.press("PageDown")
    fund.await_view("2022-09-30")
    assert fund.address()["through"] == asked["through"]
    expect(fund.banner).to_contain_text("30 Sep 2022, as known at Q4 2022 close")
    expect(fund.page.locator(".curve.today")).to_be_attached()
    expect(reported.locator("option:checked")).to_have_text("Custom date")
    fund.page.go_back()
    expect(fund.banner).to_contain_text("as reported at Q4 2022 close")
    fund.page.get_by_test_id("compare-with-today").click()
    expect(fund.page.locator(".curve.today")).to_be_attached()
    fund.page.get_by_test_id("previous_quarter").click()
    expect(fund.banner).to_contain_text("30 Sep 2022, as reported at Q3 2022 close")
    fund.page.get_by_test_id("next_quarter").click()
    expect(fund.banner).to_contain_text("31 Dec 2022, as reported at Q4 2022 close")
    fund.page.get_by_test_id("known-summary").click()
    fund.page.get_by_test_id("known-time").fill("00:01")
    fund.page.wait_for_url("**known_at=*T00:01Z**")
    assert "known_time" not in fund.address()
    expect(reported.locator("option:checked")).to_have_text("Custom date")
    fund.page.go_back()
    expect(reported.locator("option:checked")).to_contain_text("Q4 2022 as reported")


def test_the_handle_tells_the_nav_that_was_known_while_the_second_one_is_dragged(
    fund: FundPage,
) -> None:
    fund.open("?as_of=2022-06-30")
    fund.page.get_by_test_id("known-summary").click()
    label = fund.page.locator("#handle text")
    today = label.inner_html()
    fund.drag(fund.known_slider, 1, 0.1)
    fund.page.wait_for_function(
        "(today) => document.querySelector('#handle text').textContent !== today", arg=today
    )
    fund.page.wait_for_function(
        """() => document.querySelector('#handle text').textContent
            === document.querySelector('[data-testid=figure-nav]').textContent"""
    )
    fund.page.mouse.up()
    fund.page.wait_for_url("**known_at=*")


def test_books_are_reopened_for_a_reason_and_both_ways_are_undone(
    fund: FundPage, books: BooksPage, troubles: Troubles
) -> None:
    books.open()
    books.close("2022-12-31", "Q4 2022")
    books.undo.click()
    expect(books.notice).to_contain_text("The books of Q4 2022 are open again.")
    books.undo.click()
    expect(books.notice).to_contain_text("The books are closed again.")
    expect(books.row("Q4 2022")).to_have_count(2)
    books.page.get_by_test_id("reopen").click()
    books.page.get_by_role("button", name="Reopen").click()
    expect(books.page.get_by_text("Write the reason: it stays in the timeline.")).to_be_visible()
    troubles.expect("422")
    books.page.get_by_label("Reason").fill("the auditors found a wire")
    books.page.get_by_label("Yes, reopen").check()
    books.page.get_by_role("button", name="Reopen").click()
    expect(books.closed_through).to_have_text("No period is closed.")
    expect(books.closes.first).to_contain_text("the auditors found a wire")
    assert _record(fund.page, fund, amount="250000")[0] == 201


@pytest.mark.parametrize("role", ["analyst", "viewer"])
def test_who_is_no_gp_reads_the_books(page: Page, funds: Funds) -> None:
    page.goto(f"{funds.example}books/")
    expect(page.get_by_test_id("closed-through")).to_be_visible()
    expect(page.get_by_role("button", name="Close")).to_have_count(0)
    assert page.request.post(f"{funds.example}books/").status in {400, 403}


def test_books_close_and_are_looked_back_at_without_javascript(
    browser: Browser, funds: Funds, session_of: Session
) -> None:
    context = browser.new_context(
        java_script_enabled=False, storage_state=session_of(funds.site, "gp")
    )
    page = context.new_page()
    fund = funds.import_example("Books without JavaScript")
    page.goto(f"{fund}books/")
    page.get_by_test_id("through").fill("2022-12-31")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_test_id("plan")).to_contain_text("dated up to 31 Dec 2022")
    page.get_by_test_id("close-books").click()
    expect(page.get_by_test_id("closed-through")).to_contain_text("Q4 2022")
    page.goto(fund)
    page.get_by_test_id("reported").select_option(index=1)
    page.locator("#reporting").get_by_role("button", name="Show").click()
    expect(page.get_by_test_id("banner")).to_contain_text("as reported at Q4 2022 close")
    page.get_by_test_id("known-summary").click()
    page.get_by_test_id("known-date").fill("2022-07-01")
    page.get_by_test_id("known-time").fill("12:30")
    page.locator("#knowledge").get_by_role("button", name="Show").click()
    expect(page.get_by_test_id("banner")).to_contain_text("as known on 1 Jul 2022, 12:30 UTC")
    assert "known_at=2022-07-01T12:30Z" in page.url
    context.close()
