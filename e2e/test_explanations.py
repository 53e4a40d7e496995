"""From a figure to where it comes from, and back."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from e2e.conftest import Funds
from e2e.harness.accessible import check_every_look
from e2e.pages.fund import FundPage
from e2e.pages.record import RecordPage
from e2e.pages.timeline import TimelinePage
from tests.ledgers import raw, record


def _amount(text: str | None) -> float:
    """Read an amount as pages write it in full."""
    digits = re.sub(r"[^\d.−-]", "", text or "").replace("−", "-")
    return float(digits)


def test_a_figure_leads_to_its_events_and_back_to_where_one_was(page: Page, funds: Funds) -> None:
    fund = FundPage(page, funds, funds.example)
    fund.open("?as_of=2021-12-31")
    exact = page.get_by_test_id("figure-nav").first.get_attribute("value")
    page.get_by_test_id("figure-nav").first.click()
    expect(page.get_by_test_id("explained")).to_have_attribute("value", exact or "")
    assert "as_of=2021-12-31" in page.url
    total = page.get_by_test_id("contributions-sum")
    assert _amount(total.text_content()) == float(exact or 0)
    rows = page.get_by_test_id("contributions").locator("tbody td:last-child").all_text_contents()
    earlier = page.get_by_test_id("earlier")
    rest = page.get_by_test_id("contributions").locator("tfoot tr").first.locator("td").last
    rows += [rest.text_content() or ""] if earlier.count() else []
    assert sum(map(_amount, rows)) == float(exact or 0)
    page.get_by_test_id("back-to-fund").click()
    expect(fund.date).to_have_value("2021-12-31")


def test_a_sum_opens_its_parts_and_a_ratio_its_sides(page: Page, funds: Funds) -> None:
    FundPage(page, funds, funds.example).open()
    page.get_by_test_id("figure-tvpi").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("TVPI, net")
    parts = page.get_by_test_id("parts")
    parts.get_by_role("link", name="Net NAV").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Net NAV")
    page.get_by_test_id("parts").get_by_role("link", name="Accrued carry").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Accrued carry")
    page.go_back()
    page.get_by_test_id("parts").get_by_role("link", name="NAV before carry").click()
    expect(page.get_by_test_id("contributions")).to_be_visible()


def test_groups_sum_to_the_figure_and_open_their_events(page: Page, funds: Funds) -> None:
    FundPage(page, funds, funds.example).open()
    page.get_by_test_id("figure-nav").first.click()
    total = page.get_by_test_id("contributions-sum").text_content()
    for by in ("type", "company", "year"):
        page.get_by_test_id(f"by-{by}").click()
        page.wait_for_url(f"**by={by}")
        expect(page.get_by_test_id("groups-sum")).to_have_text(total or "")
    page.get_by_test_id("by-type").click()
    group = page.get_by_role("link", name="Capital call")
    own = page.get_by_test_id("groups").locator("tr", has=group).locator("td").last.text_content()
    group.click()
    expect(page.get_by_test_id("contributions-sum")).to_have_text(own or "")
    page.reload()
    expect(page.get_by_test_id("contributions-sum")).to_have_text(own or "")


def test_present_values_sum_to_nothing(page: Page, funds: Funds) -> None:
    FundPage(page, funds, funds.example).open()
    page.get_by_test_id("figure-net_irr").click()
    assert abs(_amount(page.get_by_test_id("present-value").text_content())) <= 0.01


def test_what_was_reported_and_restated_since_is_told_event_by_event(
    page: Page, funds: Funds, engine: Engine
) -> None:
    fund = FundPage(page, funds, funds.import_example("Why restated"))
    record(engine, fund.id, raw("PERIOD_CLOSED", "2021-12-31", closed_through="2021-12-31"))
    fund.open()
    holding = page.get_by_test_id("holding").first.get_by_role("link")
    company = holding.text_content() or ""
    record(
        engine,
        fund.id,
        raw("VALUATION_UPDATED", "2021-12-31", company=company, new_valuation="1", adjustment=True),
    )
    fund.open()
    page.get_by_test_id("reported").select_option(index=1)
    expect(page.get_by_test_id("banner")).to_contain_text("Q4 2021")
    page.get_by_test_id("why-restated").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare")
    expect(page.get_by_test_id("restated-by")).to_contain_text(company)
    expect(page.get_by_test_id("restated-by")).to_contain_text("Prior-period adjustment")
    effects = page.get_by_test_id("restated-by").locator("tbody td:last-child")
    total = sum(map(_amount, effects.all_text_contents()))
    assert total == _amount(page.get_by_test_id("restated-sum").text_content()) < 0


def test_two_viewpoints_are_compared_by_a_form_and_by_shortcuts(page: Page, funds: Funds) -> None:
    FundPage(page, funds, funds.example).open()
    page.get_by_test_id("compare").click()
    page.get_by_test_id("from-at").fill("2020-12-31")
    page.get_by_test_id("to-at").fill("2021-12-31")
    page.wait_for_url("**from_at=2020-12-31**to_at=2021-12-31**")
    expect(page.get_by_test_id("causes")).to_contain_text("31 Dec 2020")
    bridge = page.get_by_test_id("bridge").locator("tr > :last-child").all_text_contents()[1:]
    *steps, closing = [_amount(each) for each in bridge if re.search(r"\d", each)]
    assert round(sum(steps), 2) == closing
    page.get_by_test_id("by-company").locator("summary").click()
    page.get_by_test_id("by-company").get_by_role("link").first.click()
    expect(page.get_by_test_id("company")).to_be_visible()
    page.go_back()
    expect(page.get_by_test_id("from-at")).to_have_value("2020-12-31")
    page.goto(page.url.split("?")[0] + "?from_at=2021-12-31&to_at=2021-12-31")
    expect(page.get_by_test_id("nothing-differs")).to_be_visible()


def test_a_company_has_a_page_under_a_slider(page: Page, funds: Funds) -> None:
    fund = FundPage(page, funds, funds.example)
    fund.open("?as_of=2021-12-31")
    row = page.get_by_test_id("holding").first
    fair_value = row.locator("td").nth(1).locator("strong").text_content()
    row.get_by_role("link").click()
    company = page.get_by_test_id("company")
    expect(company.get_by_test_id("figures")).to_contain_text(fair_value or "")
    expect(company.get_by_test_id("marks")).to_be_visible()
    check_every_look(page)
    slider = page.get_by_test_id("day-slider")
    slider.press("Home")
    first = slider.get_attribute("data-first") or ""
    expect(page.get_by_test_id("as-of-date")).to_have_value(first)
    expect(company.get_by_test_id("banner").locator("time")).to_have_attribute("datetime", first)
    page.wait_for_url(f"**as_of={first}*")
    page.go_back()
    expect(company.get_by_test_id("figures")).to_contain_text(fair_value or "")
    company.get_by_role("link", name=fair_value).click()
    assert _amount(page.get_by_test_id("contributions-sum").text_content()) > 0
    page.get_by_test_id("back-to-fund").click()
    expect(page.get_by_test_id("company")).to_be_visible()


def test_three_clicks_lead_from_a_figure_to_the_event_that_was_wrong_and_mend_it(
    page: Page, funds: Funds
) -> None:
    fund = FundPage(page, funds, funds.import_example("Three clicks"))
    fund.open("?as_of=2021-12-31")
    before = page.get_by_test_id("figure-nav").first.get_attribute("value")
    page.get_by_test_id("figure-nav").first.click()  # first: why is it what it is?
    row = page.get_by_test_id("contributions").locator("tbody tr", has_text="Valuation").first
    row.get_by_role("link").click()  # second: which event is it?
    sequence = int(page.url.rpartition("-")[2])
    timeline = TimelinePage(page, fund.fund)
    expect(timeline.shown(sequence)).to_be_in_viewport()
    timeline.act(sequence, "Correct")  # third: put it right
    form = RecordPage(page, fund.fund)
    form.fill(new_valuation="1,000,000")
    form.field("Reason").fill("the decimal point was lost")
    form.record.click()
    page.wait_for_url(re.compile(r"/timeline\?.*#event-\d+$"))
    expect(form.notice).to_be_visible()
    fund.open("?as_of=2021-12-31")
    assert page.get_by_test_id("figure-nav").first.get_attribute("value") != before
