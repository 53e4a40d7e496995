"""The timeline as a person uses it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Locator, Page, expect


class TimelinePage:
    """A fund's timeline, open in a browser."""

    def __init__(self, page: Page, fund: str) -> None:
        self.page, self.url = page, f"{fund}timeline"
        self.events = page.get_by_test_id("event")
        self.found = page.get_by_test_id("found")
        self.nothing = page.get_by_test_id("nothing")
        self.older = page.get_by_test_id("older")
        self.newest = page.get_by_test_id("newest")
        self.clear = page.get_by_test_id("clear")
        self.type = page.get_by_label("Type")
        self.company = page.get_by_label("Company")

    def open(self, query: str = "") -> None:
        self.page.goto(self.url + query)

    def day(self, label: str) -> Locator:
        """Return a date to filter by, such as Effective from."""
        return self.page.get_by_label(label)

    def event(self, sequence: int) -> Locator:
        return self.page.locator(f"#event-{sequence}")

    def sequences(self) -> list[int]:
        """Read which events are listed, in their order, once all of the page is there."""
        self.page.wait_for_load_state()
        ids = self.events.evaluate_all("(all) => all.map((each) => each.id)")
        return [int(each.removeprefix("event-")) for each in ids]

    def address(self) -> dict[str, str]:
        """Read the address: what it says of the filters."""
        return dict(parse_qsl(urlsplit(self.page.url).query))

    def await_filters(self, **filters: str) -> None:
        """Wait until the address says these filters, and no more, and the list follows them."""
        self.page.wait_for_function(
            "(wanted) => new URLSearchParams(location.search).toString() === wanted",
            arg="&".join(f"{name}={value}" for name, value in filters.items()),
        )
        self.page.wait_for_function("() => !document.querySelector('.htmx-request')")

    def await_count(self, count: int) -> None:
        expect(self.events).to_have_count(count)
