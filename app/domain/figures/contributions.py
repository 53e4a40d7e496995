"""What each event does to an amount: its contributions, which sum to the amount exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.domain.events.catalogue import EventType
from app.domain.events.model import Foldable
from app.domain.money import ZERO
from app.domain.state.fold import apply
from app.domain.state.state import FundState, Holding


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of the fund: what its sums make of it, and what each holding adds."""

    of_fund: Callable[[FundState], Decimal]
    of_holding: Callable[[Holding], Decimal]
    # The types of events that change it, where each does so by itself, whatever came before it;
    # empty where that hangs on the holding that an event meets.
    types: frozenset[EventType] = frozenset()

    def of(self, state: FundState, company_id: str | None = None) -> Decimal:
        """Return the amount in a state; with a company, what a change of that one can change."""
        holdings = (
            state.holdings.values()
            if company_id is None
            else filter(None, [state.holdings.get(company_id)])
        )
        return self.of_fund(state) + sum(map(self.of_holding, holdings), ZERO)


def _nothing(_: object) -> Decimal:
    return ZERO


def _of_fund(of_fund: Callable[[FundState], Decimal], *types: EventType) -> Amount:
    return Amount(of_fund, _nothing, frozenset(types))


def _of_holdings(of_holding: Callable[[Holding], Decimal]) -> Amount:
    return Amount(_nothing, of_holding)


_CALLED, _DISTRIBUTED = EventType.CAPITAL_CALLED, EventType.DISTRIBUTION_MADE
_RETURNED, _INVESTED = EventType.DISTRIBUTION_RETURNED, EventType.INVESTMENT_MADE
_PROCEEDS, _COMMITTED = EventType.PROCEEDS_RECEIVED, EventType.COMMITMENT_MADE
_EXPENSES = (EventType.EXPENSE_ACCRUED, EventType.EXPENSE_PAID)
_CREDIT_LINE = (EventType.CREDIT_LINE_DRAWN, EventType.CREDIT_LINE_REPAID)
_INCOME = EventType.INCOME_RECEIVED
# Those of `figures.Figures` but for the ones that carry decides, which its tiers tell.
FUND_AMOUNTS: dict[str, Amount] = {
    "committed": _of_fund(lambda state: state.committed, _COMMITTED),
    "paid_in": _of_fund(lambda state: state.paid_in, _CALLED, _DISTRIBUTED),
    "distributed": _of_fund(lambda state: state.distributed, _DISTRIBUTED, _RETURNED),
    "carry_paid": _of_fund(lambda state: state.carry_paid, _DISTRIBUTED, _RETURNED),
    "invested": _of_fund(lambda state: state.invested, _INVESTED),
    "proceeds": _of_fund(lambda state: state.proceeds, _PROCEEDS),
    "expenses": _of_fund(lambda state: state.expenses, *_EXPENSES),
    "income": _of_fund(lambda state: state.income, _INCOME),
    "borrowings": _of_fund(lambda state: state.borrowings, *_CREDIT_LINE),
    "total_value": _of_holdings(lambda holding: holding.fair_value),
    "cash": _of_fund(
        lambda state: state.cash,
        _CALLED,
        _DISTRIBUTED,
        _RETURNED,
        _INVESTED,
        _PROCEEDS,
        _INCOME,
        *_EXPENSES,
        *_CREDIT_LINE,
    ),
    "securities_held": _of_fund(lambda state: state.securities_held, _PROCEEDS, _DISTRIBUTED),
    "payables": _of_fund(lambda state: state.payables, *_EXPENSES),
    "nav": Amount(
        lambda state: state.cash + state.securities_held - state.borrowings - state.payables,
        lambda holding: holding.fair_value,
    ),
    "unfunded": _of_fund(lambda state: state.unfunded, _COMMITTED, _CALLED, _DISTRIBUTED),
    "available_for_new_deals": Amount(
        lambda state: state.cash + state.unfunded, lambda holding: -holding.reserve_left
    ),
}
# What is told of one company, and of all of them together.
HOLDING_AMOUNTS: dict[str, Amount] = {
    name: _of_holdings(lambda holding, name=name: getattr(holding, name))  # type: ignore[misc]
    for name in (
        "invested",
        "fair_value",
        "remaining_cost",
        "realised_gain",
        "unrealised_gain",
        "income",
        "proceeds",
        "reserve_allocated",
        "reserve_deployed",
        "reserve_left",
    )
}


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one event did to an amount, by itself: in the order of the fold, after all earlier."""

    sequence: int
    event_type: str
    effective_on: date
    company_id: str | None
    amount: Decimal


def contributions_onto(
    state: FundState, ordered: Iterable[Foldable], amount: Amount
) -> Iterator[Contribution]:
    """Fold events in force, in the order of the fold, onto a state, and tell what each changes.

    The state is changed. Events that do not change the amount are left out, so that the
    contributions sum to the amount afterwards less the amount before. Of an amount with `types`,
    events of these are enough, and the state may be any.
    """
    for event in ordered:
        # No event changes more than one holding: of the others nothing has to be added up.
        company_id = event.payload.get("company_id", "")
        before = amount.of(state, company_id)
        apply(state, event)
        change = amount.of(state, company_id) - before
        if change:
            yield Contribution(
                event.sequence, event.event_type, event.effective_on, company_id or None, change
            )
