"""Valuation rounds as analysts and GPs live through them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, Route, StorageState, expect

from e2e.conftest import Funds
from e2e.harness.accessible import FOR_LONG, PHONE, check_every_look
from e2e.harness.troubles import Troubles
from e2e.pages.valuation import HOLDINGS, ValuationPage, write_portfolio

Session = Callable[[str, str], StorageState]
VALUES = [number * 100_000 + 20_000 for number in range(1, HOLDINGS + 1)]
COLUMN = "".join(f"{value:,}\r\n" for value in VALUES)
SUM = sum(VALUES)
pytestmark = pytest.mark.parametrize("role", ["analyst"])


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("portfolio") / "portfolio.csv"
    write_portfolio(file)
    return file


@pytest.fixture
def fund(funds: Funds, portfolio: Path) -> str:
    """Return the address of a fund of the test's own, with thirty holdings."""
    return funds.import_file(portfolio, f"Thirty {uuid4().hex[:8]}")


@pytest.fixture
def round_(page: Page, fund: str) -> ValuationPage:
    """Return a round that an analyst just started."""
    started = ValuationPage(page, fund)
    started.start()
    return started


@pytest.fixture
def as_gp(browser: Browser, funds: Funds, session_of: Session) -> Iterator[Page]:
    """Return a page of the GP's."""
    with _visit(browser, storage_state=session_of(funds.site, "gp")) as page:
        yield page


@contextmanager
def _visit(browser: Browser, **how: Any) -> Iterator[Page]:  # noqa: ANN401 - Playwright's own
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **how})
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def _state(page: Page, funds: Funds, fund: str, **asked: str) -> dict[str, Any]:
    answer = page.request.get(funds.api(fund), params={"at": "2021-03-31", **asked})
    state: dict[str, Any] = answer.json()
    return state


def _events(page: Page, funds: Funds, fund: str) -> int:
    return int(_state(page, funds, fund)["head"])


def test_an_analyst_records_a_quarter_of_thirty_holdings_from_a_pasted_column(
    page: Page, round_: ValuationPage, funds: Funds, fund: str
) -> None:
    before = _state(page, funds, fund)
    expect(round_.rows).to_have_count(HOLDINGS)
    round_.paste(round_.mark(1), COLUMN)
    round_.await_marks(HOLDINGS)
    expect(round_.sum).to_have_text(f"${SUM:,}")
    expect(round_.mark(HOLDINGS)).to_have_value("3,020,000")
    round_.review()
    round_.record()
    expect(round_.notice).to_contain_text("30 marks recorded for 31 Mar 2021")
    expect(round_.status).to_contain_text("Recorded")
    now = _state(page, funds, fund)
    assert now["head"] == before["head"] + HOLDINGS
    assert now["figures"]["total_value"] == f"{SUM}.00"
    then = _state(page, funds, fund, through=str(before["head"]))
    assert then["figures"] == before["figures"]
    page.goto(f"{fund}?as_of=2021-03-31")
    expect(page.get_by_test_id("figure-total_value").first).to_have_attribute("value", f"{SUM}.00")
    page.goto(f"{fund}?as_of=2021-03-31&through={before['head']}")
    old = before["figures"]["total_value"]
    expect(page.get_by_test_id("figure-total_value").first).to_have_attribute("value", old)
    page.goto(f"{fund}?as_of=2021-03-30")
    expect(page.get_by_test_id("figure-total_value").first).to_have_attribute("value", old)


def test_several_columns_are_pasted_over_the_grid(page: Page, round_: ValuationPage) -> None:
    lines = ("2.5m\t12.5\tMarket multiple\t3\tOf its peers", "\t\tmarket_multiple\t\tSee above")
    round_.paste(round_.mark(2), "\r\n".join(lines) + "\r\n")
    round_.await_marks(1)
    columns = ("New mark", "Ownership in per cent", "Method", "Fair-value level", "Note")
    first, second = (
        [round_.cell(label, number).input_value() for label in columns] for number in (2, 3)
    )
    assert first == ["2.5m", "12.5", "market_multiple", "3", "Of its peers"]
    assert second == ["", "", "market_multiple", "", "See above"]
    expect(round_.mark(3)).to_be_focused()
    page.reload()
    expect(round_.cell("Note", 2)).to_have_value("Of its peers")


def test_what_no_cell_takes_of_a_paste_is_told(page: Page, round_: ValuationPage) -> None:
    round_.paste(round_.cell("Ownership in per cent", 30), "10\tby feel\t2\tfine\tmore\n11")
    expect(page.locator("#pasted")).to_have_text(
        "1 of 2 lines pasted: 1 below the last row left out. "
        "Left out, as no choice or column takes it: “by feel”, “more”."
    )
    expect(round_.cell("Method", 30)).to_have_value("")
    expect(round_.cell("Fair-value level", 30)).to_have_value("2")


