"""Where a day begins: nobody is signed in."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from e2e.conftest import Funds
from e2e.journeys.person import Person


@pytest.fixture
def desk(browser: Browser, funds: Funds) -> Person:
    """Return somebody who sits down at a desk."""
    return Person(_page(browser), funds.site)


@pytest.fixture
def other_desk(browser: Browser, funds: Funds) -> Person:
    """Return somebody else at a desk of their own."""
    return Person(_page(browser), funds.site)


def _page(browser: Browser) -> Page:
    return browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
