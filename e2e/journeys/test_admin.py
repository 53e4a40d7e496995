"""An administrator takes somebody on, lets them into a fund, and sees them off."""

from __future__ import annotations

import re
from uuid import uuid4

from playwright.sync_api import expect

from e2e.conftest import Funds
from e2e.harness.troubles import Troubles
from e2e.journeys.person import Person
from e2e.pages.sign_in import SignInPage, email_of


def test_an_administrator_takes_somebody_on_and_sees_them_off(
    desk: Person, other_desk: Person, funds: Funds, troubles: Troubles
) -> None:
    fund, email = funds.import_example("Staffed"), f"nils-{uuid4().hex[:8]}@example.com"
    desk.comes(email_of("admin"))
    # A new colleague gets a password, shown once.
    desk.opens(f"{funds.site}people/")
    desk.page.get_by_label("Name").fill("Nils New")
    desk.page.get_by_label("Email").fill(email)
    desk.presses("Invite with a new password")
    password = desk.page.get_by_test_id("secret").locator("code").inner_text()
    other_desk.comes(email, password)
    expect(other_desk.page.get_by_test_id("no-funds")).to_be_visible()
    # They are asked into a fund as an analyst, accept, and find it.
    desk.opens(f"{fund}people/")
    desk.page.get_by_label("Email").fill(email)
    desk.page.get_by_label("Role", exact=True).select_option("analyst")
    desk.page.get_by_role("button", name="Send invitation", exact=True).click()
    desk.is_told(f"{email} is invited as")
    expect(desk.page.get_by_text("Nils New")).to_have_count(0)
    other_desk.opens(f"{funds.site}funds/")
    expect(other_desk.page.get_by_test_id("invitation")).to_contain_text(
        re.compile(r"Staffed \w+ as analyst")
    )
    other_desk.page.get_by_role("button", name="Accept").click()
    other_desk.is_told("You are in this fund now")
    other_desk.turns_to("Record")
    other_desk.reads("Capital call")
    # They leave: their session ends at once, and their password opens nothing.
    desk.opens(f"{funds.site}people/")
    them = desk.page.get_by_test_id("person").filter(has_text=email)
    them.get_by_role("button", name="Deactivate").click()
    expect(them).to_contain_text("Deactivated")
    other_desk.opens(fund)
    door = SignInPage(other_desk.page)
    door.sign_in(email, password)
    expect(door.refused).to_be_visible()
    troubles.expect("422")
    desk.goes()
