"""Snapshots taken and verified by a person, while the worker does the work."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from e2e.conftest import EXAMPLE, Funds
from e2e.harness.job_states import failed
from e2e.harness.troubles import Troubles
from e2e.pages.sections import FundMenu
from e2e.pages.snapshots import SnapshotsPage


@pytest.fixture
def name() -> str:
    return f"Kept Ventures {uuid4().hex[:8]}"


@pytest.fixture
def snapshots(page: Page, funds: Funds, name: str) -> SnapshotsPage:
    """Return the snapshots of a fund of the test's own, with the example's history."""
    return SnapshotsPage(page, funds.import_file(EXAMPLE, name))


def test_one_is_asked_for_and_appears_when_it_is_taken(snapshots: SnapshotsPage, name: str) -> None:
    snapshots.page.goto(snapshots.url.removesuffix("snapshots/"))
    FundMenu(snapshots.page).turn_to("Snapshots")
    expect(snapshots.page).to_have_title(f"{name}, snapshots · Asof")
    snapshots.take("2021-12-31", "as reported to the partners")
    snapshots.await_taken("as reported to the partners")
    expect(snapshots.work).to_have_count(0)
    expect(snapshots.description).to_have_value("")
    row = snapshots.row("as reported to the partners")
    expect(row).to_contain_text("Current")
    row.get_by_role("link", name="the fund on 31 Dec 2021").click()
    expect(snapshots.page.get_by_test_id("banner")).to_contain_text(
        "Viewing 31 Dec 2021, as known through event 84"
    )


def test_one_that_waits_for_a_worker_is_shown_at_once_and_moves_on_by_itself(
    snapshots: SnapshotsPage, funds: Funds
) -> None:
    snapshots.open()
    with funds.worker_asleep():
        snapshots.take("2020-06-30", "asked for early")
        expect(snapshots.work).to_contain_text("Snapshot of 30 Jun 2020 asked for early")
        expect(snapshots.work).to_contain_text("Queued")
        expect(snapshots.news).to_contain_text("Snapshot of 30 Jun 2020: in progress.")
        snapshots.description.fill("typed while it waits")
        with snapshots.page.expect_response(lambda answer: answer.request.method == "GET"):
            pass  # it looks again by itself
        expect(snapshots.description).to_have_value("typed while it waits")
    snapshots.await_taken("asked for early")
    expect(snapshots.work).to_have_count(0)
    expect(snapshots.description).to_have_value("typed while it waits")


def test_one_that_failed_is_retried_where_it_stands(snapshots: SnapshotsPage, funds: Funds) -> None:
    failed(funds.engine, funds, snapshots.url.removesuffix("snapshots/"), "on the second round")
    snapshots.open()
    expect(snapshots.work).to_contain_text("Failed after 1 attempt: the disk is full")
    snapshots.work.get_by_role("button", name="Retry Snapshot of 31 Dec 2020").click()
    snapshots.await_taken("on the second round")
    expect(snapshots.work).to_have_count(0)
    expect(snapshots.page).to_have_url(snapshots.url)


def test_the_page_stops_looking_when_nothing_is_under_way(snapshots: SnapshotsPage) -> None:
    snapshots.page.clock.install()
    snapshots.open()
    snapshots.take("2020-09-30", "and then rest")
    snapshots.await_taken("and then rest")
    expect(snapshots.work).to_have_count(0)  # not even what the import of the fund asked for
    asked: list[str] = []
    snapshots.page.on("request", lambda request: asked.append(request.url))
    snapshots.page.clock.run_for(10_000)
    assert asked == []


def test_a_double_click_asks_once(snapshots: SnapshotsPage) -> None:
    snapshots.open()
    snapshots.day.fill("2020-03-31")
    snapshots.description.fill("pressed twice")
    snapshots.take_it.dblclick()
    snapshots.await_taken("pressed twice")
    expect(snapshots.work).to_have_count(0)
    snapshots.page.reload()
    expect(snapshots.row("pressed twice")).to_have_count(1)


def test_all_are_verified(snapshots: SnapshotsPage) -> None:
    snapshots.open()
    for day, description in (("2019-12-31", "to be verified"), ("2019-09-30", "and this one")):
        snapshots.take(day, description)
        snapshots.await_taken(description)
    snapshots.verify.dblclick()
    snapshots.await_checked()
    expect(snapshots.check).to_contain_text("all equal")
    expect(snapshots.news).to_contain_text("all equal")


def test_a_later_event_overtakes_it_and_leads_to_the_log(
    snapshots: SnapshotsPage, funds: Funds
) -> None:
    page, fund = snapshots, snapshots.url.removesuffix("snapshots/")
    page.open()
    expect(page.nothing).to_contain_text("No snapshots yet")
    page.take("2021-12-31", "before the late bill")
    page.await_taken("before the late bill")
    bill = {
        "event_type": "EXPENSE_PAID",
        "effective_on": "2020-05-05",
        "payload": {"amount": "1000", "category": "other"},
    }
    url = funds.api(fund).replace("/state", "/events")
    assert page.page.request.post(url, data=bill).status == 201
    page.page.reload()
    row = page.row("before the late bill")
    expect(row).to_contain_text("Superseded by event #85")
    row.get_by_role("link", name="event #85").click()
    expect(page.page.locator("#event-85")).to_be_in_viewport()


def test_a_refusal_keeps_what_was_typed_and_can_be_mended(
    snapshots: SnapshotsPage, troubles: Troubles
) -> None:
    snapshots.open()
    snapshots.take("2021-06-30", "long " * 50)
    expect(snapshots.description).to_have_attribute("aria-invalid", "true")
    expect(snapshots.description).to_have_value(("long " * 50).strip())
    expect(snapshots.description).to_have_accessible_description(
        "Description “long long long long …”: must have at most 200 characters: shorten it."
    )
    expect(snapshots.day).to_have_value("2021-06-30")
    snapshots.description.fill("short enough")
    snapshots.description.press("Enter")
    snapshots.await_taken("short enough")
    expect(snapshots.description).not_to_have_attribute("aria-invalid", "true")
    troubles.expect("422")


def test_by_keyboard_the_focus_stays_where_it_was(snapshots: SnapshotsPage) -> None:
    snapshots.open()
    snapshots.day.fill("2018-12-31")
    snapshots.day.focus()
    for _ in range(6):  # through the parts of the day to the description
        if snapshots.description.evaluate("(field) => field === document.activeElement"):
            break
        snapshots.page.keyboard.press("Tab")
    expect(snapshots.description).to_be_focused()
    snapshots.page.keyboard.type("by keyboard")
    snapshots.page.keyboard.press("Tab")
    expect(snapshots.take_it).to_be_focused()
    snapshots.page.keyboard.press("Enter")
    snapshots.await_taken("by keyboard")
    expect(snapshots.work).to_have_count(0)  # whose link a tab would lead to
    expect(snapshots.take_it).to_be_focused()
    snapshots.page.keyboard.press("Tab")
    expect(snapshots.verify).to_be_focused()
    snapshots.page.keyboard.press("Space")
    snapshots.await_checked()
    expect(snapshots.verify).to_be_focused()


def test_without_javascript_it_works_too(
    browser: Browser, snapshots: SnapshotsPage, context: BrowserContext, troubles: Troubles
) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=context.storage_state())
    snapshots = SnapshotsPage(context.new_page(), snapshots.url.removesuffix("snapshots/"))
    snapshots.open()
    for day, shown in (("2017-12-31", "31 Dec 2017"), ("2018-03-31", "31 Mar 2018")):
        snapshots.take(day, f"without a script, {shown}")
        expect(snapshots.page).to_have_url(snapshots.url)
        for _ in range(100):
            if snapshots.row(f"without a script, {shown}").count():
                break
            expect(snapshots.work).to_contain_text(shown)
            snapshots.page.get_by_role("link", name="Refresh").click()
        expect(snapshots.row(f"without a script, {shown}")).to_have_count(1)
    snapshots.verify.click()
    for _ in range(100):
        if "recalculated" in snapshots.check.inner_text():
            break
        snapshots.page.reload()
    expect(snapshots.check).to_contain_text("all equal")
    snapshots.take("2021-06-30", "long " * 50)
    expect(snapshots.description).to_have_value(("long " * 50).strip())
    expect(snapshots.page.get_by_text("shorten it")).to_be_visible()
    troubles.expect("422")


def test_while_the_site_is_away_the_page_says_so_and_finds_back(
    snapshots: SnapshotsPage, funds: Funds, troubles: Troubles
) -> None:
    snapshots.open()

    def away(route: Route) -> None:
        route.abort()

    with funds.worker_asleep():
        snapshots.take("2016-12-31", "through an outage")
        expect(snapshots.work).to_have_count(1)
        snapshots.page.route("**/snapshots/", away)
        expect(snapshots.page.get_by_test_id("alerts")).to_contain_text("offline")
        snapshots.page.unroute("**/snapshots/", away)
        expect(snapshots.page.get_by_test_id("alerts")).to_be_empty()
    snapshots.await_taken("through an outage")
    troubles.expect("ERR_FAILED")
    troubles.expect("Failed to fetch")
