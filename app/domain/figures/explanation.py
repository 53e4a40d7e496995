"""Why a figure is what it is: the events, sides, flows or tiers that it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from app.domain.events.model import Event
from app.domain.figures.carry import CarryTiers, carry_tiers
from app.domain.figures.figures import gross_flows, net_flows, ratio_sides
from app.domain.state.fold import apply, in_fold_order, in_force
from app.domain.state.state import Flows, FundState
from app.domain.viewpoint import Viewpoint

# Figures that carry decides are told by its tiers; every other amount by its events.
_SUMS: dict[str, Callable[[FundState], Decimal]] = {
    "committed": lambda state: state.committed,
    "paid_in": lambda state: state.paid_in,
    "distributed": lambda state: state.distributed,
    "carry_paid": lambda state: state.carry_paid,
    "invested": lambda state: state.invested,
    "proceeds": lambda state: state.proceeds,
    "expenses": lambda state: state.expenses,
    "income": lambda state: state.income,
    "borrowings": lambda state: state.borrowings,
    "total_value": lambda state: state.total_value,
    "cash": lambda state: state.cash,
    "securities_held": lambda state: state.securities_held,
    "payables": lambda state: state.payables,
    "nav": lambda state: state.nav,
    "unfunded": lambda state: state.unfunded,
    "available_for_new_deals": lambda state: state.cash + state.unfunded - state.reserves_left,
}


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one event did to an amount."""

    sequence: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure's origin; which parts are there depends on the kind of figure."""

    figure: str
    contributions: list[Contribution] | None = None  # amounts: these sum to it exactly
    less_accrued_carry: Decimal | None = None  # net NAV: the contributions are NAV's
    sides: tuple[Decimal, Decimal] | None = None  # ratios: numerator and denominator
    flows: Flows | None = None  # rates: signed as the receiver sees them
    tiers: CarryTiers | None = None  # carry


def explain(log: Iterable[Event], at: Viewpoint, figure: str) -> Explanation:
    """Explain one figure of `figures.Figures` at a viewpoint. Raises KeyError for another name."""
    total = _SUMS.get("nav" if figure == "net_nav" else figure)
    state, contributions = _contributions(log, at, total)
    carry = carry_tiers(state, at.as_of)
    if total:
        less = carry.accrued if figure == "net_nav" else None
        return Explanation(figure, contributions=contributions, less_accrued_carry=less)
    if figure in {"accrued_carry", "clawback_due", "carry_unmet"}:
        return Explanation(figure, tiers=carry)
    if figure == "net_irr":
        return Explanation(figure, flows=net_flows(state, at.as_of, state.nav - carry.accrued))
    if figure == "gross_irr":
        return Explanation(figure, flows=gross_flows(state, at.as_of))
    sides = ratio_sides(state, state.nav - carry.accrued, state.total_value)
    return Explanation(figure, sides=sides[figure])


def _contributions(
    log: Iterable[Event], at: Viewpoint, total: Callable[[FundState], Decimal] | None
) -> tuple[FundState, list[Contribution]]:
    """Fold event by event and note each change of the total."""
    state = FundState()
    contributions = []
    for event in in_fold_order(in_force(log, at.through), at.as_of):
        before = total(state) if total else None
        apply(state, event)
        if total and before is not None and total(state) != before:
            contributions.append(Contribution(event.sequence, total(state) - before))
    return state, contributions
