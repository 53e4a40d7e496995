"""The fold: from a log and a viewpoint to the fund's state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

from app.domain.events.catalogue import EventType
from app.domain.events.model import Foldable
from app.domain.fields import name_key
from app.domain.money import ZERO, normalised
from app.domain.state.company_metrics import Metrics
from app.domain.state.holdings import HOLDING_STEPS
from app.domain.state.state import Commitment, Flows, FundState, Holding
from app.domain.terms import Terms
from app.domain.viewpoint import Viewpoint

# Raised whenever the same log would fold to another state or other figures than before.
PROJECTOR_VERSION = 5

_TERMS, _FLOW, _MARK, _FULL_EXIT = range(4)

_OF_THE_FUND = frozenset(
    {EventType.FUND_ESTABLISHED, EventType.TERMS_AMENDED, EventType.COMMITMENT_MADE}
)
_Kind = TypeVar("_Kind", bound=Foldable)


def state_at(log: Iterable[Foldable], at: Viewpoint) -> FundState:
    """Fold the log of one fund, in the order of its sequences, into its state at a viewpoint."""
    return fold_onto(FundState(), in_fold_order(in_force(log, at.through), at.as_of))


def fold_onto(state: FundState, ordered: Iterable[Foldable]) -> FundState:
    """Let events in force, in the order of the fold, take effect on a state; it is changed.

    All of them must come after every event that is in the state already.
    """
    for event in ordered:
        apply(state, event)
    return state


def fold_through(
    state: FundState, ordered: Sequence[Foldable], days: Iterable[date]
) -> Iterator[date]:
    """Fold onto a state day after day, earliest first: each is given when the state is its close.

    Events dated after the last day are left out.
    """
    start = 0
    for day in days:
        end = start
        while end < len(ordered) and ordered[end].effective_on <= day:
            end += 1
        fold_onto(state, ordered[start:end])
        start = end
        yield day


def in_force(log: Iterable[_Kind], through: int) -> list[_Kind]:
    """Drop what is not known at `through`, what is voided by then, and the voids themselves."""
    known = [event for event in log if event.sequence <= through]
    voided = {
        event.payload["voids"] for event in known if event.event_type == EventType.EVENT_VOIDED
    }
    return [
        event
        for event in known
        if event.sequence not in voided and event.event_type != EventType.EVENT_VOIDED
    ]


def in_fold_order(events: Iterable[_Kind], as_of: date) -> list[_Kind]:
    """Drop what is not yet effective and put the rest in the order in which it takes effect."""
    return sorted((event for event in events if event.effective_on <= as_of), key=fold_key)


def fold_key(event: Foldable) -> tuple[date, int, int]:
    """Order by day; within it terms and commitments, flows, marks (its close), full exits."""
    rank = _FLOW
    if event.event_type in _OF_THE_FUND:
        rank = _TERMS
    elif event.event_type == EventType.VALUATION_UPDATED:
        rank = _MARK
    elif event.event_type == EventType.PROCEEDS_RECEIVED and event.payload["kind"] == "full_exit":
        rank = _FULL_EXIT
    return event.effective_on, rank, event.sequence


def apply(state: FundState, event: Foldable) -> None:
    """Let one event take effect on the state, which must have all earlier ones in it."""
    state.events += 1
    state.last_event = max(state.last_event, event.sequence)
    fund_step = _FUND_STEPS.get(event.event_type)
    if fund_step:
        fund_step(state, event)
    holding_step = HOLDING_STEPS.get(event.event_type)
    if holding_step:
        holding_step(_holding(state, event), event)


def _holding(state: FundState, event: Foldable) -> Holding:
    company_id = event.payload["company_id"]
    holding = state.holdings.get(company_id)
    if holding is None:
        holding = state.holdings[company_id] = Holding(company_id, event.payload["company"])
    return holding


def _add_flow(flows: Flows, day: date, amount: Decimal) -> None:
    flows[day] = flows.get(day, ZERO) + amount


def _terms(state: FundState, event: Foldable) -> None:
    state.terms = Terms.model_validate(event.payload["terms"])


def _commitment(state: FundState, event: Foldable) -> None:
    investor, partner = event.payload["investor"], event.payload["partner"]
    amount, key = event.amount(), (name_key(investor), partner)
    state.committed += amount
    if before := state.commitments.get(key):
        # Of several spellings one stands for all, whatever the order in which they came.
        investor, amount = min(before.investor, investor), before.amount + amount
    state.commitments[key] = Commitment(investor, partner, amount)


def _call(state: FundState, event: Foldable) -> None:
    amount = event.amount()
    state.called += amount
    if event.payload["outside_commitment"]:
        state.called_outside_commitment += amount
    _add_flow(state.partner_flows, event.effective_on, -amount)


def _distribution(state: FundState, event: Foldable) -> None:
    amount, kind = event.amount(), event.payload["kind"]
    if event.payload["in_kind"]:
        state.paid_in_kind += amount
    if kind == "carried_interest":
        state.carry_paid += amount
        return
    if kind == "return_of_call":
        state.returned_calls += amount
        if event.payload.get("outside_commitment"):
            state.called_outside_commitment -= amount
    else:
        state.distributed += amount
    if kind == "recallable":
        state.recallable += amount
    _add_flow(state.partner_flows, event.effective_on, amount)


def _distribution_returned(state: FundState, event: Foldable) -> None:
    amount = event.amount()
    if event.payload["kind"] == "carry_clawback":
        state.carry_paid -= amount
        return
    state.distributed -= amount
    _add_flow(state.partner_flows, event.effective_on, -amount)


def _investment(state: FundState, event: Foldable) -> None:
    amount = event.amount()
    state.invested += amount
    _add_flow(state.deal_flows, event.effective_on, -amount)


def _proceeds(state: FundState, event: Foldable) -> None:
    amount = event.amount()
    state.proceeds += amount
    if event.payload["in_kind"]:
        state.proceeds_in_kind += amount
    _add_flow(state.deal_flows, event.effective_on, amount)


def _accrued(state: FundState, event: Foldable) -> None:
    state.expenses = normalised(state.expenses + event.amount())
    state.payables = normalised(state.payables + event.amount())


def _expense(state: FundState, event: Foldable) -> None:
    if event.payload.get("settles_accrual"):
        state.payables = normalised(state.payables - event.amount())
    else:
        state.expenses = normalised(state.expenses + event.amount())


def _income(state: FundState, event: Foldable) -> None:
    state.income = normalised(state.income + event.amount())


def _drawn(state: FundState, event: Foldable) -> None:
    state.drawn += event.amount()


def _repaid(state: FundState, event: Foldable) -> None:
    state.repaid += event.amount()


def metrics_for(state: FundState, event: Foldable) -> Metrics:
    """Choose where a forecast or an actual belongs."""
    return state.actuals if event.event_type == EventType.ACTUAL_RECORDED else state.forecasts


def _metric(state: FundState, event: Foldable) -> None:
    metrics_for(state, event).record(event)


_FUND_STEPS: dict[str, Callable[[FundState, Foldable], None]] = {
    EventType.FUND_ESTABLISHED: _terms,
    EventType.TERMS_AMENDED: _terms,
    EventType.COMMITMENT_MADE: _commitment,
    EventType.INVESTMENT_MADE: _investment,
    EventType.PROCEEDS_RECEIVED: _proceeds,
    EventType.CAPITAL_CALLED: _call,
    EventType.DISTRIBUTION_MADE: _distribution,
    EventType.DISTRIBUTION_RETURNED: _distribution_returned,
    EventType.EXPENSE_ACCRUED: _accrued,
    EventType.EXPENSE_PAID: _expense,
    EventType.INCOME_RECEIVED: _income,
    EventType.CREDIT_LINE_DRAWN: _drawn,
    EventType.CREDIT_LINE_REPAID: _repaid,
    EventType.FORECAST_CREATED: _metric,
    EventType.ACTUAL_RECORDED: _metric,
}
