"""An analyst keeps the record: a call, a slip, its mend, and the marks of a quarter."""

from __future__ import annotations

from playwright.sync_api import expect

from e2e.conftest import Funds
from e2e.journeys.person import Person
from e2e.pages.record import RecordPage
from e2e.pages.sign_in import email_of
from e2e.pages.timeline import TimelinePage


def test_an_analyst_keeps_the_record(desk: Person, funds: Funds) -> None:
    fund = funds.import_example("Kept")
    form, timeline = RecordPage(desk.page, fund), TimelinePage(desk.page, fund)
    desk.comes(email_of("analyst"))
    desk.opens(fund)
    # A capital call goes out, with a nought too many.
    desk.turns_to("Record")
    desk.page.get_by_role("link", name="Capital call", exact=True).click()
    form.fill(amount="7.5m", effective_on="2023-06-15")
    expect(form.effect).to_contain_text("Paid-in")
    form.record.click()
    slip = form.await_recorded()
    timeline.act(slip, "Correct")
    form.fill(amount="750,000", reason="a nought too many")
    form.record.click()
    mended = form.await_recorded()
    expect(timeline.event(slip)).to_contain_text(f"Replaced by #{mended}")
    # The quarter's marks: all as they were.
    desk.turns_to("Valuations")
    desk.page.get_by_label("Quarter end").select_option("2023-06-30")
    desk.presses("Start")
    desk.presses("Mark the rest unchanged")
    expect(desk.page.get_by_test_id("saved")).to_contain_text("Saved")
    desk.presses("Review")
    desk.page.get_by_role("button", name="Record").click()
    desk.is_told("recorded for 30 Jun 2023")
    # And what was recorded today can be looked up by its company.
    desk.turns_to("Timeline")
    timeline.choose_type("Valuation")
    timeline.await_filters(type="VALUATION_UPDATED")
    expect(timeline.events.first).to_contain_text("30 Jun 2023")
    desk.goes()
