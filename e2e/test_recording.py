"""An analyst's day: recording, making mistakes, mending them, and never recording twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from e2e.conftest import Funds
from e2e.harness.accessible import FOR_LONG, check_every_look
from e2e.harness.held_back import held_back
from e2e.harness.troubles import Troubles
from e2e.pages.record import RecordPage
from e2e.pages.sign_in import SignInPage, email_of
from e2e.pages.timeline import TimelinePage

Session = Callable[[str, str], StorageState]


@pytest.fixture
def role() -> str:
    """Visit as an analyst."""
    return "analyst"


@pytest.fixture
def fund(funds: Funds) -> str:
    """Return the address of a fund of the test's own."""
    return funds.import_example("Recorded")


@contextmanager
def _visit(browser: Browser, state: StorageState, **how: bool) -> Iterator[Page]:
    context = browser.new_context(storage_state=state, **how)  # type: ignore[arg-type] # options
    yield context.new_page()
    context.close()


def _head(page: Page, fund: str) -> int:
    """Read how many events the log has."""
    timeline = TimelinePage(page, fund)
    timeline.open()
    return timeline.sequences()[0]


def test_what_is_typed_before_the_scripts_are_there_is_shown(page: Page, fund: str) -> None:
    form = RecordPage(page, fund)
    with held_back(page, "**/vendor/htmx-*"):
        with page.expect_request("**/vendor/htmx-*"):
            page.goto(f"{fund}record/investment-made", wait_until="commit")
        form.fill(company="Bolt Works", effective_on="2023-03-01", amount="12.5m")
    expect(form.asks_company).to_be_visible()


def test_what_is_typed_outlives_its_session(page: Page, fund: str, troubles: Troubles) -> None:
    form = RecordPage(page, fund)
    form.open("expense-paid")
    page.get_by_text("More", exact=True).click()
    form.field("Category").select_option("other")
    page.context.clear_cookies()
    form.fill(amount="7.70", effective_on="2023-03-01", note="for the auditors")
    expect(page.get_by_test_id("alerts")).to_contain_text("What you typed is still here")
    form.record.click()
    SignInPage(page).sign_in(email_of("analyst"))
    expect(page.get_by_test_id("typed")).to_contain_text("for the auditors")
    page.get_by_role("button", name="Send again").click()
    recorded = form.await_recorded()
    expect(TimelinePage(page, fund).event(recorded)).to_contain_text("for the auditors")
    troubles.expect("401")


def test_an_analyst_invests_in_a_new_company_and_mends_a_mistake(
    page: Page, fund: str, troubles: Troubles
) -> None:
    form, timeline = RecordPage(page, fund), TimelinePage(page, fund)
    before = _head(page, fund)
    form.choose("Investment")
    form.fill(company="Bolt Works", effective_on="2023-03-01", amount="12.5m")
    expect(form.asks_company).to_be_visible()
    form.page.get_by_label("Add it as a new company").check()
    form.page.get_by_label("Sector").fill("Tools")
    expect(form.effect).to_contain_text("$12,500,000")
    form.record.click()
    wrong = form.await_recorded()
    assert wrong == before + 2
    timeline.act(wrong, "Correct")
    expect(form.field("Amount")).to_have_value("12,500,000")
    form.fill(amount="1.25m")
    form.record.click()
    expect(form.fault("reason")).to_contain_text("Write the reason")
    form.fill(reason="a slip of the point")
    form.record.click()
    right = form.await_recorded()
    assert right == wrong + 2
    expect(timeline.event(wrong)).to_contain_text("a slip of the point")
    expect(timeline.event(wrong)).to_contain_text(f"Replaced by #{right}")
    expect(timeline.event(right)).to_contain_text("$1,250,000")
    form.undo()
    expect(timeline.event(right)).to_contain_text("undone")
    troubles.expect("422")


def test_a_void_asks_for_a_reason_and_can_be_undone(page: Page, fund: str) -> None:
    form, timeline = RecordPage(page, fund), TimelinePage(page, fund)
    form.open("capital-called")
    form.fill(amount="500k")
    form.record.click()
    called = form.await_recorded()
    timeline.act(called, "Void")
    expect(page.get_by_role("table").first).to_contain_text("Paid-in")
    page.get_by_label("Reason for voiding").fill("never sent")
    page.get_by_test_id("void").click()
    expect(timeline.event(called)).to_contain_text("never sent")
    form.undo()
    expect(timeline.event(called + 2)).to_contain_text("$500,000")


def test_a_double_click_records_once(page: Page, fund: str) -> None:
    form = RecordPage(page, fund)
    before = _head(page, fund)
    form.open("capital-called")
    form.fill(amount="123456")
    form.record.dblclick(no_wait_after=True)
    assert form.await_recorded() == before + 1
    assert _head(page, fund) == before + 1


