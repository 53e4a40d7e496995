"""What is kept of a test that fails: traces, pages, the console and the server's words."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page

from e2e.harness.time_limit import TimeLimitError, time_limit
from e2e.harness.troubles import Troubles
from tests.machine import patience, patience_ms

ANSWERED_WITHIN = 10.0  # seconds, for whatever a page is asked
_KEPT_WITHIN = 8.0  # seconds, for all contexts
_LONGEST = 150  # letters of a folder's name


class Evidence:
    """All contexts that one test opens, watched and traced until it ends."""

    def __init__(
        self, folder: Path, troubles: Troubles, logs: list[Path], *, with_pages: bool = False
    ) -> None:
        """Begin a test; what an earlier attempt at it left is removed.

        Traces are to show each step `with_pages` as they stood, not only what was done and sent.
        """
        shutil.rmtree(folder, ignore_errors=True)
        self.folder = folder
        self.contexts: list[BrowserContext] = []
        self.troubles, self._logs, self._with_pages = troubles, logs, with_pages
        self._read = {log: log.stat().st_size for log in logs}
        self._closings: list[Callable[[], None]] = []

    def watch(self, browser: Browser) -> tuple[Callable[..., BrowserContext], Callable[..., Page]]:
        """Return the browser's ways to open contexts and pages, with each seen from its start."""
        new_context = browser.new_context

        def open_context(**how: Any) -> BrowserContext:  # noqa: ANN401 - Playwright's own
            context = new_context(**how)
            self._take(context)
            return context

        return open_context, lambda **how: open_context(**how).new_page()

    def settle(self) -> None:
        """Have the browser tell what it has not told yet."""
        for context in self.contexts:
            with suppress(Error):  # it crashed, which was told
                context.cookies()

    def keep(self) -> list[Path]:
        """Write all there is into the test's folder, and return the files."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with suppress(TimeLimitError), time_limit(patience(_KEPT_WITHIN)):  # it may hang
            for number, context in enumerate(self.contexts, 1):
                self._keep_context(number, context)
        said = "".join(self._said(log) for log in self._logs)
        (self.folder / "server.log").write_text(said)
        console = "".join(f"{line}\n" for line in self.troubles.console)
        (self.folder / "console.txt").write_text(console)
        return sorted(self.folder.iterdir())

    def _keep_context(self, number: int, context: BrowserContext) -> None:
        for place, page in enumerate(context.pages, 1):
            name = f"page-{number}-{place}"
            with suppress(Error):
                page.screenshot(path=self.folder / f"{name}.png", timeout=5_000)
            with suppress(Error):
                (self.folder / f"{name}.html").write_text(page.content())
        with suppress(Error):  # it is written already, or the browser is gone
            context.tracing.stop(path=self.folder / f"trace-{number}.zip")

    def close(self) -> None:
        """Close every context."""
        for close in self._closings:
            with suppress(Error):  # the browser is gone
                close()
        self.contexts.clear()

    def _take(self, context: BrowserContext) -> None:
        context.set_default_timeout(patience_ms(ANSWERED_WITHIN))
        # The page at every step is a sixth of the whole suite's time, a film as much.
        context.tracing.start(screenshots=False, snapshots=self._with_pages)
        self.troubles.watch(context)
        self.contexts.append(context)
        # One that a test is done with stays until the test ends: who knows yet how.
        self._closings.append(context.close)
        context.close = lambda **_: None  # type: ignore[method-assign]

    def _said(self, log: Path) -> str:
        return log.read_bytes()[self._read.get(log, 0) :].decode(errors="replace")


def make_empty(results: Path) -> None:
    """Remove what an earlier run left. Raises FileExistsError where it was no such run's."""
    mark = results / ".gitignore"
    is_ours = mark.exists() or (results / "report.html").exists()
    if results.exists() and any(results.iterdir()) and not is_ours:
        raise FileExistsError(f"{results} holds other things than results: name another folder")
    shutil.rmtree(results, ignore_errors=True)
    results.mkdir(parents=True)
    mark.write_text("*\n")


def folder_name(test: str) -> str:
    """Name the folder of a test by its id."""
    file, _, name = test.partition("::")
    readable = re.sub(r"[^\w-]+", "-", f"{Path(file).stem}-{name}")[:_LONGEST].strip("-")
    # Names that differ in what a folder's name leaves out differ in their hashes.
    return f"{readable}-{sha256(test.encode()).hexdigest()[:6]}"
