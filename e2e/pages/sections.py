"""The menu of a fund's pages as a person uses it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


class FundMenu:
    """The pages of a fund, and its settings behind the gear."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pages = page.locator(".sections")
        self.settings = page.get_by_test_id("fund-settings")
        self.gear = self.settings.locator("summary")

    def link(self, name: str) -> Locator:
        """Return the link to a page, wherever it stands."""
        return self.page.locator(".sections, .settings").locator("a").filter(has_text=name)

    def turn_to(self, name: str) -> None:
        """Follow the link to another page of the fund."""
        link = self.link(name)
        if link.locator("xpath=ancestor::details").count():
            self.gear.click()
        link.click()
        expect(link).to_have_attribute("aria-current", "page")
        self.page.wait_for_load_state()
