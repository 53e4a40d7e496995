"""Who attempts the set-up out errs, leaves, comes back, and ends with the fund that they meant."""

from __future__ import annotations

from uuid import uuid4

from playwright.sync_api import expect

from e2e.conftest import Funds
from e2e.harness.troubles import Troubles
from e2e.journeys.person import Person
from e2e.pages.setup_wizard import SetupWizardPage
from e2e.pages.sign_in import email_of


def test_a_tester_goes_through_the_wizard(desk: Person, funds: Funds, troubles: Troubles) -> None:
    name = f"Tried {uuid4().hex[:8]}"
    wizard = SetupWizardPage(desk.page, funds.site)
    desk.comes(email_of("analyst"))
    wizard.start()
    # Nothing is typed: each field says what it wants.
    wizard.next.click()
    expect(wizard.error("fund", "name")).to_be_visible()
    troubles.expect("422")
    wizard.through("commitments", name)
    # It is lunch time. The draft waits where it was left.
    desk.goes()
    desk.comes(email_of("analyst"))
    wizard.drafts.filter(has_text=name).get_by_test_id("draft-continue").click()
    wizard.expect_at("fees")
    wizard.back.click()
    wizard.expect_at("commitments")
    expect(wizard.field("commitments", "lps-0-investor")).to_have_value("Northern Teachers")
    wizard.next.click()
    for step in ("fees", "carry", "deployment", "reserves"):
        wizard.step(step)
    # What stands on the review is what the fund's terms say.
    reviewed = desk.page.get_by_test_id("setup-review-hurdle").inner_text()
    wizard.create.click()
    desk.is_told("you are its GP")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text(name)
    desk.turns_to("Terms")
    expect(desk.page.get_by_test_id("setup-review-hurdle")).to_have_text(reviewed)
    desk.goes()
