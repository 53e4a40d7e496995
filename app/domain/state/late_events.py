"""Late facts: those that the log learns of a day after a state of that day was folded.

Most of them do not need the days in between to be folded again. A bill adds to a sum, whenever it
comes; a mark that another one followed has no say any more. The rules here are exact: a fact is let
in if the state is then what a fold from the first event gives, and refused where that is not
certain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from app.domain.errors import InternalError
from app.domain.events.catalogue import EventType
from app.domain.events.model import Foldable
from app.domain.money import normalised
from app.domain.state.company_metrics import metric_of
from app.domain.state.fold import apply, fold_key, metrics_for
from app.domain.state.state import FundState, Holding


class RefoldRequiredError(InternalError):
    """A late fact that changes what follows it: the days since have to be folded anew."""


def apply_late(state: FundState, late: Iterable[Foldable], voided: Iterable[Foldable]) -> None:
    """Bring a state up to what is known now; it is changed.

    `late` are the events in force that it lacks, dated its day or before, and `voided` those in it
    that are in force no more. Raises RefoldRequiredError, and then the state is of no use.
    """
    for event in sorted(late, key=fold_key):
        _LET_IN.get(event.event_type, _refuse)(state, event)
    state.partner_flows = dict(sorted(state.partner_flows.items()))  # in the order of the fold
    for event in voided:
        if event.sequence == state.last_event:
            _refuse(state, event)  # nobody remembers which one came before
        _TAKEN_OUT.get(event.event_type, _refuse)(state, event)
        state.events -= 1


def _refuse(_: FundState, event: Foldable) -> None:
    raise RefoldRequiredError(f"event {event.sequence} changes what follows it")


def _mark(state: FundState, event: Foldable) -> None:
    """Let in a mark that comes after all that moved its holding, or before another mark."""
    holding, day = _held(state, event), event.effective_on
    standing = (holding.marked_on or date.min, holding.marked_by)
    if standing < (day, event.sequence):
        if _after(holding.moved_on, day) or holding.exited_on == day:
            _refuse(state, event)
        apply(state, event)
        return
    if _after(holding.relied_on, day):
        _refuse(state, event)
    if "ownership" in event.payload and not _after(holding.owned_on, day):
        _refuse(state, event)
    _count(state, event)


def _void_of_mark(state: FundState, event: Foldable) -> None:
    """Take out a mark that has no say any more."""
    holding, day = _held(state, event), event.effective_on
    stands = event.sequence in {holding.marked_by, holding.owned_by}
    if stands or _after(holding.relied_on, day):
        _refuse(state, event)


def _void_of_metric(state: FundState, event: Foldable) -> None:
    """Take out a metric that another one has followed."""
    if not metrics_for(state, event).is_known_to_supersede(metric_of(event)):
        _refuse(state, event)


def _void_of_accrual(state: FundState, event: Foldable) -> None:
    state.expenses = normalised(state.expenses - event.amount())
    state.payables = normalised(state.payables - event.amount())


def _void_of_expense(state: FundState, event: Foldable) -> None:
    if event.payload.get("settles_accrual"):
        state.payables = normalised(state.payables + event.amount())
    else:
        state.expenses = normalised(state.expenses - event.amount())


def _void_of_income(state: FundState, event: Foldable) -> None:
    state.income = normalised(state.income - event.amount())


def _after(day: date | None, other: date) -> bool:
    return day is not None and day > other


def _count(state: FundState, event: Foldable) -> None:
    state.events += 1
    state.last_event = max(state.last_event, event.sequence)


def _held(state: FundState, event: Foldable) -> Holding:
    """Find the holding that a mark is of; the mark must not be what brought it up."""
    holding = state.holdings.get(event.payload["company_id"])
    if holding is None or not any(
        since is not None and since <= event.effective_on
        for since in (holding.added_on, holding.first_invested_on)
    ):
        raise RefoldRequiredError(f"event {event.sequence} may be the first of its company")
    return holding


_Step = Callable[[FundState, Foldable], None]
_LET_IN: dict[str, _Step] = {
    EventType.VALUATION_UPDATED: _mark,
    EventType.FORECAST_CREATED: apply,
    EventType.ACTUAL_RECORDED: apply,
    EventType.EXPENSE_ACCRUED: apply,
    EventType.EXPENSE_PAID: apply,
    EventType.INCOME_RECEIVED: apply,
    EventType.CREDIT_LINE_DRAWN: apply,
    EventType.CREDIT_LINE_REPAID: apply,
    EventType.CAPITAL_CALLED: apply,
    EventType.DISTRIBUTION_MADE: apply,
    EventType.DISTRIBUTION_RETURNED: apply,
    EventType.APPROVAL_CHANGED: apply,
}
_TAKEN_OUT: dict[str, _Step] = {
    EventType.VALUATION_UPDATED: _void_of_mark,
    EventType.FORECAST_CREATED: _void_of_metric,
    EventType.ACTUAL_RECORDED: _void_of_metric,
    EventType.EXPENSE_ACCRUED: _void_of_accrual,
    EventType.EXPENSE_PAID: _void_of_expense,
    EventType.INCOME_RECEIVED: _void_of_income,
}


def may_be_applied_late(event_type: str, voided_type: str | None = None) -> bool:
    """Return whether events of a type may be applied late; of voids, what they void counts.

    Whatever may not ends the use of the snapshots of its day and of later ones.
    """
    if event_type == EventType.EVENT_VOIDED:
        return voided_type in _TAKEN_OUT
    return event_type in _LET_IN
