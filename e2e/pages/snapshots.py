"""The snapshots of a fund as a person uses them."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.machine import patience_ms

_WORKED = 20.0  # seconds until a worker that just started has done a job


class SnapshotsPage:
    """A fund's snapshots, open in a browser."""

    def __init__(self, page: Page, fund: str) -> None:
        self.page, self.url = page, f"{fund}snapshots/"
        self.day = page.get_by_label("As of the close of")
        self.description = page.get_by_label("Description")
        self.take_it = page.get_by_test_id("take")
        self.verify = page.get_by_test_id("verify")
        self.check = page.get_by_test_id("check")
        self.work = page.get_by_test_id("work")
        self.rows = page.get_by_test_id("snapshot")
        self.nothing = page.get_by_test_id("nothing")
        self.news = page.get_by_test_id("news")

    def open(self) -> None:
        self.page.goto(self.url)

    def row(self, description: str) -> Locator:
        """Return the snapshots with a description."""
        return self.rows.filter(has_text=description)

    def take(self, day: str, description: str) -> None:
        self.day.fill(day)
        self.description.fill(description)
        self.take_it.click()

    def await_taken(self, description: str) -> None:
        expect(self.row(description)).to_have_count(1, timeout=patience_ms(_WORKED))

    def await_checked(self) -> None:
        expect(self.check).to_contain_text("recalculated", timeout=patience_ms(_WORKED))
