"""Money that cannot be: repaid without being drawn, given back without being distributed.

No balance may be below 0 at the end of a day. What is in the log already may be wrong and must be
mended step by step: a batch is refused only where it makes a day worse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from app.domain.admission.balance_moves import Balance, Move
from app.domain.admission.rules.proposal import Proposal
from app.domain.errors import MOST_FAULTS, Fault
from app.domain.events.catalogue import EventVoided
from app.domain.money import ZERO, plain_text
from app.domain.state.state import Flows

_LIMITS: Mapping[Balance, str] = {
    "drawn": "repays more than the credit line has drawn: at most {left} can be repaid",
    "called": "returns more than was called: at most {left} of the calls can be returned",
    "distributed": "gives back more than was distributed: at most {left} can be given back",
    "carry": "claws back more than the carry that was paid: at most {left} can be clawed back",
    "accrued": "settles more than was accrued: at most {left} is owed (settles_accrual)",
}
_VOIDED: Mapping[Balance, str] = {
    "drawn": "more would be repaid than was drawn",
    "called": "more would be returned of the calls than was called",
    "distributed": "more would be given back than was distributed",
    "carry": "more carry would be clawed back than was paid",
    "accrued": "more would be settled than was accrued",
}


class Moved(NamedTuple):
    """A fact of the batch, and what it does to a balance."""

    proposal: Proposal
    move: Move

    @property
    def lowers(self) -> bool:
        """Whether the balance is less with it."""
        return self.move.amount < 0


def balance_faults(
    batch: Iterable[Moved], moved_before: Callable[[Balance], Flows]
) -> Iterable[Fault]:
    """Find what lets a balance fall below 0 at the end of a day, or further below it than before.

    `moved_before` gives what the log did to a balance before the batch, by day.
    """
    by_balance: dict[Balance, list[Moved]] = {}
    for moved in batch:
        by_balance.setdefault(moved.move.balance, []).append(moved)
    for balance, moves in by_balance.items():
        if any(each.lowers for each in moves):
            yield from _faults(moves, moved_before(balance))


def _faults(moves: list[Moved], before: Flows) -> Iterable[Fault]:
    """Leave out what asks for too much, the latest first, until all the rest can be."""
    lowering = sorted(
        (each for each in moves if each.lowers),
        key=lambda each: (each.move.day, each.proposal.position),
    )
    by_day: Flows = {}
    for each in moves:
        by_day[each.move.day] = by_day.get(each.move.day, ZERO) + each.move.amount
    for _ in range(MOST_FAULTS + 1):
        worst, missing = _shortfall(before, by_day)
        if not missing:
            return
        at_fault = [each for each in lowering if each.move.day <= worst][-1]
        lowering.remove(at_fault)
        by_day[at_fault.move.day] -= at_fault.move.amount
        yield _fault(at_fault, max(-at_fault.move.amount - missing, ZERO), worst)


def _shortfall(before: Flows, batch: Flows) -> tuple[date, Decimal]:
    """Return the day on which the batch leaves the balance furthest below where it may be."""
    days = sorted(before.keys() | batch.keys())
    old = accumulate(before.get(day, ZERO) for day in days)
    new = accumulate(before.get(day, ZERO) + batch.get(day, ZERO) for day in days)
    missing = [min(was, ZERO) - becomes for was, becomes in zip(old, new, strict=True)]
    worst = max(range(len(days)), key=missing.__getitem__)
    return days[worst], max(missing[worst], ZERO)


def _fault(moved: Moved, left: Decimal, day: date) -> Fault:
    proposal, balance = moved.proposal, moved.move.balance
    payload = proposal.draft.payload
    if isinstance(payload, EventVoided):
        reason = f"{_VOIDED[balance]}, by {day}: void or lower what stands against it first"
        return proposal.fault("voids", payload.voids, reason)
    limit = _LIMITS[balance].format(left=plain_text(left))
    amount = plain_text(-moved.move.amount)
    return proposal.fault("amount", amount, f"{limit}, by all that the log has through {day}")
