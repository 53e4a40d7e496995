"""Charts of the NAV bridge as waterfalls, from opening to closing net NAV."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate

from app.domain.figures.bridge import CompanyStep, NavBridge
from app.domain.money import ZERO
from app.web.charts import layout
from app.web.charts.chart import Chart, Column, Figure, Words
from app.web.shared.figure_names import figure_name
from app.web.shared.formats import counted, money

_SHOWN = 10  # companies; the others share one bar
_TOLD = 2  # steps that the sentence names
_REST = "Fund level"  # all that is not of companies
Step = tuple[str, Decimal]


def by_step(bridge: NavBridge, currency: str, table_id: str) -> Chart:
    """Chart each step that has an effect; the page has a table of them, whose id is given."""
    steps = [(figure_name(name), amount) for name, amount in bridge.steps.items() if amount]
    words = Words("NAV bridge by step", currency, _about(bridge, steps, currency))
    names, columns, figure = _waterfall(steps, bridge, currency)
    return Chart("bridge", words, "Step", names, columns, figure, currency, table_id)


def by_company(bridge: NavBridge, companies: Sequence[CompanyStep], currency: str) -> Chart:
    """Chart what companies did, the largest effect first, and all else as one step."""
    steps = [(each.name, each.total) for each in companies]
    if len(steps) > _SHOWN + 1:
        others = steps[_SHOWN:]
        name = counted(len(others), "other company", "other companies")
        steps = [*steps[:_SHOWN], (name, _sum(others))]
    gains = _sum(steps)
    rest = bridge.closing_net_nav - bridge.opening_net_nav - gains
    told = (
        f"{_about(bridge, steps, currency)} All companies together: {_signed(gains, currency)}. "
        f"Fund level is calls, distributions, expenses, income and carry: "
        f"{_signed(rest, currency)}."
    )
    words = Words("NAV bridge by company", currency, told)
    if rest:
        steps.append((_REST, rest))
    names, columns, figure = _waterfall(steps, bridge, currency)
    return Chart("bridge-companies", words, "Company", names, columns, figure, currency)


def _waterfall(
    steps: Sequence[Step], bridge: NavBridge, currency: str
) -> tuple[list[str], tuple[Column, ...], Figure]:
    """Return names and numbers of the rows, and the figure."""
    opening, closing = bridge.opening_net_nav, bridge.closing_net_nav
    names = ["Opening net NAV", *(name for name, _ in steps), "Closing net NAV"]
    amounts = [opening, *(amount for _, amount in steps), closing]
    amount = Column.of("Amount", "money", amounts)
    reached = Column.of("Net NAV", "money", [*accumulate(amounts[:-1]), closing])
    kinds = (
        ("Net NAV", "other", [0, len(names) - 1]),
        ("Increase", "distribution", _rows(amounts, 1)),
        ("Decrease", "time", _rows(amounts, -1)),
    )
    traces = [
        layout.step_bars(names, rows, amount, reached, currency)
        | {"name": kind, "meta": {"color": color}}
        for kind, color, rows in kinds
        if rows
    ]
    numbers = layout.axis([reached], currency, stands=False)
    return names, (amount, reached), layout.by_step(traces, names, numbers)


def _rows(amounts: Sequence[Decimal], sign: int) -> list[int]:
    """Return where steps of one sign are, between opening and closing."""
    return [index for index, each in enumerate(amounts[:-1]) if index and each * sign > 0]


def _about(bridge: NavBridge, steps: Sequence[Step], currency: str) -> str:
    opening, closing = bridge.opening_net_nav, bridge.closing_net_nav
    change = _signed(closing - opening, currency)
    told = f"Net NAV goes from {money(opening, currency)} to {money(closing, currency)}: {change}."
    largest = sorted(steps, key=lambda step: -abs(step[1]))[:_TOLD]
    if largest:
        named = " and ".join(f"{name} {_signed(amount, currency)}" for name, amount in largest)
        told += f" Largest: {named}."
    return told


def _signed(amount: Decimal, currency: str) -> str:
    return f"{'+' if amount > 0 else ''}{money(amount, currency)}"


def _sum(steps: Sequence[Step]) -> Decimal:
    return sum((amount for _, amount in steps), ZERO)
