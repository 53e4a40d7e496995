"""The figures that a fund reports, from its state at a viewpoint."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal

from app.domain.figures.carry import carry_tiers
from app.domain.figures.irr import Irr, xirr
from app.domain.money import ZERO
from app.domain.state.state import Flows, FundState


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures, unrounded; amounts in the fund's currency, ratios and rates as fractions.

    A ratio or rate is None where it is not defined; `reasons` then says why, by its name.
    """

    committed: Decimal
    paid_in: Decimal
    distributed: Decimal
    carry_paid: Decimal
    invested: Decimal
    proceeds: Decimal
    expenses: Decimal
    income: Decimal
    borrowings: Decimal
    total_value: Decimal
    cash: Decimal
    securities_held: Decimal
    payables: Decimal
    nav: Decimal
    accrued_carry: Decimal
    clawback_due: Decimal
    carry_unmet: Decimal
    net_nav: Decimal
    unfunded: Decimal
    pic: Decimal | None
    dpi: Decimal | None
    rvpi: Decimal | None
    tvpi: Decimal | None
    gross_moic: Decimal | None
    gross_irr: Decimal | None
    net_irr: Decimal | None
    available_for_new_deals: Decimal
    reasons: dict[str, str] = field(default_factory=dict)


RATIOS = ("pic", "dpi", "rvpi", "tvpi", "gross_moic")
RATES = ("gross_irr", "net_irr")
AMOUNTS = tuple(
    entry.name for entry in fields(Figures) if entry.name not in (*RATIOS, *RATES, "reasons")
)


def figures_of(state: FundState, as_of: date) -> Figures:
    """Work out every figure by its definition."""
    carry = carry_tiers(state, as_of)
    total_value, cash, nav = state.total_value, state.cash, state.nav
    net_nav = nav - carry.accrued
    gross = xirr(gross_flows(state, as_of), as_of)
    net = xirr(net_flows(state, as_of, net_nav), as_of)
    sides = ratio_sides(state, net_nav, total_value)
    ratios = {name: ratio(*pair) for name, pair in sides.items()}
    return Figures(
        committed=state.committed,
        paid_in=state.paid_in,
        distributed=state.distributed,
        carry_paid=state.carry_paid,
        invested=state.invested,
        proceeds=state.proceeds,
        expenses=state.expenses,
        income=state.income,
        borrowings=state.borrowings,
        total_value=total_value,
        cash=cash,
        securities_held=state.securities_held,
        payables=state.payables,
        nav=nav,
        accrued_carry=carry.accrued,
        clawback_due=carry.clawback_due,
        carry_unmet=carry.unmet,
        net_nav=net_nav,
        unfunded=state.unfunded,
        gross_irr=gross.rate,
        net_irr=net.rate,
        available_for_new_deals=cash + state.unfunded - state.reserves_left,
        reasons=_reasons(ratios, gross, net),
        **ratios,
    )


def ratio_sides(
    state: FundState, net_nav: Decimal, total_value: Decimal
) -> dict[str, tuple[Decimal, Decimal]]:
    """Return each ratio's numerator and denominator (ILPA: recallables stay in DPI)."""
    paid_in, distributed = state.paid_in, state.distributed
    return {
        "pic": (paid_in, state.committed),
        "dpi": (distributed, paid_in),
        "rvpi": (net_nav, paid_in),
        "tvpi": (distributed + net_nav, paid_in),
        "gross_moic": (state.proceeds + total_value, state.invested),
    }


def net_flows(state: FundState, as_of: date, net_nav: Decimal) -> Flows:
    """Return the partners' flows, netted by date, with net NAV as the last."""
    return _ended(state.partner_flows, as_of, net_nav)


def gross_flows(state: FundState, as_of: date) -> Flows:
    """Return the flows with companies, netted by date, with their fair value as the last."""
    return _ended(state.deal_flows, as_of, state.total_value)


def _ended(flows: Flows, as_of: date, residual: Decimal) -> Flows:
    return flows | {as_of: flows.get(as_of, ZERO) + residual}


def ratio(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """Divide, unrounded; None where the denominator is 0 or less."""
    return numerator / denominator if denominator > 0 else None


_DENOMINATORS = {"pic": "no_commitments", "gross_moic": "nothing_invested"}


def _reasons(ratios: dict[str, Decimal | None], gross: Irr, net: Irr) -> dict[str, str]:
    reasons = {
        name: _DENOMINATORS.get(name, "nothing_paid_in")
        for name, ratio in ratios.items()
        if ratio is None
    }
    rates = {"gross_irr": gross, "net_irr": net}
    return reasons | {name: irr.reason for name, irr in rates.items() if irr.reason}
