"""The fund page as a person uses it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from playwright.sync_api import Locator, Page, expect

from e2e.conftest import Funds

_PARSED = "new DOMParser().parseFromString(text, 'text/html')"
_TILES = """(page) => Object.fromEntries([
    ['as_of', page.querySelector('#figures').dataset.asOf],
    ...[...page.querySelectorAll('#figures data, #figures .note')].map(
        (each) => [each.dataset.testid, each.textContent.trim()])])"""
_FIGURES = """(page) => Object.fromEntries(
    [...page.querySelectorAll('data[data-testid^=figure-]')].map(
        (each) => [each.dataset.testid.slice(7), each.value]))"""


Point = tuple[float, float]


class FundPage:
    """A fund page, open in a browser."""

    def __init__(self, page: Page, funds: Funds, fund: str) -> None:
        self.page, self.funds, self.fund = page, funds, fund
        self.slider = page.get_by_test_id("as-of-slider")
        self.known_slider = page.get_by_test_id("known-slider")
        self.handle = page.locator("#handle > svg")
        self.date = page.get_by_test_id("as-of-date")
        self.known_date = page.get_by_test_id("known-date")
        self.banner = page.get_by_test_id("banner")
        self.alerts = page.get_by_test_id("alerts")

    def open(self, query: str = "") -> None:
        self.page.goto(self.fund + query)

    @property
    def id(self) -> UUID:
        """The fund's identity."""
        return UUID(self.fund.rstrip("/").rsplit("/", 1)[1])

    def await_texts(self) -> None:
        """Wait until the figures of all days are there, so that they follow the handle at once."""
        expect(self.slider).to_have_attribute("data-figures", "here")

    def tiles(self) -> dict[str, str]:
        """Read the day of the figures, and what each of them and each note below one says."""
        shown: dict[str, str] = self.page.evaluate(f"() => ({_TILES})(document)")
        return shown

    def tiles_of(self, part: str) -> dict[str, str]:
        """Read the same of a part of the page as the server sends it."""
        shown: dict[str, str] = self.page.evaluate(f"(text) => ({_TILES})({_PARSED})", part)
        return shown

    def figures_of(self, part: str) -> dict[str, str]:
        """Read every exact figure of a part of the page as the server sends it."""
        shown: dict[str, str] = self.page.evaluate(f"(text) => ({_FIGURES})({_PARSED})", part)
        return shown

    def await_view(self, as_of: str) -> None:
        """Wait until the figures are those of a day."""
        expect(self.page.locator("#view")).to_have_attribute("data-as-of", as_of)

    def address(self) -> dict[str, str]:
        """Read the address: what it says of the view."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.page.url).query).items()}

    def await_address(self, **parameters: str) -> None:
        """Wait until the address says this of the view, and no more."""
        self.page.wait_for_function(
            "(wanted) => new URLSearchParams(location.search).toString() === wanted",
            arg="&".join(f"{name}={value}" for name, value in parameters.items()),
        )

    def figures(self) -> dict[str, str]:
        """Read every figure on the page, as exactly as it gives them."""
        shown: dict[str, str] = self.page.evaluate(f"() => ({_FIGURES})(document)")
        return shown

    def api_figures(self, **asked: str) -> dict[str, str]:
        """Ask the API for the figures; a missing one is empty text."""
        answer = self.page.request.get(self.funds.api(self.fund), params=dict(asked))
        figures: dict[str, Any] = answer.json()["figures"]
        return {name: value or "" for name, value in figures.items()}

    def assert_equals_api(self, **asked: str) -> None:
        """Compare every figure on the page with the API's."""
        shown, api = self.figures(), self.api_figures(**asked)
        assert len(shown) >= 20
        assert shown == {name: api[name] for name in shown}

    def count_frames(self) -> None:
        """From now on note each day whose figures appear."""
        self.page.evaluate(
            """() => {
                window.frames_seen = [];
                new MutationObserver((changes) => {
                    if (!changes.some((each) => each.target.id === 'view')) return;
                    const day = document.querySelector('#view')?.dataset.asOf;
                    if (day && day !== window.frames_seen.at(-1)) window.frames_seen.push(day);
                }).observe(document.querySelector('#fund-state'),
                    { subtree: true, attributeFilter: ['data-as-of'] });
            }"""
        )

    def frames(self) -> list[str]:
        seen: list[str] = self.page.evaluate("() => window.frames_seen")
        return seen

    def place_of(self, day: str) -> float:
        """Return where a day is on the page, from the left."""
        box = self.slider.bounding_box()
        assert box
        share: float = self.slider.evaluate(
            """(range, day) =>
                (Date.parse(day) - Date.parse(range.dataset.first)) / 86400000 / range.max""",
            day,
        )
        return box["x"] + 8 + (box["width"] - 16) * share

    def row_of(self, kind: str) -> float:
        """Return how far down the page the ticks of a kind are."""
        box = self.page.locator(f"#strip .ticks .{kind}").first.bounding_box()
        assert box
        return box["y"] + box["height"] / 2

    def days_of(self, kind: str) -> list[str]:
        """Return the days with events of a kind, the earliest first."""
        days = self.page.locator(f"#strip .ticks .{kind}").get_attribute("data-days") or ""
        first = date.fromisoformat(self.slider.get_attribute("data-first") or "")
        steps = accumulate(int(gap) for gap in days.split()[::2])
        return [str(first + timedelta(days=step)) for step in steps]

    def all_days(self) -> list[str]:
        """Return the days with events of any kind, the earliest first."""
        kinds = ("investment", "valuation", "proceeds", "call", "distribution", "other")
        return sorted({day for kind in kinds for day in self.days_of(kind)})

    def touch(self, start: Sequence[Point], end: Sequence[Point]) -> None:
        """Put fingers on places of the page, move each to another place, and lift them."""
        session = self.page.context.new_cdp_session(self.page)

        def send(kind: str, points: Sequence[Point]) -> None:
            touches = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

        for fingers in range(1, len(start) + 1):
            send("touchStart", start[:fingers])
        for move in range(1, 11):
            pairs = zip(start, end, strict=True)
            send("touchMove", [_between(one, other, move / 10) for one, other in pairs])
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
        send("touchEnd", [])

    def drag(self, slider: Locator, start: float, end: float, moves: int = 60) -> None:
        """Press at one share of a slider and move to another, without letting go."""
        box = slider.bounding_box()
        assert box
        left, width, y = box["x"] + 8, box["width"] - 16, box["y"] + min(box["height"] / 2, 60)
        self.page.mouse.move(left + width * start, y)
        self.page.mouse.down()
        for move in range(1, moves + 1):
            share = start + (end - start) * move / moves
            self.page.mouse.move(left + width * share, y)
            # A hand is no faster than the screen.
            self.page.evaluate("() => new Promise(requestAnimationFrame)")


def _between(one: Point, other: Point, share: float) -> Point:
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share
