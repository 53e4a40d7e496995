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
        self.types = page.get_by_test_id("types")
        self.company = page.get_by_label("Company", exact=True)

    def open(self, query: str = "") -> None:
        self.page.goto(self.url + query)

    def day(self, label: str) -> Locator:
        """Return a date to filter by, such as Effective from."""
        return self.page.get_by_label(label)

    def type(self, name: str) -> Locator:
        """Return the box of a type of event."""
        return self.types.get_by_role("checkbox", name=name, exact=True, include_hidden=True)

    def choose_type(self, name: str) -> None:
        """Tick a type of event, or untick it, in the list that opens."""
        box = self.type(name)
        if not box.is_visible():
            self.types.locator("summary").click()
        box.click()

    def event(self, sequence: int) -> Locator:
        return self.page.locator(f"#event-{sequence}")

    def open_event(self, sequence: int) -> Locator:
        """Open the line of an event."""
        event = self.shown(sequence)
        event.locator(".line").click()
        return event

    def shown(self, sequence: int) -> Locator:
        """Return an event, whose batch is opened where it is part of one."""
        event = self.event(sequence)
        if not event.is_visible():
            event.locator("xpath=ancestor::details/summary").click()
        return event

    def act(self, sequence: int, name: str) -> None:
        """Follow a link in the menu of an event."""
        menu = self.shown(sequence).get_by_test_id("actions")
        menu.locator("summary").click()
        menu.get_by_role("link", name=name).click()

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
