"""The log: filtered on both axes, paged, and leading back to the fund."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from e2e.conftest import EXAMPLE, Funds
from e2e.harness.troubles import Troubles
from e2e.pages.sections import FundMenu
from e2e.pages.timeline import TimelinePage


@pytest.fixture
def timeline(page: Page, funds: Funds) -> TimelinePage:
    """Return the timeline of the example fund."""
    return TimelinePage(page, funds.example)


def test_the_fund_page_leads_to_the_whole_log(page: Page, funds: Funds) -> None:
    page.goto(funds.example)
    page.get_by_test_id("to-timeline").click()
    expect(page).to_have_title("Larch Street Ventures I, timeline · Asof")
    assert TimelinePage(page, funds.example).sequences() == list(range(84, 34, -1))
    FundMenu(page).turn_to("Overview")
    expect(page.get_by_test_id("banner")).to_have_class("banner quiet")


def test_from_a_day_the_fund_page_leads_to_its_events_and_back_to_the_day(
    page: Page, funds: Funds
) -> None:
    page.goto(f"{funds.example}?as_of=2019-05-10")
    page.get_by_test_id("to-timeline").click()
    sequences = TimelinePage(page, funds.example).sequences()
    assert 0 < len(sequences) < 50
    FundMenu(page).turn_to("Overview")
    expect(page.get_by_test_id("banner")).to_contain_text("Viewing 10 May 2019")


def test_filters_narrow_the_list_and_the_address_follows(timeline: TimelinePage) -> None:
    timeline.open()
    timeline.choose_type("Valuation")
    timeline.await_filters(type="VALUATION_UPDATED")
    timeline.company.fill("CHARD pa")
    timeline.company.press("Enter")
    timeline.await_filters(type="VALUATION_UPDATED", company="CHARD+pa")
    expect(timeline.events.filter(has_not_text="Orchard Pay")).to_have_count(0)
    timeline.day("Effective from").fill("2021-12-31")
    timeline.day("Effective to").fill("2021-12-31")
    timeline.await_count(2)
    assert timeline.sequences() == [65, 59]
    timeline.day("Recorded to").fill("2022-05-19")
    timeline.await_count(1)
    expect(timeline.found).to_have_text("Event 59 of 84")
    expect(timeline.open_event(59)).to_contain_text("Voided by #64: restated after audit")
    assert timeline.address() == {
        "type": "VALUATION_UPDATED",
        "company": "CHARD pa",
        "start": "2021-12-31",
        "end": "2021-12-31",
        "recorded_end": "2022-05-19",
    }
    timeline.page.reload()
    assert timeline.sequences() == [59]
    expect(timeline.types).to_contain_text("Valuation")
    timeline.clear.click()
    timeline.await_filters()
    expect(timeline.types).to_contain_text("All types")
    timeline.await_count(50)


def test_several_types_are_shown_at_once(timeline: TimelinePage) -> None:
    timeline.open()
    timeline.choose_type("Void")
    timeline.await_filters(type="EVENT_VOIDED")
    timeline.choose_type("Capital call")
    timeline.page.wait_for_url("**/timeline?type=CAPITAL_CALLED&type=EVENT_VOIDED")
    expect(timeline.types.locator("summary")).to_have_text("2 types")
    expect(timeline.event(74)).to_contain_text("Capital call")
    assert 64 in timeline.sequences(), "the void is still there"
    timeline.choose_type("Void")
    timeline.await_filters(type="CAPITAL_CALLED")
    expect(timeline.types.locator("summary")).to_have_text("Capital call")


def test_a_screen_holds_twenty_events(timeline: TimelinePage) -> None:
    timeline.page.set_viewport_size({"width": 1440, "height": 900})
    timeline.open()
    lines = timeline.page.locator(".log .line")
    expect(lines.nth(19)).to_be_in_viewport(ratio=1)
    heights = lines.evaluate_all("(all) => all.map((each) => each.offsetHeight)")
    assert max(heights[:20]) == min(heights[:20]), "each in one line"
    red = "rgb(179, 38, 30)"
    expect(timeline.event(64).locator("b").first).to_have_css("color", red)


def test_a_batch_is_one_line_that_opens(page: Page, funds: Funds) -> None:
    timeline = TimelinePage(page, funds.import_file(EXAMPLE, f"Batch {uuid4()}"))
    timeline.open()
    timeline.act(84, "Correct")
    page.get_by_label("Fair value of the whole holding").fill("12,500,000")
    page.get_by_label("Reason for the correction").fill("a digit too many")
    page.get_by_test_id("record").click()
    page.wait_for_url("**/timeline?**")
    timeline.open()
    batch = page.get_by_test_id("batch")
    expect(batch.locator(".line").first).to_contain_text("#85–86")
    expect(batch.locator(".line").first).to_contain_text("Correction")
    expect(timeline.event(86)).to_be_hidden()
    batch.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(timeline.event(86)).to_be_visible()
    timeline.open_event(84).get_by_role("link", name="#85").click()
    expect(timeline.event(85)).to_be_in_viewport()


def test_a_company_that_is_emptied_no_longer_filters(timeline: TimelinePage) -> None:
    timeline.open("?company=Tidepool")
    timeline.company.press("Escape")
    timeline.await_filters()
    timeline.await_count(50)


def test_back_brings_the_filters_and_the_list_back(timeline: TimelinePage) -> None:
    timeline.open()
    timeline.choose_type("Void")
    timeline.await_filters(type="EVENT_VOIDED")
    timeline.await_count(1)
    timeline.choose_type("Void")
    timeline.await_filters()
    timeline.choose_type("Capital call")
    timeline.await_filters(type="CAPITAL_CALLED")
    timeline.page.go_back()
    timeline.await_count(50)
    timeline.page.go_back()
    timeline.await_count(1)
    expect(timeline.type("Void")).to_be_checked()
    timeline.page.go_back()
    timeline.await_count(50)
    expect(timeline.type("Void")).not_to_be_checked()
    timeline.choose_type("Void")
    timeline.await_count(1)


def test_older_events_come_a_page_at_a_time_under_the_same_filters(timeline: TimelinePage) -> None:
    timeline.open()
    timeline.day("Effective from").fill("2018-01-01")
    timeline.await_filters(start="2018-01-01")
    expect(timeline.newest).to_have_count(0)
    timeline.older.click()
    timeline.await_filters(start="2018-01-01", before="35")
    timeline.await_count(34)  # the address is there before the events are
    assert timeline.sequences() == list(range(34, 0, -1))
    expect(timeline.older).to_have_count(0)
    timeline.choose_type("Fund established")
    timeline.await_filters(type="FUND_ESTABLISHED", start="2018-01-01")
    timeline.page.go_back()
    timeline.await_count(34)
    timeline.newest.click()
    timeline.await_filters(start="2018-01-01")
    assert timeline.sequences()[0] == 84


def test_an_event_leads_to_the_fund_on_its_day_and_as_known_then(timeline: TimelinePage) -> None:
    timeline.open("?type=VALUATION_UPDATED&start=2021-12-31&end=2021-12-31")
    page = timeline.page
    timeline.act(59, "View fund")
    expect(page.get_by_test_id("banner")).to_contain_text("Viewing 31 Dec 2021")
    today = page.get_by_test_id("figure-total_value").first.get_attribute("value")
    page.go_back()
    timeline.act(59, "View as recorded")
    expect(page.get_by_test_id("banner")).to_contain_text("as known on 13 Feb 2022")
    assert page.get_by_test_id("figure-total_value").first.get_attribute("value") != today


def test_a_void_and_what_it_voids_lead_to_each_other(timeline: TimelinePage) -> None:
    timeline.open("?type=EVENT_VOIDED")
    timeline.open_event(64).get_by_role("link", name="#59").click()
    expect(timeline.event(59)).to_be_in_viewport()
    assert timeline.page.url.endswith("#event-59")
    timeline.open_event(59).get_by_role("link", name="#64").click()
    expect(timeline.event(64)).to_be_in_viewport()
    assert timeline.page.url.endswith("#event-64")
    timeline.page.go_back()
    assert timeline.page.url.endswith("#event-59")
    expect(timeline.event(59)).to_be_in_viewport()


def test_details_open_and_filters_work_by_keyboard(timeline: TimelinePage) -> None:
    timeline.open("?before=2")
    page = timeline.page
    timeline.company.focus()
    for _ in range(40):  # a date field alone has four stops
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.className") == "line":
            break
    page.keyboard.press("Enter")
    details = timeline.event(1).locator("details").first
    expect(details).to_contain_text(re.compile(r"Management fee\s+Rate\s+2%"))
    page.keyboard.press("Enter")
    expect(details.locator("dl").first).to_be_hidden()
    timeline.types.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    timeline.await_filters(type="COMMITMENT_MADE")
    expect(timeline.type("Commitment")).to_be_focused()
    timeline.await_count(3)


def test_days_in_the_wrong_order_are_told_and_mended_in_place(
    timeline: TimelinePage, troubles: Troubles
) -> None:
    timeline.open("?start=2021-01-01")
    timeline.day("Effective to").fill("2020-12-31")
    expect(timeline.page.locator("#end-fault")).to_contain_text("lies before 1 Jan 2021")
    expect(timeline.nothing).to_contain_text("Invalid filters")
    assert timeline.address() == {"start": "2021-01-01"}
    expect(timeline.day("Effective to")).to_have_value("2020-12-31")
    troubles.expect("422")
    timeline.day("Effective to").fill("2021-12-31")
    timeline.await_filters(start="2021-01-01", end="2021-12-31")
    expect(timeline.page.locator("#end-fault")).to_be_empty()
    expect(timeline.nothing).to_have_count(0)
    assert timeline.sequences()


def test_an_unknown_company_is_met_with_the_nearest_name(timeline: TimelinePage) -> None:
    timeline.open()
    timeline.company.fill("orchid pay")
    timeline.company.press("Tab")
    expect(timeline.nothing).to_contain_text("No matching events")
    timeline.nothing.get_by_role("link", name="Orchard Pay").click()
    expect(timeline.company).to_have_value("Orchard Pay")
    expect(timeline.events.first).to_contain_text("Orchard Pay")


def test_everything_works_without_javascript(
    browser: Browser, funds: Funds, context: BrowserContext, troubles: Troubles
) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=context.storage_state())
    timeline = TimelinePage(context.new_page(), funds.example)
    timeline.open()
    timeline.choose_type("Capital call")
    timeline.day("Recorded to").fill("2019-12-31")
    timeline.page.get_by_role("button", name="Show").click()
    expect(timeline.types.locator("summary")).to_have_text("Capital call")
    assert timeline.address()["recorded_end"] == "2019-12-31"
    expect(timeline.events.filter(has_not_text="Capital call")).to_have_count(0)
    timeline.events.first.locator(".line").click()
    expect(timeline.events.first.locator("dl").first).to_contain_text("Amount")
    timeline.clear.click()
    timeline.older.click()
    assert timeline.sequences()[-1] == 1
    timeline.newest.click()
    assert timeline.sequences()[0] == 84
    timeline.open("?start=31/12/2012")
    expect(timeline.day("Effective from")).to_have_value("31/12/2012")
    expect(timeline.nothing).to_be_visible()
    troubles.expect("422")


def test_a_long_real_log_is_read_to_its_beginning(page: Page, funds: Funds) -> None:
    timeline = TimelinePage(page, funds.usv)
    timeline.open()
    seen = timeline.sequences()
    while timeline.older.count():
        timeline.older.click()
        expect(timeline.found).to_contain_text(f"#{seen[-1] - 1} to ")
        seen += timeline.sequences()
    assert seen == list(range(284, 0, -1))


def test_an_amount_stands_on_one_line_on_a_phone(timeline: TimelinePage) -> None:
    timeline.page.set_viewport_size({"width": 360, "height": 800})
    timeline.open()
    lines = timeline.page.evaluate(
        """() => [...document.querySelectorAll('.log li .amount')].map((each) => {
            const words = document.createRange();
            words.selectNodeContents(each);
            return new Set([...words.getClientRects()].map(({ top }) => top)).size;
        })"""
    )
    assert len(lines) > 20
    assert max(lines) == 1
