"""A valuation round as a person uses it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from e2e.pages import grid

HOLDINGS = 30
_HEAD = "effective_on,event_type,company,investor,amount,new_valuation"


def write_portfolio(file: Path) -> None:
    """Write the history of a fund with thirty holdings, all marked at the end of 2020."""
    lines = [_HEAD, "2020-01-02,COMMITMENT_MADE,,Northern Teachers,90000000,"]
    lines.append("2020-01-15,CAPITAL_CALLED,,,60000000,")
    for number in range(1, HOLDINGS + 1):
        name = name_of(number)
        lines += [
            f"2020-02-01,COMPANY_ADDED,{name},,,",
            f"2020-03-01,INVESTMENT_MADE,{name},,{number}00000,",
            f"2020-12-31,VALUATION_UPDATED,{name},,,{number}10000",
        ]
    file.write_text("\n".join(lines) + "\n")


def name_of(number: int) -> str:
    """Name a holding, so that they stand in the order of their numbers."""
    return f"Company {number:02}"


class ValuationPage:
    """A round, open in a browser."""

    def __init__(self, page: Page, fund: str, as_of: str = "2021-03-31") -> None:
        self.page, self.list_url = page, f"{fund}valuations/"
        self.as_of, self.url = as_of, f"{fund}valuations/{as_of}/"
        self.rows = page.get_by_test_id("row")
        self.saved = page.get_by_test_id("saved")
        self.marks = page.get_by_test_id("marks")
        self.sum = page.get_by_test_id("sum")
        self.change = page.get_by_test_id("change")
        self.status = page.get_by_test_id("status")
        self.notice = page.get_by_test_id("notice")
        self.refused = page.get_by_test_id("refused")
        self.both = page.get_by_test_id("both")
        self.review_it = page.get_by_role("button", name="Review")

    def start(self) -> None:
        self.page.goto(self.list_url)
        self.page.get_by_label("Quarter end").select_option(self.as_of)
        self.page.get_by_role("button", name="Start").click()
        self.page.wait_for_url(self.url)

    def open(self) -> None:
        self.page.goto(self.url)

    def cell(self, label: str, number: int) -> Locator:
        """Return the cell of a column in the row of a holding."""
        return self.page.get_by_label(f"{label}: {name_of(number)}", exact=True)

    def mark(self, number: int) -> Locator:
        return self.cell("New mark", number)

    def paste(self, cell: Locator, text: str) -> None:
        """Paste a column as a spreadsheet hands it over."""
        grid.paste(cell, text)

    def await_marks(self, count: int) -> None:
        """Wait until so many rows are read and kept."""
        expect(self.marks).to_have_text(f"{count} of {HOLDINGS}")

    def review(self) -> None:
        self.review_it.click()
        self.page.wait_for_url(f"{self.url}review")

    def record(self) -> None:
        self.page.get_by_role("button", name="record").click()
        self.page.wait_for_url(self.url)
