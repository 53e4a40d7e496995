"""Answers that are held back for a while, as a slow server would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Route


@contextmanager
def held_back(page: Page, address: str) -> Iterator[None]:
    """Hold the answers from addresses of a pattern back until the end of the block."""
    held: list[Route] = []
    over = False

    def hold(route: Route) -> None:
        if over:
            route.fallback()
        else:
            held.append(route)

    page.route(address, hold)
    yield
    over = True
    for route in held:
        route.fallback()
