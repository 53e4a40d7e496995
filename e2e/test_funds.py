"""The list of funds."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, StorageState, expect

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
