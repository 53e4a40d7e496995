"""Decide which browser the tests drive: the one that people are likeliest to have, or another."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

_ORDINARY = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# They have no window, cost a third less, and are nobody's browser but a program's.
_HEADLESS = ("chromium-headless-shell", "chrome-headless-shell")
_FETCH_WITHIN = 300  # seconds


def find_browser(asked: str | None = None, *, headed: bool = False) -> Path | None:
    """Return the browser that is asked for, or one that is there; None where there is none.

    A `headed` one can be seen.
    """
    if asked:
        if found := shutil.which(asked):
            return Path(found)
        raise FileNotFoundError(f"no browser {asked!r}: give the path or the name of a Chromium")
    ordinary = next(_installed(_ORDINARY), None) or _playwrights_own()
    return ordinary or (None if headed else next(_installed(_HEADLESS), None))


def every_browser() -> list[Path]:
    """Return the browsers that are installed, each once, whatever its names."""
    found = _installed((*_ORDINARY, *_HEADLESS))
    return list({browser.resolve(): browser for browser in found}.values())


def _installed(names: Iterable[str]) -> Iterator[Path]:
    return (Path(path) for name in names if (path := shutil.which(name)))


def _playwrights_own() -> Path | None:
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if own.exists() else None


def ensure_browser() -> Path | None:
    """Return a browser, fetched if there is none; None where that is not possible either."""
    if found := find_browser():
        return found
    print("No browser is installed: fetching Playwright's own", flush=True)
    _try([sys.executable, "-m", "playwright", "install", "chromium"])
    if found := find_browser():
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Playwright's own cannot be had: installing Debian's package", flush=True)
        _try(["apt-get", "update", "-q"])
        _try(["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"])
    return find_browser()


def _try(command: list[str]) -> None:
    """Run a command that may fail: what it was to bring is looked for afterwards."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, check=False, timeout=_FETCH_WITHIN, env=environment)
    except subprocess.TimeoutExpired:
        print(f"{' '.join(command)}: not within {_FETCH_WITHIN} s", file=sys.stderr)


if __name__ == "__main__":
    browser = ensure_browser()
    if browser is None:
        sys.exit("No browser for the tests: install Chromium (on Debian, apt-get install chromium)")
    print(f"The tests drive {browser}")
