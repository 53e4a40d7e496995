"""What each figure is called on pages, and how its kind is written."""

from __future__ import annotations

from decimal import Decimal

from app.domain.figures.figures import RATES, RATIOS
from app.web.shared.formats import NOTHING, full_money, multiple, percent

FIGURE_NAMES = {
    "committed": "Committed",
    "paid_in": "Paid-in",
    "distributed": "Distributed",
    "carry_paid": "Carry paid",
    "invested": "Invested",
    "proceeds": "Proceeds",
    "expenses": "Expenses",
    "income": "Income",
    "borrowings": "Borrowings",
    "total_value": "Fair value of holdings",
    "cash": "Cash",
    "securities_held": "Securities held",
    "payables": "Payables",
    "nav": "NAV before carry",
    "accrued_carry": "Accrued carry",
    "clawback_due": "Clawback due from the GP",
    "carry_unmet": "Carry in excess of NAV",
    "net_nav": "Net NAV",
    "unfunded": "Unfunded",
    "pic": "Called % of commitments",
    "dpi": "DPI",
    "rvpi": "RVPI, net",
    "tvpi": "TVPI, net",
    "gross_moic": "Gross MOIC",
    "gross_irr": "Gross IRR",
    "net_irr": "Net IRR",
    "available_for_new_deals": "Available to invest",
    # What other figures are sums of, and what is told of a company.
    "called_outside_commitment": "Called outside commitments",
    "recallable": "Recallable distributions",
    "reserves_left": "Remaining reserves",
    "fair_value": "Fair value",
    "remaining_cost": "Remaining cost",
    "realised_gain": "Realised gain",
    "unrealised_gain": "Unrealised gain",
    "holding_income": "Income from holdings",
    "calls_net_of_returns": "Calls, net of returns",
    "distributions": "Distributions",
    "reserve_allocated": "Reserves allocated",
    "reserve_deployed": "Reserves deployed",
    "reserve_left": "Remaining reserves",
}


def figure_name(name: str) -> str:
    """Name a figure, or a part of one."""
    return FIGURE_NAMES[name]


def exact_figure(value: Decimal | None, name: str, currency: str) -> str:
    """Write a figure in full, as its kind is written: money to the cent, a ratio, a percentage."""
    if name in RATES or name == "pic":
        return percent(value, 2)
    if name in RATIOS:
        return multiple(value)
    return NOTHING if value is None else full_money(value, currency)


FILTERS = (figure_name, exact_figure)
