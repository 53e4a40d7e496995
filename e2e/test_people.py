"""Accounts and access as people meet them."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.conftest import Funds
from e2e.sign_in_page import PASSWORD, SignInPage, email_of
from e2e.troubles import Troubles


@pytest.fixture
def stranger(browser: Browser) -> Page:
    """Give a page on which nobody is signed in."""
    return browser.new_context(viewport={"width": 1280, "height": 900}).new_page()


def test_one_signs_in_and_comes_to_the_view_that_one_asked_for(
    stranger: Page, funds: Funds, troubles: Troubles
) -> None:
    stranger.goto(f"{funds.example}?as_of=2018-02-01")
    door = SignInPage(stranger)
    door.sign_in(email_of("analyst"), "not the password")
    expect(door.refused).to_contain_text("Email or password is not right")
    expect(door.email).to_have_value(email_of("analyst"))
    door.sign_in(email_of("analyst"))
    stranger.wait_for_url(f"{funds.example}?as_of=2018-02-01")
    expect(stranger.get_by_test_id("account")).to_contain_text("Analyst Person")
    troubles.expect("422")


def test_a_session_that_ended_while_dragging_leads_to_the_sign_in_and_back(
    page: Page, funds: Funds, troubles: Troubles
) -> None:
    page.goto(f"{funds.example}?as_of=2018-02-01")
    page.context.clear_cookies()
    page.get_by_test_id("as-of-slider").press("ArrowLeft")
    door = SignInPage(page)
    expect(door.email).to_be_visible()
    door.sign_in(email_of("gp"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Larch Street Ventures I")
    troubles.expect("401")


def test_the_account_menu_leads_to_the_account_and_out(stranger: Page, funds: Funds) -> None:
    stranger.goto(f"{funds.site}sign-in")
    SignInPage(stranger).sign_in(email_of("viewer"))
    menu = stranger.get_by_test_id("account")
    menu.locator("summary").press("Enter")
    menu.get_by_role("link", name="Account").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Viewer Person")
    menu.locator("summary").click()
    menu.get_by_role("button", name="Sign out").click()
    stranger.wait_for_url("**/sign-in")
    stranger.goto(f"{funds.site}account/")
    expect(SignInPage(stranger).email).to_be_visible()
    stranger.context.close()


def test_a_gp_changes_a_role_and_takes_it_back(page: Page, funds: Funds) -> None:
    page.goto(f"{funds.import_example('Roles change here')}people/")
    row = page.get_by_test_id("member").filter(has_text="Viewer Person")
    row.get_by_role("combobox").select_option("analyst")
    row.get_by_role("button", name="Change").click()
    expect(page.get_by_test_id("notice")).to_contain_text("Viewer Person is analyst in this fund")
    expect(row.get_by_role("combobox")).to_have_value("analyst")
    page.get_by_role("button", name="Undo").click()
    expect(row.get_by_role("combobox")).to_have_value("viewer")
    row.get_by_role("button", name="Remove").click()
    expect(row).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(row.get_by_role("combobox")).to_have_value("viewer")


@pytest.mark.parametrize("role", ["admin"])
def test_an_administrator_adds_a_person_who_signs_in_with_the_password_shown(
    page: Page, browser: Browser, funds: Funds, troubles: Troubles
) -> None:
    email = f"nora-{uuid4().hex[:8]}@example.com"
    page.goto(f"{funds.site}people/")
    page.get_by_label("Name").fill("Nora New")
    page.get_by_label("Email").fill(email)
    page.get_by_role("button", name="Add with a new password").click()
    password = page.get_by_test_id("secret").locator("code").inner_text()
    theirs = browser.new_context().new_page()
    theirs.goto(funds.site)
    SignInPage(theirs).sign_in(email, password)
    expect(theirs.get_by_test_id("no-funds")).to_be_visible()
    theirs.goto(funds.example)
    expect(theirs.get_by_role("heading", level=1)).to_have_text("There is nothing here")
    troubles.expect("404")


@pytest.mark.parametrize("role", ["viewer"])
def test_a_viewer_reads_and_is_offered_nothing_else(page: Page, funds: Funds) -> None:
    page.goto(f"{funds.example}people/")
    expect(page.get_by_test_id("member")).to_have_count(3)
    expect(page.get_by_role("button", name="Remove")).to_have_count(0)
    assert PASSWORD not in page.content()
