"""Accounts and access as people meet them."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from e2e.conftest import Funds
from e2e.harness.accessible import check_every_look
from e2e.harness.troubles import Troubles
from e2e.pages.sign_in import PASSWORD, SignInPage, email_of


@pytest.fixture
def stranger(browser: Browser) -> Page:
    """Return a page on which nobody is signed in."""
    return browser.new_context(viewport={"width": 1280, "height": 900}).new_page()


def test_one_signs_in_and_comes_to_the_view_that_one_asked_for(
    stranger: Page, funds: Funds, troubles: Troubles
) -> None:
    stranger.goto(f"{funds.example}?as_of=2018-02-01")
    door = SignInPage(stranger)
    door.sign_in(email_of("analyst"), "not the password")
    expect(door.refused).to_contain_text("Wrong email or password")
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
    page.get_by_role("button", name="Invite with a new password").click()
    password = page.get_by_test_id("secret").locator("code").inner_text()
    theirs = browser.new_context().new_page()
    theirs.goto(funds.site)
    SignInPage(theirs).sign_in(email, password)
    expect(theirs.get_by_test_id("no-funds")).to_be_visible()
    theirs.goto(funds.example)
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Page not found")
    troubles.expect("404")


@pytest.mark.parametrize("role", ["viewer"])
def test_a_viewer_reads_and_is_offered_nothing_else(page: Page, funds: Funds) -> None:
    page.goto(f"{funds.example}people/")
    expect(page.get_by_test_id("member")).to_have_count(3)
    expect(page.get_by_role("button", name="Remove")).to_have_count(0)
    assert PASSWORD not in page.content()


def _sign_out(page: Page) -> None:
    menu = page.get_by_test_id("account")
    menu.locator("summary").click()
    menu.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")


def test_back_shows_nothing_of_a_fund_once_one_has_signed_out(
    remembering_browser: Browser, funds: Funds
) -> None:
    """The next person at the browser presses Back."""
    stranger = remembering_browser.new_page()
    stranger.goto(funds.example)
    door = SignInPage(stranger)
    door.sign_in(email_of("viewer"))
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Larch Street Ventures I")
    stranger.get_by_test_id("as-of-slider").press("ArrowLeft")
    stranger.wait_for_url("**as_of=**")
    stranger.goto(f"{funds.example}timeline")
    _sign_out(stranger)
    for _ in range(2):
        stranger.go_back(wait_until="commit")  # a page that was kept is not loaded
        expect(door.email).to_be_visible()
        assert "Larch Street" not in stranger.content()
    stranger.context.close()


def test_a_session_is_ended_from_another_browser(
    browser: Browser, page: Page, funds: Funds
) -> None:
    """Somebody left a browser signed in, and ends that session where they are now."""
    left = browser.new_context(user_agent="Mozilla/5.0 (X11; Linux) Firefox/140.0").new_page()
    left.goto(f"{funds.site}account/")
    SignInPage(left).sign_in(email_of("gp"))
    expect(left.get_by_role("heading", level=1)).to_have_text("Gp Person")
    page.goto(f"{funds.site}account/")
    there = page.get_by_test_id("session").filter(has_text="Firefox on Linux")
    there.get_by_role("button", name="End").click()
    expect(page.get_by_test_id("notice")).to_contain_text("The session is ended")
    expect(there).to_have_count(0)
    left.reload()
    expect(SignInPage(left).email).to_be_visible()
    left.context.close()


def test_what_was_typed_is_kept_while_the_password_is_asked_for_again(
    stranger: Page, funds: Funds, troubles: Troubles
) -> None:
    stranger.goto(f"{funds.site}account/")
    SignInPage(stranger).sign_in(email_of("analyst"))
    stranger.get_by_label("Name").fill("Nightly export")
    with funds.engine.begin() as connection:
        old = "UPDATE web_session SET confirmed_at = confirmed_at - interval '11 minutes'"
        newest = "(SELECT id FROM web_session ORDER BY began_at DESC LIMIT 1)"
        connection.execute(text(f"{old} WHERE id = {newest}"))
    stranger.get_by_role("button", name="Create a token").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Confirm your password")
    check_every_look(stranger)
    stranger.get_by_label("Password").fill("not it")
    stranger.get_by_role("button", name="Confirm").click()
    expect(stranger.get_by_test_id("refused")).to_contain_text("Wrong password")
    stranger.get_by_label("Password").fill(PASSWORD)
    stranger.get_by_role("button", name="Confirm").click()
    expect(stranger.get_by_test_id("typed")).to_contain_text("Nightly export")
    check_every_look(stranger)
    stranger.get_by_role("button", name="Send again").click()
    expect(stranger.get_by_test_id("secret")).to_contain_text("Your token “Nightly export”")
    troubles.expect("401")
    troubles.expect("422")
    stranger.context.close()
