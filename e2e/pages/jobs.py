"""The jobs of a fund as a person uses them."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from app.store.jobs.jobs import Job
from tests.machine import patience_ms

_WORKED = 20.0  # seconds until a worker that just started has done a job


class JobsPage:
    """A fund's jobs, or one of them, open in a browser."""

    def __init__(self, page: Page, fund: str) -> None:
        self.page, self.url = page, f"{fund}jobs/"
        self.rows = page.get_by_test_id("job")
        self.choices = page.get_by_test_id("choices")
        self.standing = page.get_by_test_id("standing")
        self.history = page.get_by_test_id("history")
        self.nothing = page.get_by_test_id("nothing")

    def open(self) -> None:
        self.page.goto(self.url)

    def open_one(self, job: Job) -> None:
        self.page.goto(f"{self.url}{job.id}/")

    def row(self, job: Job) -> Locator:
        return self.page.locator(f"#job-{job.id}")

    def bar(self, within: Locator) -> Locator:
        """Return the bar that shows how far a job is."""
        return within.get_by_role("progressbar")

    def await_done(self) -> None:
        expect(self.standing.locator(".chip")).to_have_text("Done", timeout=patience_ms(_WORKED))
