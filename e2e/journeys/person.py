"""A person at a desk: they come, work and go."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from e2e.pages.sections import FundMenu
from e2e.pages.sign_in import PASSWORD, SignInPage


class Person:
    """Somebody in front of a browser in which nobody is signed in yet."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site

    def comes(self, email: str, password: str = PASSWORD) -> None:
        """Open the site, and sign in."""
        self.page.goto(self.site)
        SignInPage(self.page).sign_in(email, password)
        self.page.wait_for_url("**/funds/")

    def opens(self, address: str) -> None:
        self.page.goto(address)

    def turns_to(self, section: str) -> None:
        """Follow a link to another page of the fund."""
        FundMenu(self.page).turn_to(section)

    def presses(self, button: str) -> None:
        self.page.get_by_role("button", name=button).click()

    def reads(self, text: str) -> None:
        """See a text somewhere on the page."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def is_told(self, text: str) -> None:
        """See a notice."""
        expect(self.page.get_by_test_id("notice").first).to_contain_text(text)

    def goes(self) -> None:
        """Sign out."""
        self.page.get_by_test_id("account").locator("summary").click()
        self.presses("Sign out")
        self.page.wait_for_url("**/sign-in")
