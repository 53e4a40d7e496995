"""The check of a page sees what is wrong in one look alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from e2e.harness.accessible import check_every_look

_DARK = "@media (prefers-color-scheme: dark)"
_FAINT = "body { color: #777; background: #888; }"
_PAGE = """<!doctype html><html lang="en"><title>A page</title>
<meta name="viewport" content="width=device-width">
<style>body { color: black; background: white; } %s</style>
<main><h1>A page</h1><p>Words</p>%s</main></html>"""


@pytest.fixture
def bare(browser: Browser) -> Page:
    return browser.new_context(viewport={"width": 900, "height": 500}).new_page()


def test_a_sound_page_is_left_as_it_was(bare: Page) -> None:
    bare.set_content(_PAGE % ("", ""))
    check_every_look(bare)
    assert bare.evaluate("() => [innerWidth, innerHeight]") == [900, 500]
    assert not bare.evaluate("() => matchMedia('(prefers-color-scheme: dark)').matches")


@pytest.mark.parametrize(
    ("style", "more", "told"),
    [
        ("", "<img src='data:,'>", "at 360, light\n.*image-alt"),
        (_FAINT, "", "at 360, light\n.*color-contrast"),
        (f"{_DARK} {{ {_FAINT} }}", "", "at 360, dark\n.*color-contrast"),
        (f"@media (min-width: 999px) {{ {_DARK} {{ {_FAINT} }} }}", "", "at 1280, dark\n"),
        (f"@media (min-width: 999px) {{ {_FAINT} }}", "", "at 1280, (dark|light)\n.*contrast"),
        ("p { width: 500px; }", "", "at 360, light scrolls sideways"),
    ],
)
def test_what_is_wrong_in_one_look_is_found(bare: Page, style: str, more: str, told: str) -> None:
    bare.set_content(_PAGE % (style, more))
    with pytest.raises(AssertionError, match=f"(?s){told}"):
        check_every_look(bare)
