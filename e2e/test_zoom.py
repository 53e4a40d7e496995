"""The strip, zoomed: a part of the fund's life over the whole width."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from e2e.conftest import Funds
from e2e.harness.accessible import PHONE
from e2e.pages.fund import FundPage


@pytest.fixture
def fund(page: Page, funds: Funds) -> FundPage:
    """Return the page of the example fund, with the figures of all its days."""
    fund = FundPage(page, funds, funds.example)
    fund.open()
    fund.await_texts()
    return fund


def _in_sight(fund: FundPage) -> tuple[date, date]:
    """Return the days between which the strip is in sight, as the page says them."""
    said = fund.page.get_by_test_id("in-sight").text_content() or ""
    first, last = (
        datetime.strptime(day, "%d %b %Y").replace(tzinfo=UTC) for day in said.split(" – ")
    )
    return first.date(), last.date()


def test_the_strip_zooms_about_the_handle_by_key_and_button_and_back(fund: FundPage) -> None:
    whole, out = (fund.page.get_by_test_id(name) for name in ("zoom-whole", "zoom-out"))
    expect(fund.page.get_by_test_id("in-sight")).to_be_hidden()
    expect(out).to_be_disabled()
    fund.date.fill("2021-12-31")
    fund.await_address(as_of="2021-12-31")
    fund.slider.press("+")
    fund.page.get_by_test_id("zoom-in").click()
    first, last = _in_sight(fund)
    assert first < date(2021, 12, 31) < last
    days = int(fund.slider.get_attribute("max") or "")
    assert (last - first).days == pytest.approx(days / 4, abs=4)
    fund.slider.press("-")
    first, last = _in_sight(fund)
    assert (last - first).days == pytest.approx(days / 2, abs=4)
    whole.click()
    expect(whole).to_be_disabled()
    expect(fund.page.get_by_test_id("in-sight")).to_be_hidden()
    assert fund.address() == {"as_of": "2021-12-31"}, "nothing but the sight has changed"
    assert not fund.page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_what_is_brushed_fills_the_width_and_two_presses_show_all_again(fund: FundPage) -> None:
    start = fund.date.input_value()
    y = fund.row_of("call")
    fund.page.keyboard.down("Shift")
    fund.page.mouse.move(fund.place_of("2021-01-01"), y)
    fund.page.mouse.down()
    fund.page.mouse.move(fund.place_of("2021-12-31"), y, steps=5)
    fund.page.mouse.up()
    fund.page.keyboard.up("Shift")
    first, last = _in_sight(fund)
    assert abs((first - date(2021, 1, 1)).days) <= 3
    assert abs((last - date(2021, 12, 31)).days) <= 3
    assert fund.date.input_value() == start, "a brush moves no handle"
    # A press means the day under it, as it lies now.
    day = next(each for each in fund.days_of("call") if "2021-02" <= each < "2021-12")
    fund.page.mouse.click(fund.place_of(day), y)
    expect(fund.date).to_have_value(day)
    fund.await_address(as_of=day)
    fund.page.mouse.dblclick(fund.place_of(day), y)
    expect(fund.page.get_by_test_id("zoom-whole")).to_be_disabled()


def test_the_handle_comes_into_sight_wherever_it_goes(fund: FundPage) -> None:
    for _ in range(3):
        fund.page.get_by_test_id("zoom-in").click()
    fund.slider.press("Home")
    first, _ = _in_sight(fund)
    assert str(first) == fund.slider.get_attribute("data-first")
    fund.slider.press("End")
    _, last = _in_sight(fund)
    assert str(last) == fund.slider.get_attribute("data-last")
    expect(fund.page.locator("#handle circle")).to_be_in_viewport()


def test_a_pinch_on_a_touchpad_zooms_where_the_pointer_is(fund: FundPage) -> None:
    place = fund.place_of("2022-06-30")
    fund.page.mouse.move(place, fund.row_of("call"))
    fund.page.keyboard.down("Control")
    fund.page.mouse.wheel(0, -140)
    fund.page.keyboard.up("Control")
    first, last = _in_sight(fund)
    assert first < date(2022, 6, 30) < last
    assert fund.place_of("2022-06-30") == pytest.approx(place, abs=8)


def test_two_fingers_zoom_and_move_no_handle(
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
    fund.touch([(x - 20, y), (x + 20, y)], [(x - 60, y), (x + 60, y)])
    first, last = _in_sight(fund)
    days = int(fund.slider.get_attribute("max") or "")
    assert (last - first).days == pytest.approx(days / 3, abs=days / 30)
    assert fund.place_of("2022-06-30") == pytest.approx(x, abs=12)
    expect(fund.date).to_have_value(today)
    assert fund.address() == {}
    # One finger moves the handle again.
    fund.touch([(x, y)], [(x - 60, y)])
    expect(fund.date).not_to_have_value(today)
    fund.await_address(as_of=fund.date.input_value())
    context.close()
