"""The set-up wizard as a person uses it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.web.setup.forms import STEPS, Fields

ORDER = (*STEPS, "review")


class SetupWizardPage:
    """A draft of a fund, open in a browser."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site
        self.next = page.get_by_test_id("setup-next")
        self.back = page.get_by_test_id("setup-back")
        self.create = page.get_by_test_id("setup-create")
        self.preview = page.get_by_test_id("setup-preview")
        self.stepper = page.get_by_test_id("setup-stepper")
        self.drafts = page.get_by_test_id("draft")

    def start(self) -> None:
        """Begin another fund from the list of funds."""
        self.page.goto(f"{self.site}funds/")
        self.page.get_by_test_id("setup-start").click()
        self.expect_at("fund")

    def open(self, step: str) -> None:
        """Go to another step of the draft that is open, by its address."""
        self.page.goto(f"{self.page.url.split('?')[0].rsplit('/', 1)[0]}/{step}")

    def expect_at(self, step: str) -> None:
        expect(self.page).to_have_url(re.compile(rf"/funds/new/[^/]+/{step}(\?|$)"))
        current = self.stepper.locator("[aria-current=step]")
        expect(current).to_have_text(re.compile(step, re.IGNORECASE))

    def field(self, step: str, name: str) -> Locator:
        return self.page.get_by_test_id(f"setup-{step}-{name}")

    def error(self, step: str, name: str) -> Locator:
        return self.page.get_by_test_id(f"setup-{step}-{name}-error")

    def answer(self, step: str, fields: Fields) -> None:
        """Type answers, adding rows where they ask for more than there are."""
        for name, value in fields.items():
            self._put(step, name, value)

    def through(self, last: str, name: str) -> None:
        """Answer every step up to one, and go on."""
        for step in STEPS:
            self.step(step, {"name": name} if step == "fund" else {})
            if step == last:
                return

    def step(self, step: str, fields: Fields | None = None) -> None:
        """Answer the step that is open, and go on."""
        self.answer(step, STEPS[step] | (fields or {}))
        self.next.click()
        self.expect_at(ORDER[ORDER.index(step) + 1])

    def _put(self, step: str, name: str, value: str) -> None:
        field = self.page.locator(f'[name="{name}"]')
        if name.split("-", maxsplit=1)[0] in {"lps", "rules"} and not field.count():
            self.page.get_by_test_id(f"setup-{step}-add").click()
        kind = field.first.evaluate("element => element.type")
        if kind == "radio":
            self.page.get_by_test_id(f"setup-{step}-{name}-{value}").check()
        elif kind == "checkbox":
            field.check()
        elif kind.startswith("select"):
            field.select_option(value)
        else:
            field.fill(value)
