"""A fund is set up in the browser, from the first field to its page."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from e2e.conftest import Funds
from e2e.harness.troubles import Troubles
from e2e.pages.charts import ChartPage
from e2e.pages.setup_wizard import SetupWizardPage
from e2e.pages.sign_in import SignInPage, email_of
from tests.web.setup.forms import REVIEWED, TERMS


@pytest.fixture
def wizard(page: Page, funds: Funds) -> SetupWizardPage:
    return SetupWizardPage(page, funds.site)


@pytest.fixture
def name() -> str:
    return f"Quince Lane {uuid4().hex[:8]}x"


def test_a_fund_is_set_up_from_the_first_field_to_its_page(
    wizard: SetupWizardPage, page: Page, funds: Funds, name: str
) -> None:
    wizard.start()
    wizard.through("reserves", name)
    expect(page.get_by_test_id("setup-review-name")).to_have_text(name)
    for field, shown in REVIEWED.items():
        expect(page.get_by_test_id(f"setup-review-{field}")).to_have_text(shown)
    wizard.create.dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    fund = page.url.split("?")[0].rstrip("/").rsplit("/", 1)[1]
    log = page.request.get(f"{funds.site}api/funds/{fund}/timeline").json()["events"]
    assert [event["event_type"] for event in log] == [*["COMMITMENT_MADE"] * 3, "FUND_ESTABLISHED"]
    assert log[-1]["payload"]["terms"] == TERMS
    promised = {event["payload"]["investor"]: event["payload"]["amount"] for event in log[:3]}
    amounts = {"Quince GP": "2500000", "Northern Teachers": "100000000", "Alma": "1250000"}
    assert promised == amounts
    found = page.request.get(f"{funds.site}api/funds?search={name}").json()["funds"]
    assert len(found) == 1, "pressed twice it is one fund"


def test_what_a_step_leads_to_follows_what_is_typed(wizard: SetupWizardPage, name: str) -> None:
    wizard.start()
    wizard.through("commitments", name)
    total = wizard.page.get_by_test_id("setup-fee-total")
    wizard.answer("fees", {"fee_rate": "2"})
    expect(total).to_have_text("$25,000,000")
    wizard.answer("fees", {"fee_rate": "6"})
    expect(wizard.preview).to_contain_text("The rate must be 0 to 5%, not 6.")
    wizard.answer("fees", {"fee_rate": "1.5%"})
    expect(total).to_have_text("$18,750,000")
    wizard.next.click()
    wizard.expect_at("carry")
    expect(wizard.page.get_by_test_id("setup-lp-share")).to_contain_text("share 80%")
    wizard.answer("carry", {"carry_rate": "25"})
    expect(wizard.page.get_by_test_id("setup-lp-share")).to_contain_text("share 75%")
    expect(wizard.field("carry", "hurdle")).to_be_hidden()
    wizard.answer("carry", {"has_hurdle": "y", "hurdle": "8"})
    expect(wizard.preview).to_contain_text("Preferred return")
    wizard.next.click()
    wizard.answer("deployment", {"pacing": "front_loaded"})
    pacing = ChartPage(wizard.page, "invested-by-year")
    pacing.await_drawn()
    expect(pacing.plot.locator(".barlayer .point")).to_have_count(5)
    wizard.answer("deployment", {"pacing": "back_loaded"})
    expect(wizard.page.get_by_test_id("setup-pace").get_by_role("row").nth(5)).to_contain_text(
        "33.3%"
    )
    wizard.page.wait_for_function(
        "(plot) => plot.data[0].y[4] > plot.data[0].y[0]", arg=pacing.plot.element_handle()
    )
    wizard.answer("deployment", {"pacing": "front_loaded"})
    expect(wizard.page.get_by_test_id("setup-pace")).to_contain_text("33.3%")


def test_rows_come_and_go_where_one_is(wizard: SetupWizardPage, page: Page, name: str) -> None:
    wizard.start()
    wizard.through("fund", name)
    rows = page.get_by_test_id("setup-commitments-row")
    wizard.answer("commitments", {"lps-0-investor": "Alma", "lps-0-amount": "5m"})
    page.get_by_test_id("setup-commitments-add").press("Enter")
    expect(rows).to_have_count(2)
    expect(wizard.field("commitments", "lps-0-amount")).to_have_value("5m")
    wizard.answer("commitments", {"lps-1-investor": "Bruno", "lps-1-amount": "130 million"})
    expect(page.get_by_test_id("setup-over")).to_contain_text("$10,000,000 more than the size")
    page.get_by_test_id("setup-commitments-remove-1").click()
    expect(rows).to_have_count(1)
    expect(page.get_by_test_id("setup-over")).to_have_count(0)
    wizard.field("commitments", "lps-0-amount").press("Enter")
    wizard.expect_at("fees")


def test_an_error_stays_beside_its_field_with_what_was_typed(
    wizard: SetupWizardPage, name: str, troubles: Troubles
) -> None:
    wizard.start()
    wizard.answer("fund", {"name": name, "currency": "USD", "size": "0", "vintage_year": "1900"})
    wizard.next.click()
    expect(wizard.error("fund", "size")).to_have_text("The size must be more than 0, not 0.")
    expect(wizard.error("fund", "vintage_year")).to_contain_text("between 1970 and")
    expect(wizard.error("fund", "inception_on")).to_have_text("Choose a day.")
    expect(wizard.field("fund", "size")).to_have_attribute("aria-invalid", "true")
    expect(wizard.field("fund", "size")).to_have_value("0")
    troubles.expect("422")


def test_one_reloads_leaves_and_comes_back(
    wizard: SetupWizardPage, page: Page, funds: Funds, name: str
) -> None:
    wizard.start()
    wizard.through("fees", name)
    page.reload()
    wizard.expect_at("carry")
    page.goto(funds.example)
    page.goto(f"{funds.site}funds/")
    wizard.drafts.filter(has_text=name).get_by_test_id("draft-continue").click()
    wizard.expect_at("carry")
    wizard.back.click()
    wizard.expect_at("fees")
    expect(wizard.field("fees", "later_rate")).to_have_value("1.5%")
    wizard.open("reserves")
    wizard.expect_at("carry")
    expect(page.get_by_test_id("notice")).to_contain_text("“Carry” comes first")


def test_a_draft_is_deleted_and_taken_back(
    wizard: SetupWizardPage, page: Page, funds: Funds, name: str
) -> None:
    wizard.start()
    wizard.through("fund", name)
    page.goto(f"{funds.site}funds/")
    draft = wizard.drafts.filter(has_text=name)
    draft.get_by_role("button", name="Delete").click()
    expect(draft).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(draft).to_have_count(1)


def test_who_signs_out_in_the_middle_goes_on_after_signing_in(
    browser: Browser, funds: Funds, name: str
) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{funds.site}sign-in")
    SignInPage(page).sign_in(email_of("viewer"))
    page.wait_for_url("**/funds/")
    wizard = SetupWizardPage(page, funds.site)
    wizard.start()
    wizard.through("commitments", name)
    address = page.url
    page.get_by_test_id("account").locator("summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.goto(address)
    SignInPage(page).sign_in(email_of("viewer"))
    wizard.expect_at("fees")
    page.goto(f"{funds.site}funds/new/")
    wizard.expect_at("fees")
    page.context.close()


def test_without_a_script_the_wizard_goes_all_the_way(
    browser: Browser, funds: Funds, session_of: Callable[[str, str], StorageState], name: str
) -> None:
    context = browser.new_context(
        java_script_enabled=False, storage_state=session_of(funds.site, "analyst")
    )
    page = context.new_page()
    wizard = SetupWizardPage(page, funds.site)
    wizard.start()
    wizard.through("carry", name)
    wizard.answer("deployment", {"pacing": "back_loaded"})
    page.get_by_test_id("setup-show").click()
    expect(page.get_by_test_id("setup-pace")).to_contain_text("33.3%")
    wizard.next.click()
    wizard.expect_at("reserves")
    wizard.next.click()
    wizard.create.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    context.close()


def test_a_fund_is_duplicated_and_its_copy_set_up(
    wizard: SetupWizardPage, page: Page, funds: Funds, name: str
) -> None:
    page.goto(funds.example)
    page.get_by_role("button", name="Use as template").click()
    wizard.expect_at("fund")
    expect(wizard.field("fund", "size")).to_have_value("50,000,000")
    wizard.answer("fund", {"name": name})
    wizard.next.click()
    wizard.expect_at("commitments")
    wizard.open("review")
    expect(page.get_by_test_id("setup-review-size")).to_have_text("$50,000,000")
    wizard.create.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_terms_are_amended_before_and_after_money_moves(
    wizard: SetupWizardPage, page: Page, funds: Funds, name: str, troubles: Troubles
) -> None:
    wizard.start()
    wizard.through("reserves", name)
    wizard.create.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    fund = page.url.split("?")[0]
    page.goto(f"{fund}terms/")
    page.get_by_test_id("amend").click()
    wizard.answer("amend", {"effective_on": "2020-06-30"})
    wizard.answer("fund", {"vintage_year": "2021", "size": "150m"})
    page.get_by_test_id("setup-amend-record").click()
    expect(page.get_by_test_id("setup-review-vintage_year")).to_have_text("2021")
    expect(page.get_by_test_id("terms-change").first).to_contain_text("Vintage year: 2020 → 2021")
    page.goto(f"{funds.example}terms/amend")
    expect(wizard.field("fund", "vintage_year")).to_be_disabled()
    expect(wizard.field("fund", "currency")).to_be_disabled()
    expect(wizard.field("fund", "currency")).to_have_accessible_description(
        "Locked: money has moved since (event 5)."
    )
    wizard.answer("amend", {"effective_on": "2020-06-30"})
    wizard.answer("carry", {"carry_rate": "15"})
    page.get_by_test_id("setup-amend-record").click()
    expect(wizard.error("amend", "reason")).to_contain_text("needs a reason")
    expect(wizard.field("carry", "carry_rate")).to_have_value("15")
    troubles.expect("422")
