"""The grid of forecasts and actuals as a person uses it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from e2e.pages import grid


class MetricsPage:
    """A grid of a metric, open in a browser."""

    def __init__(self, page: Page, fund: str) -> None:
        self.page, self.fund = page, fund
        self.choices = page.get_by_test_id("choices")
        self.rows = page.get_by_test_id("row")
        self.notice = page.get_by_test_id("notice")
        self.refused = page.get_by_test_id("refused")

    def open_from_record(self) -> None:
        self.page.goto(f"{self.fund}record/")
        self.page.get_by_role("link", name="Forecasts and actuals in a grid").click()
        expect(self.choices).to_be_visible()

    def choose(self, metric: str, last: str, periods: int) -> None:
        """Say of which metric and periods the grid is to be."""
        self.choices.get_by_label("Metric", exact=True).select_option(metric)
        self.choices.get_by_label("Last period ends in").fill(last)
        self.choices.get_by_label("Number of periods").fill(str(periods))
        self.choices.get_by_role("button", name="Show").click()
        self.page.wait_for_url(f"**last={last}**")

    def cell(self, company: str, end: str) -> Locator:
        return self.page.get_by_label(f"{company}, {end}", exact=True)

    def paste(self, cell: Locator, text: str) -> None:
        grid.paste(cell, text)

    def record(self) -> None:
        self.page.get_by_test_id("record").click()

    def undo(self) -> None:
        self.page.get_by_role("button", name="Undo").click()
