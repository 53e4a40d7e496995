"""Any day on either axis, by every control there is."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from e2e.conftest import Funds
from e2e.harness.held_back import held_back
from e2e.harness.troubles import Troubles
from e2e.pages.fund import FundPage


@pytest.fixture
def fund(page: Page, funds: Funds) -> FundPage:
    """Return the page of the example fund."""
    return FundPage(page, funds, funds.example)


_EXAMPLE_DATES = [
    ("2018-04-10", "2018-04-20"),
    ("2019-12-31", "2020-01-15"),
    ("2021-12-31", "2022-01-31"),
    ("2022-06-30", "2022-08-20"),
    ("2023-06-30", "2023-07-15"),
]
_USV_DATES = [
    ("2005-06-30", "2005-07-31"),
    ("2008-12-31", "2009-01-15"),
    ("2010-12-31", "2011-01-15"),
    ("2012-03-31", "2012-04-15"),
    ("2014-12-31", "2015-03-01"),
]


@pytest.mark.parametrize(("name", "dates"), [("example", _EXAMPLE_DATES), ("usv", _USV_DATES)])
def test_the_numbers_equal_the_apis_at_five_dates_on_both_axes(
    page: Page, funds: Funds, name: str, dates: list[tuple[str, str]]
) -> None:
    fund = FundPage(page, funds, getattr(funds, name))
    fund.open()
    page.get_by_test_id("known-summary").click()
    for as_of, known_at in dates:
        fund.date.fill(as_of)
        fund.await_view(as_of)
        fund.known_date.fill(known_at)
        page.wait_for_url(f"**as_of={as_of}&known_at={known_at}")
        expect(page.locator("#view")).to_have_attribute("data-known-on", known_at)
        fund.assert_equals_api(at=as_of, known_at=known_at)
        expect(page.locator(".curve.today")).to_be_attached()
        page.get_by_role("link", name="Latest", exact=True).click()
        page.wait_for_url(re.compile(rf"as_of={as_of}$"))
        fund.assert_equals_api(at=as_of)
        page.get_by_test_id("known-summary").click()


def test_what_was_known_and_what_is_known_differ_where_a_mark_was_corrected(
    fund: FundPage,
) -> None:
    fund.open("?as_of=2021-12-31")
    today = fund.figures()
    fund.open("?as_of=2021-12-31&known_at=2022-01-15")
    assert fund.figures()["total_value"] != today["total_value"]


def test_dragging_the_second_handle_shows_what_was_known_and_the_gap_on_release(
    fund: FundPage,
) -> None:
    fund.open("?as_of=2022-06-30")
    fund.page.get_by_test_id("known-summary").click()
    fund.page.evaluate(
        """() => {
            window.seen = new Set();
            const note = () => window.seen.add(document.querySelector('#view').dataset.through);
            new MutationObserver(note)
                .observe(document.querySelector('#fund-state'),
                    { subtree: true, attributeFilter: ['data-through'] });
        }"""
    )
    fund.drag(fund.known_slider, 1, 0.4)
    fund.page.wait_for_function("() => window.seen.size >= 3")
    assert fund.address() == {"as_of": "2022-06-30"}
    expect(fund.page.locator(".curve.today")).to_have_count(0)
    fund.page.mouse.up()
    fund.page.wait_for_url("**known_at=*")
    known = fund.address()["known_at"]
    expect(fund.known_date).to_have_value(known)
    expect(fund.page.locator(".curve.today")).to_be_attached()
    expect(fund.page.get_by_test_id("known-summary")).to_contain_text("As known on")
    fund.assert_equals_api(at="2022-06-30", known_at=known)
    # The first handle keeps what the second one chose.
    fund.slider.press("PageDown")
    fund.await_view("2022-03-31")
    fund.await_address(as_of="2022-03-31", known_at=known)
    fund.assert_equals_api(at="2022-03-31", known_at=known)
    fund.page.go_back()
    fund.await_view("2022-06-30")
    expect(fund.known_date).to_have_value(known)


def test_the_second_handle_goes_back_to_today(fund: FundPage) -> None:
    fund.open("?as_of=2022-06-30&known_at=2022-07-01")
    fund.known_slider.press("End")
    fund.await_address(as_of="2022-06-30")
    expect(fund.page.locator(".curve.today")).to_have_count(0)
    expect(fund.banner).to_have_text(re.compile(r"^\s*Viewing 30 Jun 2022\s+Back to today"))


def test_an_instant_and_a_sequence_stay_what_they_are_while_the_day_moves(fund: FundPage) -> None:
    for knowledge in ({"known_at": "2022-02-11T12:30:00Z"}, {"through": "40"}):
        fund.open("?" + "&".join(f"{name}={value}" for name, value in knowledge.items()))
        fund.date.fill("2021-12-31")
        fund.page.wait_for_url("**as_of=2021-12-31*")
        assert fund.address() == {"as_of": "2021-12-31", **knowledge}
        fund.await_view("2021-12-31")
        fund.assert_equals_api(at="2021-12-31", **knowledge)


def test_keys_move_the_handle_by_days_and_quarters_and_to_both_ends(fund: FundPage) -> None:
    fund.open("?as_of=2021-05-10")
    fund.slider.press("ArrowRight")
    fund.await_address(as_of="2021-05-11")
    expect(fund.slider).to_have_attribute("aria-valuetext", re.compile("^11 May 2021, NAV "))
    fund.slider.press("ArrowLeft")
    fund.await_address(as_of="2021-05-10")
    for key, day in [
        ("PageUp", "2021-06-30"),
        ("PageUp", "2021-09-30"),
        ("PageDown", "2021-06-30"),
        ("PageDown", "2021-03-31"),
        ("Home", "2018-01-15"),
    ]:
        fund.slider.press(key)
        fund.await_address(as_of=day)
        fund.await_view(day)
    fund.slider.press("End")
    fund.await_address()
    expect(fund.banner).to_have_class("banner quiet")
    expect(fund.slider).to_be_focused()
    fund.assert_equals_api()


def test_a_held_key_moves_without_a_step_in_history_for_each_day(fund: FundPage) -> None:
    fund.open("?as_of=2021-05-10")
    fund.slider.focus()
    entries = fund.page.evaluate("() => history.length")
    for _ in range(5):
        fund.page.keyboard.down("ArrowRight")
    fund.await_view("2021-05-15")
    assert fund.address() == {"as_of": "2021-05-10"}
    fund.page.keyboard.up("ArrowRight")
    fund.await_address(as_of="2021-05-15")
    assert fund.page.evaluate("() => history.length") == entries + 1


def test_steps_lead_to_events_and_quarter_ends(fund: FundPage) -> None:
    fund.open("?as_of=2021-05-10")
    fund.page.get_by_test_id("previous_quarter").click()
    fund.await_address(as_of="2021-03-31")
    expect(fund.date).to_have_value("2021-03-31")
    fund.page.get_by_test_id("next_event").click()
    fund.page.wait_for_function("() => !location.search.includes('2021-03-31')")
    day = fund.address()["as_of"]
    fund.await_view(day)
    assert day > "2021-03-31"
    first = fund.page.locator(".events time").first
    expect(first).to_have_attribute("datetime", day)
    expect(fund.page.get_by_test_id("next_event")).to_be_focused()
    fund.page.get_by_test_id("previous_event").press("Enter")
    fund.page.wait_for_function("(day) => !location.search.includes(day)", arg=day)
    fund.await_view(fund.address()["as_of"])
    assert fund.address()["as_of"] < day


def test_back_to_today_leads_back(fund: FundPage) -> None:
    fund.open("?as_of=2021-05-10&known_at=2021-06-01")
    expect(fund.banner).to_contain_text("Viewing 10 May 2021, as known on 1 Jun 2021")
    fund.page.get_by_test_id("back-to-today").click()
    expect(fund.banner).to_have_class("banner quiet")
    fund.assert_equals_api()


def test_holdings_are_sorted_by_a_click_and_stay_so_while_the_day_moves(fund: FundPage) -> None:
    fund.open("?as_of=2022-06-30")
    names = fund.page.locator("[data-testid=holding]:not(.gone) th")
    fund.page.get_by_role("link", name="Company", exact=True).click()
    fund.await_address(as_of="2022-06-30", sort="company")
    shown = names.all_inner_texts()
    assert len(shown) >= 3
    assert shown == sorted(shown, key=str.casefold)
    fund.slider.press("PageUp")
    fund.await_address(as_of="2022-09-30", sort="company")
    fund.await_view("2022-09-30")
    expect(fund.page.locator("th[aria-sort]")).to_have_text("Company")
    fund.page.get_by_role("link", name="Company", exact=True).click()
    fund.await_address(as_of="2022-09-30", sort="-company")
    shown = names.all_inner_texts()
    assert shown == sorted(shown, key=str.casefold, reverse=True)


def test_the_order_stays_when_knowledge_changes(fund: FundPage) -> None:
    fund.open("?as_of=2022-06-30&sort=cost")
    fund.page.get_by_role("link", name="Company", exact=True).click()
    fund.await_address(as_of="2022-06-30", sort="company")
    fund.page.get_by_test_id("known-summary").click()
    fund.known_date.fill("2022-07-01")
    fund.page.wait_for_url("**known_at=2022-07-01*")
    assert fund.address() == {
        "as_of": "2022-06-30",
        "known_at": "2022-07-01",
        "sort": "company",
    }
    expect(fund.page.locator("th[aria-sort]")).to_have_text("Company")
    fund.page.get_by_role("link", name="Company", exact=True).click()
    fund.page.wait_for_url("**sort=-company")
    fund.known_slider.press("PageUp")
    fund.page.wait_for_url("**known_at=2022-09-30*")
    assert fund.address()["sort"] == "-company"


def test_the_curve_is_drawn_as_far_as_it_was_known_or_as_the_handle_stands(
    fund: FundPage,
) -> None:
    fund.open("?as_of=2021-06-30&known_at=2021-07-15")
    known = fund.page.locator("#known-part rect")
    until = float(known.get_attribute("data-until") or "")
    assert known.get_attribute("width") == f"{until}%"
    fund.slider.press("PageUp")
    fund.slider.press("PageUp")
    fund.await_view("2021-12-31")
    expect(known).to_have_attribute("width", fund.handle.get_attribute("x") or "")
    fund.slider.press("Home")
    expect(known).to_have_attribute("width", f"{until}%")


def test_a_restated_day_says_what_is_known_of_it_today(fund: FundPage) -> None:
    fund.open("?as_of=2021-12-31&known_at=2022-01-15")
    fund.page.get_by_test_id("restated-nav").wait_for()
    shown = fund.page.get_by_test_id("restated-nav").inner_text()
    expect(fund.page.locator("#gap circle")).to_be_attached()
    fund.page.get_by_role("link", name="Latest", exact=True).click()
    expect(fund.page.get_by_test_id("restated-nav")).to_have_count(0)
    expect(fund.page.locator("#gap circle")).to_have_count(0)
    nav = fund.page.get_by_test_id("figure-nav").inner_text()
    assert shown == f"restated to {nav}"


def test_quarter_keys_leap_over_the_years_without_news(fund: FundPage) -> None:
    fund.open()
    end = fund.slider.get_attribute("data-end") or ""
    fund.slider.press("PageDown")
    fund.await_address(as_of=end)
    fund.slider.press("PageUp")
    fund.await_address()
    expect(fund.banner).to_have_class("banner quiet")


def test_a_day_that_cannot_be_shown_leaves_figures_and_address_alone(
    fund: FundPage, troubles: Troubles
) -> None:
    fund.open("?as_of=2022-06-30")
    before = fund.figures()
    fund.date.fill("2099-01-01")
    expect(fund.alerts).to_contain_text("1 Jan 2099 is too far ahead: choose a day up to 31")
    assert fund.figures() == before
    assert fund.address() == {"as_of": "2022-06-30"}
    fund.date.fill("1850-01-01")
    expect(fund.alerts).to_contain_text("1 Jan 1850 is too long ago")
    expect(fund.date).to_have_value("2022-06-30")
    fund.date.fill("0202-01-01")
    expect(fund.date).to_have_value("0202-01-01")
    fund.date.blur()
    expect(fund.date).to_have_value("2022-06-30")
    fund.page.get_by_test_id("known-summary").click()
    fund.known_date.fill("2099-01-01")
    expect(fund.alerts).to_contain_text("1 Jan 2099 has not come yet")
    expect(fund.known_date).not_to_have_value("2099-01-01")
    troubles.expect("400")
    fund.date.fill("2022-03-31")
    fund.await_view("2022-03-31")
    expect(fund.alerts).to_be_empty()


def test_years_passed_through_while_typing_are_not_asked_for(fund: FundPage) -> None:
    fund.open("?as_of=2022-06-30")
    asked: list[str] = []
    fund.page.on("request", lambda request: asked.extend(re.findall(r"as_of=([^&]+)", request.url)))
    fund.date.focus()
    fund.date.press_sequentially("03312021")
    fund.await_address(as_of="2021-03-31")
    fund.await_view("2021-03-31")
    # The month and the day are days of the year that stood there; 0002, 0020 and 0202 are no years.
    assert {day[:4] for day in asked} <= {"2022", "2021"}, asked
    assert asked[-1] == "2021-03-31"


def test_a_day_that_is_typed_is_not_overwritten_by_an_older_answer(fund: FundPage) -> None:
    fund.open("?as_of=2022-06-30")
    page = fund.page
    with held_back(page, "**/funds/*/?*"):
        with page.expect_request("**/funds/*/?*"):
            page.get_by_role("link", name="Next quarter end").click()
        fund.date.fill("0002-03-31")  # a year that is half typed
    fund.await_view("2022-09-30")
    fund.await_address(as_of="2022-09-30")
    expect(fund.date).to_have_value("0002-03-31")
    fund.date.fill("2021-03-31")
    fund.await_view("2021-03-31")
    expect(fund.date).to_have_value("2021-03-31")


def test_only_the_answer_to_what_was_asked_last_places_the_handle(fund: FundPage) -> None:
    fund.open("?as_of=2022-06-30")
    # Another day is chosen while the answer before it is on its way into the page.
    fund.page.evaluate(
        """() => document.addEventListener('htmx:before:swap', () => {
            const field = document.querySelector('#as-of');
            field.value = '2021-03-31';
            field.dispatchEvent(new Event('change', { bubbles: true }));
        }, { once: true })"""
    )
    with held_back(fund.page, "**/funds/*/?as_of=2021-03-31"):
        with fund.page.expect_request("**/funds/*/?as_of=2021-03-31"):
            fund.page.get_by_role("link", name="Next quarter end").click()
        fund.await_view("2022-09-30")
        expect(fund.date).to_have_value("2021-03-31")
    fund.await_view("2021-03-31")
    expect(fund.date).to_have_value("2021-03-31")
    fund.assert_equals_api(at="2021-03-31")


def test_everything_but_dragging_works_without_javascript(
    browser: Browser, funds: Funds, context: BrowserContext
) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=context.storage_state())
    page = context.new_page()
    page.goto(funds.example)
    page.get_by_test_id("as-of-date").fill("2021-05-10")
    page.get_by_role("button", name="Show").first.click()
    assert "as_of=2021-05-10" in page.url
    expect(page.get_by_test_id("banner")).to_contain_text("Viewing 10 May 2021")
    expect(page.get_by_test_id("as-of-slider")).to_be_hidden()
    page.get_by_test_id("next_quarter").click()
    expect(page.get_by_test_id("banner")).to_contain_text("30 Jun 2021")
    page.get_by_test_id("known-summary").click()
    page.get_by_test_id("known-date").fill("2021-07-01")
    page.get_by_role("button", name="Show").last.click()
    expect(page.get_by_test_id("banner")).to_contain_text("30 Jun 2021, as known on 1 Jul 2021")
    page.get_by_role("link", name="Cost").click()
    assert "sort=cost" in page.url
    assert "known_at=2021-07-01" in page.url
    context.close()
