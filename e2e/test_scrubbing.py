"""Dragging the handle: the figures follow it, and the address remembers where it was let go."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from e2e.conftest import Funds
from e2e.harness.troubles import Troubles
from e2e.pages.fund import FundPage


@pytest.fixture(params=["example", "usv"])
def fund(request: pytest.FixtureRequest, page: Page, funds: Funds) -> FundPage:
    """Return the page of the example fund, then that of a real one."""
    return FundPage(page, funds, getattr(funds, request.param))


def _slow_down(context: BrowserContext, page: Page) -> None:
    """Put the server as far away as another continent."""
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 100, "downloadThroughput": -1, "uploadThroughput": -1},
    )


def test_frames_appear_while_dragging_and_the_last_one_is_right(
    fund: FundPage, context: BrowserContext
) -> None:
    fund.open()
    _slow_down(context, fund.page)
    fund.count_frames()
    fund.drag(fund.slider, 1, 0.3)
    fund.page.wait_for_function("() => window.frames_seen.length >= 3")
    day = fund.date.input_value()
    fund.await_view(day)
    assert fund.address() == {}, "the address waits until the handle is let go"
    frames = fund.frames()
    assert len(frames) >= 4
    assert frames == sorted(frames, reverse=True)
    fund.page.mouse.up()
    fund.await_address(as_of=day)
    timeline = fund.page.get_by_role("link", name="Timeline", exact=True)
    expect(timeline).to_have_attribute("href", re.compile(rf"/timeline\?as_of={day}$"))
    fund.await_view(day)
    fund.assert_equals_api(at=day)


def test_back_and_reload_and_a_shared_link_bring_the_view_back(fund: FundPage) -> None:
    fund.open()
    fund.drag(fund.slider, 1, 0.4, moves=10)
    fund.page.mouse.up()
    fund.page.wait_for_url("**/?as_of=*")
    first = fund.address()["as_of"]
    fund.await_view(first)
    fund.drag(fund.slider, 0.4, 0.7, moves=10)
    fund.page.mouse.up()
    fund.page.wait_for_function("(day) => !location.search.includes(day)", arg=first)
    second = fund.address()["as_of"]
    fund.await_view(second)

    fund.page.go_back()
    _assert_stands_at(fund, first)
    fund.page.reload()
    _assert_stands_at(fund, first)
    fund.page.go_forward()
    _assert_stands_at(fund, second)
    shared = fund.page.url
    fund.page.goto("about:blank")
    fund.page.goto(shared)
    _assert_stands_at(fund, second)


def _assert_stands_at(fund: FundPage, day: str) -> None:
    fund.await_view(day)
    expect(fund.date).to_have_value(day)
    share = int(fund.slider.input_value()) / int(fund.slider.get_attribute("max") or 0)
    drawn = float((fund.handle.get_attribute("x") or "").rstrip("%"))
    assert drawn == pytest.approx(share * 100, abs=0.01)
    expect(fund.banner).to_have_class("banner")
    fund.assert_equals_api(at=day)


def test_the_slider_still_works_after_coming_back(fund: FundPage) -> None:
    fund.open()
    fund.drag(fund.slider, 1, 0.4, moves=5)
    fund.page.mouse.up()
    fund.page.wait_for_url("**/?as_of=*")
    fund.page.go_back()
    expect(fund.banner).to_have_class("banner quiet")
    fund.drag(fund.slider, 1, 0.6, moves=5)
    fund.page.mouse.up()
    fund.page.wait_for_url("**/?as_of=*")
    fund.await_view(fund.address()["as_of"])
    fund.assert_equals_api(at=fund.address()["as_of"])


def test_at_rest_the_label_is_the_nav_of_the_figures(fund: FundPage) -> None:
    fund.open()
    label = fund.page.locator("#handle text")
    label.evaluate("(element) => { element.textContent = 'of another day'; }")
    fund.slider.press("PageDown")
    fund.page.wait_for_url("**/?as_of=*")
    fund.await_view(fund.address()["as_of"])
    expect(label).to_have_text(fund.tiles()["figure-nav"])


def test_the_figures_follow_the_handle_without_a_request(
    fund: FundPage, troubles: Troubles
) -> None:
    fund.open()
    fund.await_texts()
    today = fund.date.input_value()
    fund.page.context.set_offline(offline=True)
    seen = fund.slider.evaluate(
        """(range) => {
            range.value = Math.round(range.max / 3);
            range.dispatchEvent(new Event('input', { bubbles: true }));
            return [document.querySelector('#handle > svg').getAttribute('x'),
                document.querySelector('#handle text').textContent];
        }"""
    )
    assert float(seen[0].rstrip("%")) == pytest.approx(33.3, abs=0.1)
    day, tiles = fund.date.input_value(), fund.tiles()
    assert (tiles["as_of"], tiles["figure-nav"]) == (day, seen[1])
    assert day != today
    expect(fund.banner).to_contain_text("Viewing")
    expect(fund.page.locator("#view")).to_have_class("lags")
    expect(fund.page.locator("#view")).to_have_attribute("data-as-of", today)
    assert fund.address() == {}
    fund.page.context.set_offline(offline=False)
    troubles.expect("Failed to")
    fund.await_view(day)
    assert fund.tiles() == tiles
    fund.assert_equals_api(at=day)


def test_who_is_offline_is_told_and_it_mends_by_itself(fund: FundPage, troubles: Troubles) -> None:
    fund.open()
    fund.await_texts()
    shown = fund.page.get_by_test_id("holdings-on").text_content()
    fund.page.context.set_offline(offline=True)
    fund.slider.press("PageDown")
    day = fund.date.input_value()
    expect(fund.alerts).to_contain_text(f"You're offline: showing {shown}")
    expect(fund.alerts).to_contain_text("Asof tries again by itself, in")
    assert fund.tiles()["as_of"] == day
    fund.page.context.set_offline(offline=False)
    fund.await_view(day)
    expect(fund.alerts).to_be_empty()
    expect(fund.page.locator("#view")).not_to_have_class("lags")
    fund.assert_equals_api(at=day)
    troubles.expect("Failed to")


@pytest.mark.parametrize("query", ["", "?as_of=2022-06-30&known_at=2022-02-15"])
def test_at_200_stops_of_a_drag_figures_are_those_of_the_page_and_of_the_api(
    page: Page, funds: Funds, query: str
) -> None:
    fund = FundPage(page, funds, funds.example)
    fund.open(query)
    fund.await_texts()
    through = page.locator("#view").get_attribute("data-through") or ""
    box = fund.slider.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] - 8, box["y"] + 60)
    page.mouse.down()
    known: dict[str, str | float | bool] = {**fund.address()}
    days = set()
    for stop in range(200):
        share = 0.5 + 0.48 * (1 if stop % 2 else -1) * (1 - stop / 200)
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + 60)
        tiles = fund.tiles()
        day = tiles["as_of"]
        assert day == fund.date.input_value()
        part = page.request.get(
            fund.fund, params=known | {"as_of": day}, headers={"HX-Request-Type": "partial"}
        )
        assert tiles == fund.tiles_of(part.text()), day
        exact = fund.api_figures(at=day, through=through)
        assert fund.figures_of(part.text()).items() <= exact.items(), day
        days.add(day)
    page.mouse.up()
    assert len(days) > 150


def test_playing_goes_on_to_today_and_stops_there(fund: FundPage) -> None:
    fund.open()
    fund.count_frames()
    speed = fund.page.get_by_role("button", name="Speed")
    speed.click()
    speed.click()
    expect(speed).to_have_text("4×")
    # From a year and a half before the end, so that nobody waits for a whole life.
    step = int(fund.slider.get_attribute("max") or 0) - 540
    fund.slider.evaluate("(range, step) => { range.value = step; }", step)
    play = fund.page.get_by_test_id("play")
    play.click()
    expect(play).to_have_text("❚❚ Pause")
    expect(play).to_have_text("▶ Play")
    fund.await_view(fund.page.locator("#viewpoint").get_attribute("data-today") or "")
    expect(fund.banner).to_have_class("banner quiet")
    days = fund.frames()  # as many as the machine keeps up with
    assert len(days) > 2
    assert days == sorted(days)
    assert fund.address() == {}


def test_play_pauses_where_it_is_and_the_address_says_so(fund: FundPage) -> None:
    fund.open()
    fund.count_frames()
    play = fund.page.get_by_test_id("play")
    play.click()
    fund.page.wait_for_function("() => window.frames_seen.length >= 3")
    play.click()
    fund.page.wait_for_url("**/?as_of=*")
    day = fund.address()["as_of"]
    fund.await_view(day)
    expect(fund.date).to_have_value(day)
    fund.assert_equals_api(at=day)
