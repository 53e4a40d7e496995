"""The holdings table: rows and their orders."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.domain.state.state import Holding
from app.web.fund.holdings import COLUMNS, HoldingRow, Order, rows

_DAY = date(2012, 3, 31)


def _holding(name: str, invested: str, value: str, **more: object) -> Holding:
    holding = Holding(name, name, invested=Decimal(invested), fair_value=Decimal(value))
    for field, given in more.items():
        setattr(holding, field, given)
    return holding


_HOLDINGS = [
    _holding("beta", "10", "5", marked_on=date(2011, 9, 30)),
    _holding("Alpha", "20", "100", marked_on=date(2012, 3, 31)),
    _holding("Gone", "30", "0", exited_on=date(2011, 1, 1), proceeds=Decimal(90)),
    _holding("Cost", "40", "40"),
    _holding("Only named", "0", "0"),
]


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("", ["Alpha", "Cost", "beta", "Gone"]),
        ("nonsense", ["Alpha", "Cost", "beta", "Gone"]),
        ("-fair_value", ["beta", "Cost", "Alpha", "Gone"]),
        ("company", ["Alpha", "beta", "Cost", "Gone"]),
        ("-company", ["Cost", "beta", "Alpha", "Gone"]),
        ("cost", ["Cost", "Alpha", "beta", "Gone"]),
        ("moic", ["Alpha", "Cost", "beta", "Gone"]),
        ("last_mark", ["Alpha", "beta", "Cost", "Gone"]),
    ],
)
def test_what_is_gone_stands_last_in_every_order(order: str, names: list[str]) -> None:
    assert [row.holding.name for row in rows(_HOLDINGS, _DAY, Order.named(order))] == names


def test_choosing_a_heading_again_turns_the_order_round() -> None:
    cost = next(column for column in COLUMNS if column.name == "cost")
    usual = next(column for column in COLUMNS if column.name == "fair_value")
    assert Order.named("").next_for(cost) == "cost"
    assert Order.named("cost").next_for(cost) == "-cost"
    assert Order.named("-cost").next_for(cost) == "cost"
    assert Order.named("cost").next_for(usual) == ""
    assert Order.named("").next_for(usual) == "-fair_value"


def test_a_mark_is_stale_when_a_quarter_was_left_out() -> None:
    stale, fresh, _, at_cost = (HoldingRow(each, _DAY) for each in _HOLDINGS[:4])
    assert (stale.mark_age, stale.is_stale) == (183, True)
    assert (fresh.mark_age, fresh.is_stale) == (0, False)
    assert (at_cost.mark_age, at_cost.is_stale) == (None, False)


def test_what_was_sold_in_parts_to_nothing_is_gone_and_nothing_is_never_stale() -> None:
    marked = {"marked_on": date(2011, 9, 30)}
    sold = HoldingRow(_holding("Sold", "10", "0", proceeds=Decimal(90), **marked), _DAY)
    assert sold.is_gone
    assert not sold.is_stale
    lost = HoldingRow(_holding("Lost", "10", "0", remaining_cost=Decimal(10), **marked), _DAY)
    assert (lost.is_gone, lost.is_stale) == (False, False)
    owed = HoldingRow(_holding("Owed", "10", "5", exited_on=date(2011, 1, 1)), _DAY)
    assert not owed.is_gone


def test_multiples_and_reserves_of_a_row() -> None:
    row = HoldingRow(
        _holding(
            "Half",
            "10",
            "15",
            proceeds=Decimal(5),
            reserve_allocated=Decimal(8),
            reserve_left=Decimal(2),
        ),
        _DAY,
    )
    assert row.moic == 2
    assert row.reserve_used == Decimal("0.75")
    assert HoldingRow(_HOLDINGS[4], _DAY).moic is None
    assert HoldingRow(_HOLDINGS[0], _DAY).reserve_used is None
