"""Dragging the handle: the figures follow it, and the address remembers where it was let go."""

from __future__ import annotations

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
    expect(fund.banner).to_contain_text("Time machine:")
    fund.assert_equals_api(at=day)


def test_the_slider_still_works_after_coming_back(fund: FundPage) -> None:
    fund.open()
    fund.drag(fund.slider, 1, 0.4, moves=5)
    fund.page.mouse.up()
    fund.page.wait_for_url("**/?as_of=*")
    fund.page.go_back()
    expect(fund.banner).to_contain_text("Today")
    fund.drag(fund.slider, 1, 0.6, moves=5)
    fund.page.mouse.up()
    fund.page.wait_for_url("**/?as_of=*")
    fund.await_view(fund.address()["as_of"])
    fund.assert_equals_api(at=fund.address()["as_of"])


def test_at_rest_the_label_is_the_nav_of_the_figures(fund: FundPage) -> None:
    fund.open()
    labels = fund.page.locator("#nav-labels")
    labels.evaluate("(element) => { element.textContent = '[[0, \"of another day\"]]'; }")
    fund.slider.press("PageDown")
    fund.page.wait_for_function(
        "() => document.querySelector('#handle text').textContent"
        " === document.querySelector('#view').dataset.nav"
    )


def test_the_handle_and_its_label_do_not_wait_for_the_server(
    fund: FundPage, troubles: Troubles
) -> None:
    fund.open()
    figures = fund.figures()
    before = fund.page.locator("#handle text").text_content()
    fund.page.context.set_offline(offline=True)
    drawn = fund.slider.evaluate(
        """(range) => {
            range.value = Math.round(range.max / 3);
            range.dispatchEvent(new Event('input', { bubbles: true }));
            return document.querySelector('#handle > svg').getAttribute('x');
        }"""
    )
    assert float(drawn.rstrip("%")) == pytest.approx(33.3, abs=0.1)
    assert fund.page.locator("#handle text").text_content() != before
    expect(fund.alerts).to_contain_text("Asof cannot be reached")
    assert fund.figures() == figures
    assert fund.address() == {}
    troubles.expect("Failed to")


def test_what_was_unreachable_is_there_when_the_connection_is_back(
    fund: FundPage, troubles: Troubles
) -> None:
    fund.open()
    fund.page.context.set_offline(offline=True)
    fund.slider.press("PageDown")
    expect(fund.alerts).to_contain_text("cannot be reached")
    fund.page.context.set_offline(offline=False)
    fund.slider.press("PageDown")
    fund.page.wait_for_url("**/?as_of=*")
    fund.await_view(fund.date.input_value())
    expect(fund.alerts).to_be_empty()
    fund.assert_equals_api(at=fund.date.input_value())
    troubles.expect("Failed to")


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
    expect(fund.banner).to_contain_text("Today")
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
