"""The chart of value by company."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from app.domain.state.state import Holding
from app.web.fund.holdings import HoldingRow
from app.web.fund.value_bars import value_bars


def _rows(*values: tuple[str, int, int, int]) -> list[HoldingRow]:
    return [
        HoldingRow(
            Holding(
                name, name, invested=Decimal(cost), proceeds=Decimal(came), fair_value=Decimal(held)
            ),
            date(2012, 3, 31),
        )
        for name, cost, came, held in values
    ]


def test_bars_are_as_long_as_the_longest_of_value_and_cost_allows() -> None:
    bars = value_bars(_rows(("Lost", 40, 0, 0), ("Half", 10, 5, 15)))
    assert [(bar.name, bar.realised, bar.held, bar.paid) for bar in bars] == [
        ("Half", 12.5, 37.5, 25.0),
        ("Lost", 0.0, 0.0, 99.4),
    ]


def test_of_many_companies_the_small_ones_share_a_bar() -> None:
    bars = value_bars(_rows(*((f"Company {i}", 1, 0, i) for i in range(1, 10))))
    assert [bar.name for bar in bars] == [*(f"Company {i}" for i in range(9, 3, -1)), "3 others"]
    assert (bars[-1].value, bars[-1].cost) == (6, 3)
    assert len(value_bars(_rows(*((f"Company {i}", 1, 0, i) for i in range(7))))) == 7


def test_nothing_held_draws_nothing_and_worthless_companies_no_bar() -> None:
    assert value_bars([]) == []
    [bar] = value_bars(_rows(("Free", 0, 0, 0)))
    assert (bar.realised, bar.held, bar.paid) == (0, 0, 0)
