"""The NAV bridge: how net NAV came from one state of a fund to another."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal

from app.domain.figures.figures import Figures
from app.domain.money import ZERO
from app.domain.state.state import FundState, Holding


@dataclass(frozen=True, slots=True)
class NavBridge:
    """Steps from opening to closing net NAV, each signed by its effect; they sum exactly."""

    opening_net_nav: Decimal
    calls_net_of_returns: Decimal
    distributions: Decimal
    carry_paid: Decimal
    expenses: Decimal
    income: Decimal
    realised_gain: Decimal  # change of R over all holdings
    holding_income: Decimal  # change of Y
    unrealised_gain: Decimal  # change of U = F - K
    accrued_carry: Decimal  # less what is accrued more
    closing_net_nav: Decimal
    drawn: Decimal  # what moved on the credit line meanwhile, which has no effect
    repaid: Decimal

    @property
    def steps(self) -> dict[str, Decimal]:
        """What lies between opening and closing net NAV, by name."""
        names = [entry.name for entry in fields(self)]
        closing = names.index("closing_net_nav")
        return {name: getattr(self, name) for name in names[1:closing]}


@dataclass(frozen=True, slots=True)
class CompanyStep:
    """What one company did to NAV between two states: its three gains, which sum to `total`."""

    company_id: str
    name: str
    realised_gain: Decimal
    holding_income: Decimal
    unrealised_gain: Decimal

    @property
    def total(self) -> Decimal:
        """All that it did."""
        return self.realised_gain + self.holding_income + self.unrealised_gain


def nav_bridge(
    opening: FundState, opened: Figures, closing: FundState, closed: Figures
) -> NavBridge:
    """Explain the change of net NAV between two states of one fund, with the figures of each."""
    realised, income, unrealised = (
        sum_of_holdings(closing, part) - sum_of_holdings(opening, part)
        for part in ("realised_gain", "income", "unrealised_gain")
    )
    return NavBridge(
        opening_net_nav=opened.net_nav,
        calls_net_of_returns=closing.paid_in - opening.paid_in,
        distributions=opening.distributed - closing.distributed,
        carry_paid=opening.carry_paid - closing.carry_paid,
        expenses=opening.expenses - closing.expenses,
        income=closing.income - opening.income,
        realised_gain=realised,
        holding_income=income,
        unrealised_gain=unrealised,
        accrued_carry=opened.accrued_carry - closed.accrued_carry,
        closing_net_nav=closed.net_nav,
        drawn=closing.drawn - opening.drawn,
        repaid=closing.repaid - opening.repaid,
    )


def company_steps(opening: FundState, closing: FundState) -> list[CompanyStep]:
    """Return what each company did, the largest effect first; they sum to the bridge's gains.

    Companies that did nothing are left out.
    """
    steps = []
    for company_id in opening.holdings.keys() | closing.holdings.keys():
        before, after = opening.holdings.get(company_id), closing.holdings.get(company_id)
        held = after or before
        assert held
        step = CompanyStep(
            company_id,
            held.name,
            _change(before, after, "realised_gain"),
            _change(before, after, "income"),
            _change(before, after, "unrealised_gain"),
        )
        if step.realised_gain or step.holding_income or step.unrealised_gain:
            steps.append(step)
    return sorted(steps, key=lambda step: (-abs(step.total), step.name))


def _change(before: Holding | None, after: Holding | None, part: str) -> Decimal:
    was, then = (getattr(each, part) if each else ZERO for each in (before, after))
    change: Decimal = then - was
    return change


def sum_of_holdings(state: FundState, part: str) -> Decimal:
    """Sum an amount over all holdings."""
    return sum((getattr(holding, part) for holding in state.holdings.values()), ZERO)
