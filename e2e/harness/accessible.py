"""A page checked by axe in every look: narrow and wide, light and dark."""

from __future__ import annotations

from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page, ViewportSize

# A test that looks at many stages looks at each four times, on a busy machine for long.
FOR_LONG = pytest.mark.timeout(240)
PHONE = ViewportSize(width=360, height=800)
_DESK = ViewportSize(width=1280, height=800)
_LOOKS: tuple[tuple[ViewportSize, tuple[Literal["light", "dark"], ...]], ...] = (
    (PHONE, ("light", "dark")),
    (_DESK, ("dark", "light")),
)
_RUN = """async (rules) => {
    if (!window.axe) return null;
    const { violations } = await axe.run({ resultTypes: ["violations"], ...rules });
    return { violations, fits: document.documentElement.scrollWidth <= innerWidth };
}"""
# What the dark look changes is colours alone, so that only these rules can answer differently.
_OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def check_every_look(page: Page) -> None:
    """See a page as it stands in all looks, and leave it as it was."""
    page.wait_for_load_state()  # without its style sheets it looks otherwise
    before = page.viewport_size
    for size, schemes in _LOOKS:
        page.set_viewport_size(size)
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)
            _check(page, f"{page.url} at {size['width']}, {scheme}", dark=scheme == "dark")
    page.emulate_media(color_scheme="null")
    if before:
        page.set_viewport_size(before)


def _check(page: Page, where: str, *, dark: bool) -> None:
    rules = _OF_COLOURS if dark else {}
    found = page.evaluate(_RUN, rules)
    if found is None:
        page.evaluate(AXE_SCRIPT)
        found = page.evaluate(_RUN, rules)
    assert not found["violations"], f"{where}\n{AxeResults(found).generate_report()}"
    assert found["fits"], f"{where} scrolls sideways"
