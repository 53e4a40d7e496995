"""The charts of a fund, below its figures or on a page of their own."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

_PLACE = """(plot, day) => {
    const { xaxis } = plot._fullLayout;
    return plot.getBoundingClientRect().left + xaxis._offset + xaxis.d2p(day);
}"""
_ROWS = """(table) =>
    [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent))"""
_POINT = """(plot, [trace, index]) => {
    const { xaxis, yaxis } = plot._fullLayout, { left, top } = plot.getBoundingClientRect();
    const { x, y } = plot.data[trace];
    return [left + xaxis._offset + xaxis.d2p(x[index]), top + yaxis._offset + yaxis.d2p(y[index])];
}"""


class ChartPage:
    """One chart of a page."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.figure = page.get_by_test_id(f"chart-{name}")
        self.plot = self.figure.locator(".plot")
        self.cursor = self.figure.locator(".cursor")
        self.table = self.figure.get_by_role("table")

    def await_drawn(self) -> None:
        """Come into sight, and wait until the chart is drawn."""
        section = self.page.get_by_test_id("charts")  # elsewhere charts come with the page
        if section.count():
            section.scroll_into_view_if_needed()
        expect(self.figure).to_have_attribute("data-drawn", "")
        self.figure.scroll_into_view_if_needed()

    def drawn(self) -> list[dict[str, Any]]:
        """Return what Plotly drew, one trace after the other."""
        traces: list[dict[str, Any]] = self.plot.evaluate("(plot) => plot.data")
        return traces

    def color(self, name: str) -> str:
        """Return a colour of the layout as it is drawn."""
        found: str = self.plot.evaluate("(plot, name) => plot.layout[name]", name)
        return found

    def open_table(self) -> list[list[str]]:
        """Open the table, and read its rows with their headings."""
        self.figure.locator("summary").click()
        rows: list[list[str]] = self.table.evaluate(_ROWS)
        return rows

    def place_of(self, day: str) -> float:
        """Return where Plotly draws a day, from the left of the page."""
        place: float = self.plot.evaluate(_PLACE, day)
        return place

    def point(self, trace: int, index: int) -> tuple[float, float]:
        """Return where Plotly draws a point."""
        x, y = self.plot.evaluate(_POINT, [trace, index])
        return x, y

    def save(self, to: str) -> Locator:
        """Return what saves the chart as a picture."""
        return self.figure.get_by_role("button", name=to)
