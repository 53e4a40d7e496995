"""The strip under the handle: what it tells, what can be pressed, and how it plays."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, StorageState, expect
from sqlalchemy import Engine

from e2e.conftest import Funds
from e2e.harness.accessible import PHONE
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


def test_a_pointer_on_the_strip_sees_a_day_without_going_there(
    fund: FundPage, card: Locator
) -> None:
    today = fund.tiles()
    fund.page.mouse.move(fund.place_of("2021-12-31"), fund.row_of("call"))
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
    day = fund.days_of("call")[3]
    place = fund.place_of(day)
    for beside in (2, -2):
        fund.page.mouse.click(place + beside, fund.row_of("call"))
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
    page.mouse.click(fund.place_of("2021-03-01"), box["y"] + box["height"] / 2)
    fund.await_address(as_of="2021-06-30")
    fund.await_view("2021-06-30")
    page.mouse.move(fund.place_of("2021-06-30"), box["y"] + 3)
    expect(card).to_contain_text("close of Q2 2021")


def test_keys_lead_from_event_to_event_and_the_handle_says_where_it_is(fund: FundPage) -> None:
    events = fund.all_days()
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
    events = fund.all_days()
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
    today = fund.page.locator("#viewpoint").get_attribute("data-today")
    play = fund.page.get_by_test_id("play")
    play.click()
    fund.page.wait_for_function("(today) => days_seen.at(-1) === today", arg=today)
    expect(play).to_have_text("▶ Play")
    fund.await_address()
    seen: list[str] = fund.page.evaluate("days_seen")
    assert len(seen) > 3
    if pace == "event":
        assert set(seen[:-1]) <= set(events)
    else:
        assert {day[5:] for day in seen[:-1]} <= {"03-31", "06-30", "09-30", "12-31"}


def test_who_wants_little_motion_sees_it_play_a_step_a_second(fund: FundPage) -> None:
    fund.page.emulate_media(reduced_motion="reduce")
    fund.page.evaluate(
        """() => {
            // The time of the frame that moved it: a busy machine may come to the listener later.
            window.moves = [];
            document.addEventListener('input', () => moves.push(document.timeline.currentTime));
        }"""
    )
    fund.slider.press("Home")
    fund.page.get_by_test_id("play").click()
    fund.page.wait_for_function("() => moves.length >= 4")
    moves: list[float] = fund.page.evaluate("moves.slice(1)")
    assert all(later - earlier >= 999 for earlier, later in pairwise(moves))


def test_the_handle_stays_at_the_top_when_the_strip_is_scrolled_out_of_sight(
    fund: FundPage,
) -> None:
    mini = fund.page.get_by_test_id("mini")
    small = mini.get_by_role("slider", name="As of")
    expect(mini).to_be_hidden()
    fund.page.mouse.wheel(0, 600)
    expect(mini).to_be_in_viewport()
    fund.drag(small, 1, 0.5)
    seen = fund.tiles()
    expect(fund.date).to_have_value(seen["as_of"])
    expect(mini.locator("time")).to_have_text(fund.page.locator("#viewed").text_content() or "")
    expect(mini.locator("b")).to_have_text(seen["figure-nav"])
    assert fund.slider.input_value() == small.input_value()
    fund.page.mouse.up()
    fund.await_address(as_of=seen["as_of"])
    small.press("]")
    after = fund.date.input_value()
    assert after > seen["as_of"]
    fund.await_address(as_of=after)
    expect(mini.locator("time")).to_have_text(fund.page.locator("#viewed").text_content() or "")
    fund.page.mouse.wheel(0, -2000)
    expect(mini).to_be_hidden()
    expect(fund.slider).to_be_focused()
    fund.page.mouse.wheel(0, 600)
    expect(mini).to_be_visible()
    fund.page.emulate_media(media="print")
    expect(mini).to_be_hidden()


def test_on_a_phone_a_vertical_swipe_scrolls_and_a_horizontal_one_scrubs(
    browser: Browser, funds: Funds, session_of: Callable[[str, str], StorageState]
) -> None:
    context = browser.new_context(
        viewport=PHONE, has_touch=True, storage_state=session_of(funds.site, "gp")
    )
    fund = FundPage(context.new_page(), funds, funds.example)
    fund.open()
    fund.await_texts()
    today = fund.date.input_value()
    x, y = fund.place_of("2022-06-30"), fund.row_of("other") - 100
    fund.touch([(x, y)], [(x, y - 300)])
    fund.page.wait_for_function("() => scrollY > 200")
    expect(fund.date).to_have_value(today)
    fund.page.evaluate("scrollTo(0, 0)")
    fund.page.wait_for_function("() => scrollY === 0")
    fund.touch([(x, y)], [(x - 100, y)])
    expect(fund.date).not_to_have_value(today)
    fund.await_address(as_of=fund.date.input_value())
    assert fund.page.evaluate("scrollY") == 0
    context.close()


def test_on_a_phone_nothing_to_press_is_smaller_than_a_finger(fund: FundPage) -> None:
    fund.page.set_viewport_size(PHONE)
    small = fund.page.locator(".scrub").evaluate(
        """(scrub) => [...scrub.querySelectorAll('a, button, input, select, summary')]
            .filter((each) => each.checkVisibility() && each.offsetHeight < 44)
            .map((each) => `${each.outerHTML}: ${each.offsetHeight}`)"""
    )
    assert small == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_ticks_and_the_borders_of_inputs_stand_out(
    fund: FundPage, scheme: Literal["light", "dark"]
) -> None:
    fund.page.emulate_media(color_scheme=scheme)
    colours: dict[str, str] = fund.page.evaluate(
        """() => Object.fromEntries([
            ...[...document.querySelectorAll('#strip .ticks path')].map(
                (each) => [each.getAttribute('class'), getComputedStyle(each).stroke]),
            ...[...document.querySelectorAll(
                '.controls .group, .controls > form > :is(label, span) > :is(input, select)')].map(
                (each) => [each.id || each.className, getComputedStyle(each).borderTopColor])])"""
    )
    ground = fund.page.locator(".scrub").evaluate("(it) => getComputedStyle(it).backgroundColor")
    assert len(colours) > 7
    faint = {name for name, colour in colours.items() if _contrast(colour, ground) < 3}
    assert not faint


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    """Return how bright a colour such as rgb(1, 2, 3) is, as WCAG 2 has it."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
