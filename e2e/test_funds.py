"""The list of funds."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from playwright.sync_api import Browser, Page, StorageState, expect

from e2e.conftest import Funds


def test_a_newcomer_is_told_how_to_bring_a_fund_in(
    page: Page, empty_site: str, session_of: Callable[[str, str], StorageState]
) -> None:
    page.context.clear_cookies()
    page.context.add_cookies(session_of(empty_site, "admin")["cookies"])  # type: ignore[arg-type]
    page.goto(empty_site)
    with page.expect_download() as download:
        page.get_by_role("link", name="example fund").click()
    assert download.value.suggested_filename == "example-fund.csv"
    page.get_by_test_id("no-funds").get_by_role("link", name="Import a fund").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import a fund")


def test_a_fund_is_found_by_its_name_and_opened(page: Page, funds: Funds) -> None:
    page.goto(funds.site)
    expect(page).to_have_title("Funds · Asof")
    search = page.get_by_test_id("search")
    search.press_sequentially("LARCH")
    expect(page.get_by_test_id("fund")).to_have_count(1)
    page.wait_for_url("**/funds/?search=LARCH")
    search.fill("no such fund")
    expect(page.get_by_test_id("nothing-found")).to_contain_text("no such fund")
    search.fill("")
    page.get_by_role("link", name="Larch Street Ventures I").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Larch Street Ventures I")
    page.get_by_role("link", name="Funds").click()
    expect(page.get_by_test_id("fund").first).to_be_visible()


def test_all_funds_are_seen_on_a_day_and_the_view_travels(page: Page, funds: Funds) -> None:
    page.goto(f"{funds.site}funds/?search=Union")
    row = page.get_by_test_id("fund")
    expect(row).to_contain_text("wound up")
    page.get_by_label("As of").fill("2012-03-31")
    expect(page.get_by_test_id("banner")).to_contain_text("31 Mar 2012")
    page.wait_for_url("**/funds/?as_of=2012-03-31&search=Union")
    expect(row).not_to_contain_text("wound up")
    page.reload()
    expect(page.get_by_label("As of")).to_have_value("2012-03-31")
    row.get_by_role("link").click()
    page.wait_for_url("**/?as_of=2012-03-31")
    page.go_back()
    page.get_by_test_id("list-back-to-today").click()
    page.wait_for_url("**/funds/?search=Union")
    expect(page.get_by_test_id("banner")).to_have_count(0)
    expect(row).to_contain_text("wound up")


def test_the_date_field_follows_back_to_today(page: Page, funds: Funds) -> None:
    page.goto(f"{funds.site}funds/?as_of=2012-03-31")
    day = page.get_by_label("As of")
    page.get_by_test_id("list-back-to-today").click()
    expect(day).to_have_value(str(datetime.now(UTC).date()))
    page.go_back()
    expect(day).to_have_value("2012-03-31")


def test_years_passed_through_while_typing_a_day_are_not_asked_for(
    page: Page, funds: Funds
) -> None:
    page.goto(f"{funds.site}funds/?as_of=2022-06-30")
    asked: list[str] = []
    page.on("request", lambda request: asked.extend(re.findall(r"as_of=(\d+)", request.url)))
    page.get_by_label("As of").press_sequentially("03312021")
    page.wait_for_url("**/funds/?as_of=2021-03-31")
    assert set(asked) <= {"2022", "2021"}


def test_columns_are_sorted_by_keyboard_and_filters_stay(page: Page, funds: Funds) -> None:
    page.goto(f"{funds.site}funds/")
    page.get_by_label("Currency", exact=True).select_option("USD")
    page.wait_for_url("**/funds/?currency=USD")
    heading = page.get_by_role("columnheader", name="Distributed").last
    heading.get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(heading).to_have_attribute("aria-sort", "descending")
    page.wait_for_url("**/funds/?currency=USD&sort=distributed")
    expect(heading.get_by_role("link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    page.get_by_label("State", exact=True).select_option("wound_up")
    page.wait_for_url("**/funds/?currency=USD&state=wound_up&sort=-distributed")
    expect(page.get_by_test_id("fund").filter(has_text="Larch Street Ventures I")).to_have_count(0)
    page.go_back()
    expect(heading).to_have_attribute("aria-sort", "descending")


def test_the_list_is_a_file(page: Page, funds: Funds) -> None:
    page.goto(f"{funds.site}funds/?search=Union&as_of=2012-03-31")
    with page.expect_download() as download:
        page.get_by_test_id("export-csv").click()
    assert download.value.suggested_filename == "Funds 2012-03-31.csv"
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert lines[1].startswith("Union Square Ventures 2004,")


def test_a_list_works_without_scripts(
    browser: Browser, funds: Funds, session_of: Callable[[str, str], StorageState]
) -> None:
    context = browser.new_context(
        java_script_enabled=False, storage_state=session_of(funds.site, "viewer")
    )
    page = context.new_page()
    page.goto(f"{funds.site}funds/")
    page.get_by_label("Search by name").fill("Larch Street Ventures I")
    page.get_by_label("As of").fill("2020-03-31")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_test_id("banner")).to_contain_text("31 Mar 2020")
    page.get_by_test_id("list-sort-nav").click()
    expect(page.get_by_label("Search by name")).to_have_value("Larch Street Ventures I")
    assert page.url.endswith("as_of=2020-03-31&search=Larch+Street+Ventures+I&sort=nav")
    context.close()


def test_on_a_phone_a_fund_shows_all_its_figures_and_its_curve(page: Page, funds: Funds) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(funds.site)
    row = page.get_by_test_id("fund").filter(has_text="Larch Street")
    for part in [row.locator(".sparkline"), *row.get_by_role("cell").all()]:
        box = part.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360


def test_on_a_phone_the_names_of_companies_stay_while_their_figures_move(
    page: Page, funds: Funds
) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(funds.example)
    table = page.get_by_role("region", name="Table of holdings")
    name = table.get_by_role("rowheader").first
    before = name.bounding_box()
    table.evaluate("(each) => { each.scrollLeft = 200; }")
    assert table.evaluate("(each) => each.scrollLeft") > 100
    assert name.bounding_box() == before


def test_on_a_phone_the_page_that_one_is_on_is_in_view_among_those_of_the_fund(
    page: Page, funds: Funds
) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{funds.example}books/")
    here = page.get_by_role("link", name="Period close", exact=True)
    expect(here).to_have_attribute("aria-current", "page")
    expect(here).to_be_in_viewport()


def test_a_name_without_a_break_leaves_room_for_the_figures(page: Page, funds: Funds) -> None:
    page.goto(funds.example)
    table = page.get_by_role("region", name="Table of holdings")
    table.get_by_role("rowheader").first.evaluate(
        "(each) => { each.textContent = 'x'.repeat(200); }"
    )
    assert table.evaluate("(each) => each.scrollWidth <= each.clientWidth")
    amount = page.locator(".events .amount").first
    page.locator(".events p > :first-child").first.evaluate(
        "(each) => { each.append('x'.repeat(90)); }"
    )
    lines = amount.evaluate(
        """(each) => {
            const range = document.createRange();
            range.selectNodeContents(each);
            return range.getClientRects().length;
        }"""
    )
    assert lines == 1, "an amount stays on one line"