def test_a_batch_sent_twice_is_recorded_once_and_undone_as_one(
    page: Page, round_: ValuationPage, funds: Funds, fund: str
) -> None:
    before = _state(page, funds, fund)
    round_.paste(round_.mark(1), COLUMN)
    round_.await_marks(HOLDINGS)
    round_.review()
    page.get_by_test_id("record").evaluate("form => { form.submit(); form.submit(); }")
    page.wait_for_url(round_.url)
    assert _events(page, funds, fund) == before["head"] + HOLDINGS
    page.go_back()
    page.goto(round_.url)
    assert _events(page, funds, fund) == before["head"] + HOLDINGS
    page.get_by_label("Reason to undo it").fill("the wrong column")
    page.get_by_role("button", name="Void all its marks").click()
    expect(round_.status).to_contain_text("Draft")
    after = _state(page, funds, fund)
    assert after["head"] == before["head"] + 2 * HOLDINGS
    assert after["figures"] == before["figures"]
    expect(round_.mark(1)).to_have_value("120,000")


def test_a_round_is_done_by_keyboard_alone(
    page: Page, round_: ValuationPage, funds: Funds, fund: str
) -> None:
    round_.mark(1).focus()
    for text in ("120k", "unchanged", "1.5x"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    expect(round_.mark(4)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(round_.mark(2)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(round_.mark(3)).to_be_focused()
    round_.await_marks(3)
    expect(round_.mark(3)).to_be_focused()
    expect(round_.sum).to_have_text("$780,000")
    page.keyboard.press("Tab")
    expect(round_.cell("Unchanged", 3)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    round_.await_marks(4)
    page.keyboard.press("Enter")
    expect(round_.cell("Unchanged", 5)).to_be_focused()
    round_.review_it.press("Enter")
    page.wait_for_url("**/review")
    events = _events(page, funds, fund)
    page.get_by_role("button", name="Record 4 marks").press("Enter")
    page.wait_for_url(round_.url)
    assert _events(page, funds, fund) == events + 4


def test_what_is_typed_survives_reload_and_sign_out_the_wrong_cells_too(
    page: Page, round_: ValuationPage, funds: Funds, fund: str, browser: Browser,
    session_of: Session,
) -> None:  # fmt: skip
    round_.mark(1).fill("120k")
    round_.mark(2).fill("lots")
    round_.cell("Method", 1).select_option("market_multiple")
    round_.cell("Note", 3).fill("to be asked")
    round_.cell("Note", 3).press("Enter")
    expect(round_.saved).to_contain_text("2 rows cannot be read")
    expect(round_.mark(2)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("“lots” is not an amount")).to_be_visible()
    page.reload()
    expect(round_.mark(2)).to_have_value("lots")
    with _visit(browser, storage_state=session_of(funds.site, "analyst")) as later:
        again = ValuationPage(later, fund)
        again.open()
        expect(again.mark(1)).to_have_value("120k")
        expect(again.cell("Method", 1)).to_have_value("market_multiple")
        expect(again.cell("Note", 3)).to_have_value("to be asked")


def test_five_times_the_prior_mark_is_warned_of_and_confirmed(
    page: Page, round_: ValuationPage, funds: Funds, fund: str, troubles: Troubles
) -> None:
    round_.mark(1).fill("15m")
    round_.mark(1).press("Enter")
    expect(page.get_by_test_id("steep")).to_contain_text("is it the post-money?")
    round_.review()
    events = _events(page, funds, fund)
    record = page.get_by_role("button", name="Record 1 mark")
    record.click()
    expect(round_.refused).to_contain_text("Confirm each mark above 5×")
    page.set_viewport_size({"width": 360, "height": 800})
    asked = page.get_by_label("above 5× the prior mark")
    asked.scroll_into_view_if_needed()
    expect(asked).to_be_in_viewport()
    assert page.locator(".scroll").evaluate("(each) => each.scrollLeft") == 0
    asked.check()
    record.click()
    page.wait_for_url(round_.url)
    assert _events(page, funds, fund) == events + 1
    troubles.expect("422")


def test_two_people_in_one_draft_overwrite_nothing(
    page: Page, round_: ValuationPage, as_gp: Page, troubles: Troubles
) -> None:
    other = ValuationPage(as_gp, round_.list_url.removesuffix("valuations/"))
    other.open()
    other.mark(1).fill("111k")
    other.mark(2).fill("222k")
    other.mark(2).press("Enter")
    other.await_marks(2)
    round_.mark(3).fill("333k")
    round_.mark(3).press("Enter")
    round_.await_marks(3)
    expect(round_.mark(1)).to_have_value("111k")
    other.mark(1).fill("112k")
    other.mark(1).press("Enter")
    expect(other.sum).to_have_text("$667,000")
    round_.mark(1).fill("120k")
    round_.mark(1).press("Enter")
    expect(round_.both).to_contain_text("Gp Person typed “112k”, you “120k”")
    expect(round_.mark(1)).to_have_value("120k")
    page.get_by_role("button", name="Keep mine").click()
    expect(round_.both).to_have_count(0)
    other.page.reload()
    expect(other.mark(1)).to_have_value("120k")
    troubles.expect("409")


def test_what_is_typed_while_an_answer_is_on_its_way_stays(
    page: Page, round_: ValuationPage
) -> None:
    def slowly(route: Route) -> None:
        page.wait_for_timeout(200)
        route.continue_()

    page.route(round_.url, slowly)
    round_.mark(1).fill("1k")
    round_.mark(1).press("Enter")
    round_.mark(1).fill("120k")
    round_.mark(2).fill("220k")
    round_.mark(2).press("Enter")
    round_.cell("Unchanged", 3).check()
    expect(round_.sum).to_have_text("$650,000")
    expect(round_.mark(1)).to_have_value("120k")
    page.unroute_all()
    page.reload()
    expect(round_.mark(1)).to_have_value("120k")
    expect(round_.cell("Unchanged", 3)).to_be_checked()


def test_an_analyst_prepares_and_a_gp_returns_and_approves(
    page: Page, round_: ValuationPage, as_gp: Page, funds: Funds, fund: str
) -> None:
    gp = ValuationPage(as_gp, fund)
    as_gp.goto(gp.list_url)
    as_gp.get_by_role("button", name="Require GP approval").click()
    expect(gp.notice).to_contain_text("need the approval of a GP now")
    round_.mark(1).fill("120k")
    round_.review()
    page.get_by_role("button", name="Submit 1 mark to a GP").click()
    expect(round_.status).to_contain_text("Awaiting approval")
    as_gp.goto(f"{gp.url}review")
    expect(as_gp.locator(".title")).to_contain_text("prepared by Analyst Person")
    as_gp.get_by_label("Or return it to Analyst Person").fill("The others?")
    as_gp.get_by_role("button", name="Return").click()
    round_.open()
    expect(page.get_by_test_id("returned")).to_contain_text("Returned by Gp Person: The others?")
    page.get_by_role("button", name="Mark the rest unchanged").click()
    round_.await_marks(HOLDINGS)
    round_.review()
    page.get_by_role("button", name="Submit 30 marks to a GP").click()
    events = _events(page, funds, fund)
    as_gp.goto(f"{gp.url}review")
    as_gp.get_by_role("button", name="Approve and record 30 marks").click()
    as_gp.wait_for_url(gp.url)
    assert _events(page, funds, fund) == events + HOLDINGS


@pytest.mark.usefixtures("round_")
def test_a_round_is_done_without_scripts(
    browser: Browser, funds: Funds, fund: str, session_of: Session
) -> None:
    session = session_of(funds.site, "analyst")
    with _visit(browser, storage_state=session, java_script_enabled=False) as page:
        plain = ValuationPage(page, fund)
        plain.open()
        plain.mark(1).fill("120k")
        plain.mark(2).fill("nothing much")
        plain.mark(2).press("Enter")
        expect(plain.notice).to_contain_text("Saved")
        expect(page.get_by_text("“nothing much” is not an amount")).to_be_visible()
        plain.mark(2).fill("1.1x")
        plain.review()
        page.get_by_role("button", name="Record 2 marks").click()
        expect(plain.notice).to_contain_text("2 marks recorded")
        page.get_by_role("button", name="Undo").click()
        expect(plain.status).to_contain_text("Draft")
        expect(plain.mark(2)).to_have_value("1.1x")


@FOR_LONG
def test_rounds_are_accessible_at_every_stage(
    round_: ValuationPage, as_gp: Page, troubles: Troubles
) -> None:
    page, gp = as_gp, ValuationPage(as_gp, round_.url.partition("valuations/")[0])
    page.set_viewport_size(PHONE)
    page.goto(gp.list_url)
    check_every_look(page)
    gp.open()
    for number, text in enumerate(("15m", "abc", "unchanged", "1.5x"), 1):
        gp.mark(number).fill(text)
        gp.mark(number).press("Enter")
    gp.await_marks(3)
    check_every_look(page)
    gp.review()
    check_every_look(page)
    gp.open()
    gp.mark(2).fill("")
    gp.review()
    page.get_by_role("button", name="Record 3 marks").click()
    check_every_look(page)
    page.get_by_label("above 5× the prior mark").check()
    gp.record()
    check_every_look(page)
    troubles.expect("422")
