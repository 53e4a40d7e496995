"""The forms of events as a person uses them."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


class RecordPage:
    """A form of an event, open in a browser."""

    def __init__(self, page: Page, fund: str) -> None:
        self.page, self.fund = page, fund
        self.form = page.get_by_test_id("record-form")
        self.record = page.get_by_test_id("record")
        self.preview = page.get_by_test_id("preview")
        self.second = page.get_by_test_id("second")
        self.effect = page.get_by_test_id("effect")
        self.notice = page.get_by_test_id("notice")
        self.refused = page.get_by_test_id("refused")
        self.asks_company = page.get_by_test_id("ask-company")
        self.asks_mark = page.get_by_test_id("ask-mark")

    def open(self, kind: str, query: str = "") -> None:
        self.page.goto(f"{self.fund}record/{kind}{query}")

    def choose(self, name: str) -> None:
        """Come to a form by saying what happened."""
        self.page.goto(f"{self.fund}record/")
        self.page.get_by_role("link", name=name, exact=True).click()

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(re.compile(f"^{label}"))

    def fill(self, **typed: str) -> None:
        """Type into fields, by the names that the form gives them."""
        for name, text in typed.items():
            self.form.locator(f"[name={name}]").fill(text)

    def fault(self, name: str) -> Locator:
        return self.page.locator(f"#{name}-fault")

    def await_recorded(self) -> int:
        """Wait until the timeline shows what was recorded, and return its sequence."""
        self.page.wait_for_url(re.compile(r"/timeline\?.*#event-\d+$"))
        expect(self.notice).to_contain_text("Recorded as #")
        return int(self.page.url.rpartition("-")[2])

    def undo(self) -> None:
        self.page.get_by_role("button", name="Undo").click()
        expect(self.notice).to_contain_text("Undone: #")
