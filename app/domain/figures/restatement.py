"""What each event that became known later does to an amount of a day that was past by then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.domain.events.catalogue import EventType
from app.domain.events.model import Foldable
from app.domain.figures.contributions import Amount
from app.domain.state.fold import state_at
from app.domain.viewpoint import Viewpoint


@dataclass(frozen=True, slots=True)
class Effect:
    """What an event did to an amount on the day when it became known."""

    sequence: int
    amount: Decimal


def effects(log: Iterable[Foldable], at: Viewpoint, later: int, amount: Amount) -> list[Effect]:
    """Tell what each event recorded after a viewpoint, and up to `later`, did to the amount there.

    They come in the order in which they became known, and sum to the amount of that day as known
    at `later` less that as known at the viewpoint; those without an effect are left out. The log
    may lack events of companies that no news, and nothing that news void, is about.

    No event changes what others do but for those of its company: each time that one alone is
    folded anew.
    """
    dated = [event for event in log if event.effective_on <= at.as_of and event.sequence <= later]
    by_sequence = {event.sequence: event for event in dated}
    groups: dict[str | int, list[Foldable]] = {}
    for event in dated:
        groups.setdefault(_group(event, by_sequence), []).append(event)
    found = []
    for event in sorted(dated, key=lambda each: each.sequence):
        if event.sequence <= at.through:
            continue
        group = groups[_group(event, by_sequence)]
        change = _amount(group, Viewpoint(at.as_of, event.sequence), amount) - _amount(
            group, Viewpoint(at.as_of, event.sequence - 1), amount
        )
        if change:
            found.append(Effect(event.sequence, change))
    return found


def _group(event: Foldable, by_sequence: dict[int, Foldable]) -> str | int:
    """Return what shares a holding with an event: its company, else itself; a void goes along."""
    if event.event_type == EventType.EVENT_VOIDED:
        target = by_sequence.get(event.payload["voids"])
        return _group(target, by_sequence) if target else event.sequence
    company_id: str | None = event.payload.get("company_id")
    return company_id or event.sequence


def _amount(group: Sequence[Foldable], at: Viewpoint, amount: Amount) -> Decimal:
    return amount.of(state_at(group, at))
