"""A page checked by axe in every look: narrow and wide, light and dark."""

from __future__ import annotations

from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page, ViewportSize

Scheme = Literal["light", "dark"]
PHONE = ViewportSize(width=360, height=800)
_DESK = ViewportSize(width=1280, height=800)
_RUN = "(rules) => axe.run({ resultTypes: ['violations'], ...rules })"
# What the dark look changes is colours alone, so that only these rules can answer differently.
_OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def check_every_look(page: Page) -> None:
    """See a page as it stands in all looks, and leave it as it was."""
    before = page.viewport_size
    for size in (PHONE, _DESK):
        page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            _check(page, size["width"], scheme)
    page.emulate_media(color_scheme="null")
    if before:
        page.set_viewport_size(before)


def _check(page: Page, width: int, scheme: Scheme) -> None:
    page.emulate_media(color_scheme=scheme)
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = AxeResults(page.evaluate(_RUN, _OF_COLOURS if scheme == "dark" else {}))
    where = f"{page.url} at {width}, {scheme}"
    assert found.violations_count == 0, f"{where}\n{found.generate_report()}"
    fits = page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert fits, f"{where} scrolls sideways"