def test_going_back_and_sending_again_records_nothing_unasked(
    page: Page, fund: str, troubles: Troubles
) -> None:
    form = RecordPage(page, fund)
    form.open("capital-called")
    form.fill(amount="123456")
    form.record.click()
    recorded = form.await_recorded()
    page.go_back()
    form.fill(amount="123456")
    form.record.click()
    expect(page.get_by_test_id("twin")).to_contain_text(f"It is the same as #{recorded}")
    assert _head(page, fund) == recorded
    troubles.expect("422")


def test_two_people_recording_at_the_same_moment_lose_and_double_nothing(
    page: Page, fund: str, browser: Browser, funds: Funds, session_of: Session
) -> None:
    with _visit(browser, session_of(funds.site, "gp")) as other:
        forms = [RecordPage(each, fund) for each in (page, other)]
        before = _head(page, fund)
        for turn in range(3):
            for number, form in enumerate(forms, 1):
                form.open("capital-called")
                form.fill(amount=f"{turn}{number}00")
            for form in forms:
                form.record.evaluate("(button) => button.click()")
            recorded = {form.await_recorded() for form in forms}
            assert recorded == {before + 2 * turn + 1, before + 2 * turn + 2}
        assert _head(page, fund) == before + 6


def test_a_duplicate_is_recorded_only_as_a_second_one(
    page: Page, fund: str, troubles: Troubles
) -> None:
    form = RecordPage(page, fund)
    for _ in range(2):
        form.open("capital-called")
        form.fill(amount="77000")
        form.record.click()
    expect(page.get_by_test_id("twin")).to_contain_text("It is the same as #")
    form.second.click()
    form.await_recorded()
    troubles.expect("422")


def test_a_form_is_filled_in_and_sent_by_keyboard(page: Page, fund: str) -> None:
    form = RecordPage(page, fund)
    form.open("capital-called")
    form.field("Amount").focus()
    page.keyboard.type("250k")
    page.keyboard.press("Tab")
    expect(form.field("Due on")).to_be_focused()
    expect(form.effect).to_contain_text("Paid-in")
    form.field("Due on").press("Enter")
    form.await_recorded()


def test_what_is_typed_stays_under_the_hands_while_the_effect_follows(
    page: Page, fund: str
) -> None:
    form = RecordPage(page, fund)
    form.open("investment-made")
    form.fill(company="Quite New", amount="5")
    expect(form.asks_company).to_be_visible()
    sector = page.get_by_label("Sector")
    page.get_by_label("Add it as a new company").check()
    sector.focus()
    page.keyboard.type("Robotics", delay=150)
    expect(form.effect).to_contain_text("Quite New")
    expect(sector).to_have_value("Robotics")
    expect(sector).to_be_focused()


def test_everything_works_without_javascript(
    browser: Browser, funds: Funds, fund: str, session_of: Session
) -> None:
    with _visit(browser, session_of(funds.site, "gp"), java_script_enabled=False) as page:
        form, timeline = RecordPage(page, fund), TimelinePage(page, fund)
        form.choose("Investment")
        form.fill(company="Bolt", effective_on="2023-03-01", amount="5m")
        form.preview.click()
        page.get_by_label("Add it as a new company").check()
        form.preview.click()
        expect(form.effect).to_contain_text("Fair value")
        form.record.click()
        number = form.await_recorded()
        timeline.act(number, "Void")
        page.get_by_label("Reason for voiding").fill("just a trial")
        page.get_by_test_id("void").click()
        expect(timeline.event(number)).to_contain_text("just a trial")
        form.undo()


@FOR_LONG
@pytest.mark.parametrize("role", ["gp"])
def test_every_form_is_accessible(phone: Page, fund: str) -> None:
    page = phone
    page.goto(f"{fund}record/")
    _check(page)
    kinds = page.locator('.happenings a[href*="/record/"]').evaluate_all(
        "(all) => all.map((each) => each.href)"
    )
    assert kinds
    for kind in kinds:
        page.goto(kind)
        page.locator("summary", has_text="More").click()
        _check(page)


@FOR_LONG
@pytest.mark.parametrize("role", ["gp"])
def test_recording_is_accessible_at_every_stage(phone: Page, fund: str, troubles: Troubles) -> None:
    page = phone
    form = RecordPage(page, fund)
    form.open("investment-made")
    form.fill(company="Bolt", amount="5m", effective_on="2023-03-01")
    page.get_by_label("Add it as a new company").check()
    expect(form.effect).to_contain_text("Fair value")
    _check(page)
    form.fill(amount="five")
    form.record.click()
    expect(form.fault("amount")).to_contain_text("is not an amount")
    _check(page)
    form.fill(amount="5m")
    form.record.click()
    number = form.await_recorded()
    _check(page)
    for act in ("correct", "void"):
        page.goto(f"{fund}events/{number}/{act}")
        _check(page)
    troubles.expect("422")


def _check(page: Page) -> None:
    check_every_look(page)
    assert not re.search(r"\bNone\b", page.locator("main").inner_text()), page.url
