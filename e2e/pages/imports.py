"""An import as a person brings it from a file to a fund."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.machine import patience_ms

_WORKED = 20.0  # seconds until a worker has done a job
File = Path | tuple[str, bytes]


class ImportPage:
    """The pages of an import, open in a browser."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.url = page, f"{site}funds/import/"
        self.name = page.get_by_label("Name of the new fund")
        self.progress = page.get_by_test_id("progress")
        self.sound = page.get_by_test_id("sound")
        self.faults = page.get_by_test_id("faults")
        self.fault_rows = page.get_by_test_id("fault-row")
        self.mapping = page.get_by_test_id("mapping")
        self.commit = page.get_by_test_id("commit")
        self.unfinished = page.get_by_test_id("unfinished")

    def open(self) -> None:
        self.page.goto(self.url)

    def upload(self, name: str, file: File) -> None:
        """Upload a file for a new fund."""
        self.open()
        self.name.fill(name)
        self._choose(file)
        self.page.get_by_role("button", name="Upload and check").click()

    def upload_again(self, file: File) -> None:
        """Upload a corrected file."""
        self._choose(file)
        self.page.get_by_role("button", name="Upload and check").click()

    def means(self, heading: str, column: str) -> None:
        """Say what a heading means."""
        self.page.get_by_label(f"Column for {heading}").select_option(column)

    def meaning(self, heading: str) -> str:
        """Tell what is chosen for a heading."""
        return self.page.get_by_label(f"Column for {heading}").input_value()

    def check_rows(self) -> None:
        self.page.get_by_role("button", name="Check the rows").click()

    def await_sound(self) -> None:
        expect(self.sound).to_be_visible(timeout=patience_ms(_WORKED))

    def await_faults(self) -> None:
        expect(self.faults).to_be_visible(timeout=patience_ms(_WORKED))

    def await_fund(self, name: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(
            name, timeout=patience_ms(_WORKED)
        )

    def _choose(self, file: File) -> None:
        chooser = self.page.locator('input[type="file"]').last
        if isinstance(file, Path):
            chooser.set_input_files(file)
            return
        name, content = file
        chooser.set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
