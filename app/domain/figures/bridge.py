"""The NAV bridge: how NAV came from one viewpoint to another."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal

from app.domain.money import ZERO
from app.domain.state.state import FundState


@dataclass(frozen=True, slots=True)
class NavBridge:
    """Steps from opening to closing NAV, each signed by its effect; they sum exactly."""

    opening_nav: Decimal
    calls_net_of_returns: Decimal
    distributions: Decimal
    carry_paid: Decimal
    expenses: Decimal
    income: Decimal
    realised_gain: Decimal  # change of R over all holdings
    holding_income: Decimal  # change of Y
    unrealised_gain: Decimal  # change of U = F - K
    closing_nav: Decimal

    @property
    def steps(self) -> dict[str, Decimal]:
        """What lies between opening and closing NAV, by name."""
        names = [entry.name for entry in fields(self)]
        return {name: getattr(self, name) for name in names[1:-1]}


def nav_bridge(opening: FundState, closing: FundState) -> NavBridge:
    """Explain the change of NAV between two states of one fund."""
    return NavBridge(
        opening_nav=opening.nav,
        calls_net_of_returns=closing.paid_in - opening.paid_in,
        distributions=opening.distributed - closing.distributed,
        carry_paid=opening.carry_paid - closing.carry_paid,
        expenses=opening.expenses - closing.expenses,
        income=closing.income - opening.income,
        realised_gain=_sum(closing, "realised_gain") - _sum(opening, "realised_gain"),
        holding_income=_sum(closing, "income") - _sum(opening, "income"),
        unrealised_gain=_sum(closing, "unrealised_gain") - _sum(opening, "unrealised_gain"),
        closing_nav=closing.nav,
    )


def _sum(state: FundState, part: str) -> Decimal:
    return sum((getattr(holding, part) for holding in state.holdings.values()), ZERO)
