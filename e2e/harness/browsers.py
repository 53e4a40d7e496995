"""The one browser that a worker drives, started anew for the next test where it is gone."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Error, Playwright, sync_playwright

from tests.machine import patience

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Each window would load two more pages, for a list that drops down from an address bar.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup",
)
_DRIVER = "playwright/driver/"
_STARTED_WITHIN = 60.0  # seconds


class Browsers:
    """A browser and the driver that leads to it; at most one of each at a time."""

    def __init__(self, program: Path | None, *, headed: bool = False) -> None:
        """Take which program to start, without starting it."""
        self._program, self._headed = program, headed
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    def living(self) -> Browser:
        """Return the browser, another one where the last is gone."""
        if self._browser is None or not _lives(self._browser):
            self.kill()
            self._playwright = sync_playwright().start()
            self._browser = self._playwright.chromium.launch(
                executable_path=self._program,
                headless=not self._headed,
                args=list(ARGUMENTS),
                timeout=patience(_STARTED_WITHIN) * 1000,
            )
        return self._browser

    def close(self) -> None:
        """Leave the browser as it wishes to be left."""
        if self._browser and _lives(self._browser):
            self._browser.close()
        self.kill()

    def kill(self) -> None:
        """End the browser and its driver, also where they answer no more."""
        if self._playwright is None:
            return
        for process in psutil.Process(os.getpid()).children():
            with suppress(psutil.Error):
                if _DRIVER in " ".join(process.cmdline()):
                    _kill_all([*process.children(recursive=True), process])
        with suppress(Error):
            self._playwright.stop()
        self._playwright = self._browser = None


def _lives(browser: Browser) -> bool:
    """Ask the browser itself, past what was known of it before."""
    try:
        browser.new_browser_cdp_session().detach()
    except Error:
        return False
    return True


def _kill_all(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(processes, timeout=patience(5))
