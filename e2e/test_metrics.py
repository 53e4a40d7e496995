"""An analyst enters the actuals of a portfolio from a spreadsheet."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import Funds
from e2e.harness.accessible import FOR_LONG, check_every_look
from e2e.harness.troubles import Troubles
from e2e.pages.metrics import MetricsPage

FIRST, SECOND = "Lumen Grid", "Medley Health"
ENDS = ("30 Jun 2023", "30 Sep 2023", "31 Dec 2023")
BLOCK = "1.2m\t1,350,000\t1.5m\r\n(350k)\t-5\t0\r\n"
pytestmark = pytest.mark.parametrize("role", ["analyst"])


@pytest.fixture
def fund(funds: Funds) -> str:
    """Return the address of a fund of the test's own."""
    return funds.import_example("Metrics")


def _actuals(page: Page, funds: Funds, fund: str) -> list[Decimal]:
    state: dict[str, Any] = page.request.get(funds.api(fund)).json()
    return [Decimal(each["value"]) for each in state["actuals"]]


@FOR_LONG
def test_a_block_of_actuals_is_pasted_recorded_and_undone(
    page: Page, funds: Funds, fund: str, troubles: Troubles
) -> None:
    grid = MetricsPage(page, fund)
    grid.open_from_record()
    grid.choose("revenue", "2023-12-31", 3)
    first = grid.cell(FIRST, ENDS[0])
    grid.paste(first, BLOCK)
    expect(grid.cell(SECOND, ENDS[2])).to_have_value("0")
    grid.cell(SECOND, ENDS[0]).press("ArrowUp")
    expect(first).to_be_focused()
    page.keyboard.type("lots")
    page.keyboard.press("Enter")
    expect(grid.cell(SECOND, ENDS[0])).to_be_focused()
    grid.record()
    expect(grid.refused).to_contain_text("1 value cannot be recorded")
    expect(page.get_by_text("“lots” is not an amount")).to_be_visible()
    expect(grid.cell(SECOND, ENDS[0])).to_have_value("(350k)")
    check_every_look(page)
    troubles.expect("422")
    first.fill("1.2m")
    grid.record()
    expect(grid.notice).to_contain_text("6 actuals recorded.")
    expect(first).to_have_attribute("placeholder", "1,200,000")
    expect(first).to_have_value("")
    assert sorted(_actuals(page, funds, fund)) == [-350000, -5, 0, 1200000, 1350000, 1500000]
    check_every_look(page)
    grid.undo()
    expect(grid.notice).to_contain_text("Undone: 6 values.")
    expect(first).to_have_attribute("placeholder", " ")
    assert _actuals(page, funds, fund) == []
