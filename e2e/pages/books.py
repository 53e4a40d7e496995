"""The books of a fund as a person uses them."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


class BooksPage:
    """A fund's books, open in a browser."""

    def __init__(self, page: Page, fund: str) -> None:
        self.page, self.url = page, f"{fund}books/"
        self.closed_through = page.get_by_test_id("closed-through")
        self.through = page.get_by_test_id("through")
        self.plan = page.get_by_test_id("plan")
        self.warnings = page.get_by_test_id("warnings")
        self.name = page.get_by_label("Name of the period")
        self.note = page.get_by_label("Note (optional)")
        self.close_books = page.get_by_test_id("close-books")
        self.closes = page.get_by_test_id("close")
        self.notice = page.get_by_test_id("notice")
        self.undo = page.get_by_role("button", name="Undo")

    def open(self) -> None:
        self.page.goto(self.url)

    def close(self, day: str, name: str, note: str = "") -> None:
        """Type a note, choose a day, await what a close would mean, and close."""
        self.note.fill(note)
        self.through.fill(day)
        self.page.wait_for_url(f"**closed_through={day}")
        expect(self.page.locator("#close [name=closed_through]")).to_have_value(day)
        self.name.fill(name)
        self.close_books.click()
        expect(self.notice).to_contain_text("The books are closed through")

    def row(self, name: str) -> Locator:
        """Return the closes of a period."""
        return self.closes.filter(has_text=name)
