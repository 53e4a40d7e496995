"""The list of funds."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from e2e.conftest import Funds


def test_a_newcomer_is_told_how_to_bring_a_fund_in(page: Page, empty_site: str) -> None:
    page.goto(empty_site)
    expect(page.get_by_test_id("no-funds")).to_contain_text(
        "fund import app/static/example-fund.csv"
    )
    with page.expect_download() as download:
        page.get_by_role("link", name="example fund").click()
    assert download.value.suggested_filename == "example-fund.csv"


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
