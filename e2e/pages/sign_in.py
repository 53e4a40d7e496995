"""The sign-in page as a person uses it, and the people of the site under test."""

from __future__ import annotations

from playwright.sync_api import Page

PASSWORD = "four words nobody joins"  # noqa: S105 - of a site of the run's own
ROLES = ("gp", "analyst", "viewer")


def email_of(role: str) -> str:
    """Return the email of the site's person with a role; its administrator's is admin."""
    return f"{role}@example.com"


class SignInPage:
    """The sign-in page, open in a browser."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.email = page.get_by_label("Email")
        self.password = page.get_by_label("Password")
        self.refused = page.get_by_test_id("refused")

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.email.fill(email)
        self.password.fill(password)
        self.page.get_by_role("button", name="Sign in").click()
