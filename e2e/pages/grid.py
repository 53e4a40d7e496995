"""What grids that are typed into have in common."""

from __future__ import annotations

from playwright.sync_api import Locator


def paste(cell: Locator, text: str) -> None:
    """Paste cells as a spreadsheet hands them over."""
    cell.evaluate(
        """(cell, text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const how = { clipboardData: data, bubbles: true, cancelable: true };
            cell.dispatchEvent(new ClipboardEvent("paste", how));
        }""",
        text,
    )
