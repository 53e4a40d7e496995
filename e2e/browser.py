"""Decide which browser the tests drive: an installed one, Playwright's own, or Debian's package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

_HEADLESS = ("chromium-headless-shell", "chrome-headless-shell")  # which cost a third less
_INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FETCH_WITHIN = 300  # seconds


def find_browser(asked: str | None = None, *, headed: bool = False) -> Path | None:
    """Give the browser that is asked for, or one that is there; None where there is none.

    A `headed` one can be seen.
    """
    if asked:
        if found := shutil.which(asked):
            return Path(found)
        raise FileNotFoundError(f"no browser {asked!r}: give the path or the name of a Chromium")
    for name in _INSTALLED if headed else (*_HEADLESS, *_INSTALLED):
        if found := shutil.which(name):
            return Path(found)
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if own.exists() else None


def ensure_browser() -> Path | None:
    """Give a browser, fetched if there is none; None where that is not possible either."""
    if found := find_browser():
        return found
    print("No browser is installed: fetching Playwright's own", flush=True)
    _try([sys.executable, "-m", "playwright", "install", "chromium"])
    if found := find_browser():
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Playwright's own cannot be had: installing Debian's package", flush=True)
        _try(["apt-get", "update", "-q"])
        for package in ("chromium-headless-shell", "chromium"):
            _try(["apt-get", "install", "-q", "-y", "--no-install-recommends", package])
            if found := find_browser():
                return found
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
