"""The strip under the handle: what it tells, what can be pressed, and how it plays."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import accumulate

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import Engine

from e2e.conftest import Funds
from e2e.pages.fund import FundPage
from tests.ledgers import raw, record


@pytest.fixture
def fund(page: Page, funds: Funds) -> FundPage:
    """Return the page of the example fund, with the figures of all its days."""
    fund = FundPage(page, funds, funds.example)
    fund.open()
    fund.await_texts()
    return fund


@pytest.fixture
def card(page: Page) -> Locator:
    """Return the card that tells of a day."""
    return page.get_by_test_id("peek")


def _place_of(fund: FundPage, day: str) -> float:
    """Return where a day is on the page, from the left."""
    box = fund.slider.bounding_box()
    assert box
    share: float = fund.slider.evaluate(
        """(range, day) =>
            (Date.parse(day) - Date.parse(range.dataset.first)) / 86400000 / range.max""",
        day,
    )
    return box["x"] + 8 + (box["width"] - 16) * share


def _row_of(fund: FundPage, kind: str) -> float:
    """Return how far down the page the ticks of a kind are."""
    box = fund.page.locator(f"#strip .ticks .{kind}").first.bounding_box()
    assert box
    return box["y"] + box["height"] / 2


def _days_of(fund: FundPage, kind: str) -> list[str]:
    """Return the days with events of a kind, the earliest first."""
    days = fund.page.locator(f"#strip .ticks .{kind}").get_attribute("data-days") or ""
    first = date.fromisoformat(fund.slider.get_attribute("data-first") or "")
    steps = accumulate(int(gap) for gap in days.split()[::2])
    return [str(first + timedelta(days=step)) for step in steps]


def test_a_pointer_on_the_strip_sees_a_day_without_going_there(
    fund: FundPage, card: Locator
) -> None:
    today = fund.tiles()
    fund.page.mouse.move(_place_of(fund, "2021-12-31"), _row_of(fund, "call"))
    expect(card).to_contain_text("31 Dec 2021")
    expect(card).to_contain_text("valuations")
    told = card.text_content() or ""
    assert fund.tiles() == today
    assert fund.address() == {}
    fund.page.mouse.move(10, 10)
    expect(card).to_be_hidden()
    fund.open("?as_of=2021-12-31")
    then = fund.tiles()
    assert f"NAV {then['figure-nav']}, TVPI {then['figure-tvpi']}" in told


def test_the_focused_handle_shows_its_own_day_and_escape_takes_the_card_away(
    fund: FundPage, card: Locator
) -> None:
    fund.page.get_by_test_id("as-of-date").press("Shift+Tab")
    fund.slider.press("PageDown")
    expect(card).to_be_visible()
    expect(card).to_contain_text(fund.page.locator("#viewed").text_content() or "")
    fund.slider.press("Escape")
    expect(card).to_be_hidden()


def test_a_pressed_tick_takes_the_handle_to_its_very_day(fund: FundPage) -> None:
    day = _days_of(fund, "call")[3]
    place = _place_of(fund, day)
    for beside in (2, -2):
        fund.page.mouse.click(place + beside, _row_of(fund, "call"))
        expect(fund.date).to_have_value(day)
        fund.await_address(as_of=day)
        fund.await_view(day)
        fund.slider.press("End")
        fund.await_address()


def test_a_pressed_chapter_takes_the_handle_to_its_close(
    page: Page, funds: Funds, engine: Engine, card: Locator
) -> None:
    fund = FundPage(page, funds, funds.import_example("Chapters"))
    for day in ("2020-12-31", "2021-06-30"):
        record(engine, fund.id, raw("PERIOD_CLOSED", day, closed_through=day))
    fund.open()
    fund.await_texts()
    chapters = page.get_by_test_id("chapters")
    expect(chapters).to_contain_text("Q4 2020")
    box = chapters.bounding_box()
    assert box
    page.mouse.click(_place_of(fund, "2021-03-01"), box["y"] + box["height"] / 2)
    fund.await_address(as_of="2021-06-30")
    fund.await_view("2021-06-30")
    page.mouse.move(_place_of(fund, "2021-06-30"), box["y"] + 3)
    expect(card).to_contain_text("close of Q2 2021")


def test_keys_lead_from_event_to_event_and_the_handle_says_where_it_is(fund: FundPage) -> None:
    events = _all_days(fund)
    fund.slider.focus()
    fund.slider.press("End")
    for day in (events[-1], events[-2]):
        fund.slider.press("[")
        expect(fund.date).to_have_value(day)
    fund.slider.press("]")
    expect(fund.date).to_have_value(events[-1])
    fund.await_address(as_of=events[-1])
    fund.await_view(events[-1])
    tiles = fund.tiles()
    said = fund.slider.get_attribute("aria-valuetext") or ""
    figures = f"NAV {tiles['figure-nav']}, TVPI {tiles['figure-tvpi']}"
    assert said == f"31 Dec 2023, {figures}, 3 valuations"
    fund.slider.press("]")
    expect(fund.date).to_have_value(events[-1])


def _all_days(fund: FundPage) -> list[str]:
    kinds = ("investment", "valuation", "proceeds", "call", "distribution", "other")
    return sorted({day for kind in kinds for day in _days_of(fund, kind)})


def test_space_plays_and_pauses(fund: FundPage) -> None:
    play = fund.page.get_by_test_id("play")
    fund.slider.press("Home")
    fund.await_address(as_of=fund.slider.get_attribute("data-first") or "")
    fund.slider.press("Space")
    expect(play).to_have_text("❚❚ Pause")
    fund.slider.press("Space")
    expect(play).to_have_text("▶ Play")
    assert fund.page.evaluate("scrollY") == 0


@pytest.mark.parametrize("pace", ["event", "quarter"])
def test_it_plays_from_event_to_event_or_quarter_to_quarter_and_stops_at_the_end(
    fund: FundPage, pace: str
) -> None:
    events = _all_days(fund)
    fund.page.get_by_test_id("pace").select_option(pace)
    speed = fund.page.get_by_role("button", name="Speed")
    for _ in range(3):
        speed.click()
    expect(speed).to_have_text("8×")
    assert fund.address() == {}, "how it plays is no part of the view"
    # From near the end, so that nobody waits for a whole life.
    start = events[-5]
    fund.date.fill(start)
    fund.await_address(as_of=start)
    fund.page.evaluate(
        """() => {
            window.days_seen = [];
            document.addEventListener('input', ({ target }) => {
                if (target.id === 'day') days_seen.push(document.querySelector('#as-of').value);
            });
        }"""
    )
    play = fund.page.get_by_test_id("play")
    play.click()
    expect(play).to_have_text("❚❚ Pause")
    expect(play).to_have_text("▶ Play")
    fund.await_address()
    seen: list[str] = fund.page.evaluate("days_seen")
    assert len(seen) > 3
    if pace == "event":
        assert set(seen[:-1]) <= set(events)
    else:
        assert {day[5:] for day in seen[:-1]} <= {"03-31", "06-30", "09-30", "12-31"}
    today = fund.page.locator("#viewpoint").get_attribute("data-today")
    assert seen[-1] == today
