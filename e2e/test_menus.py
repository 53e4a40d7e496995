"""Menus: the pages of a fund, its settings, and how every menu closes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import Funds
from e2e.harness.accessible import FOR_LONG, check_every_look
from e2e.pages.sections import FundMenu


@pytest.mark.parametrize(
    ("opener", "address"),
    [
        ("Fund settings", ""),
        ("Export", ""),
        ("Export", "timeline"),
        ("Actions for event 84", "timeline"),
    ],
)
def test_a_menu_closes_on_escape_and_gives_the_focus_back(
    page: Page, funds: Funds, opener: str, address: str
) -> None:
    page.goto(f"{funds.example}{address}")
    summary = page.locator("summary").and_(page.get_by_label(opener, exact=True))
    if opener == "Export":
        summary = page.get_by_test_id("export")
    menu = summary.locator("xpath=..").locator(".menu")
    summary.focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    page.keyboard.press("Tab")
    expect(menu.locator("a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(summary).to_be_focused()


def test_a_menu_closes_on_a_press_outside_of_it_and_when_another_opens(
    page: Page, funds: Funds
) -> None:
    page.goto(funds.example)
    menu = FundMenu(page)
    settings = menu.settings.locator(".menu")
    menu.gear.click()
    expect(settings).to_be_visible()
    page.get_by_test_id("account").locator("summary").click()
    expect(settings).to_be_hidden()
    expect(page.get_by_test_id("account").locator(".menu")).to_be_visible()
    page.locator("h1").click()
    expect(page.get_by_test_id("account").locator(".menu")).to_be_hidden()


@pytest.mark.parametrize("width", [1440, 360])
def test_settings_are_in_view_and_say_which_one_is_open(
    page: Page, funds: Funds, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(funds.example)
    menu = FundMenu(page)
    menu.turn_to("Access")
    menu.gear.click()
    for name in ("Terms", "Access", "Snapshots", "Jobs"):
        expect(menu.link(name)).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@FOR_LONG
def test_open_menus_are_accessible(page: Page, funds: Funds) -> None:
    page.goto(f"{funds.example}timeline")
    for summary in (
        FundMenu(page).gear,
        page.get_by_test_id("types").locator("summary"),
        page.get_by_label("Actions for event 84", exact=True),
    ):
        summary.click()
        check_every_look(page)
        page.keyboard.press("Escape")
