"""One company through the fund's eyes: what each event did to the holding, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.domain.events.catalogue import EventType
from app.domain.events.model import Event
from app.domain.figures.figures import ratio
from app.domain.figures.irr import Irr, xirr
from app.domain.money import ZERO
from app.domain.state.fold import apply
from app.domain.state.state import Flows, FundState, Holding


@dataclass(frozen=True, slots=True)
class HoldingStep:
    """An event, with the holding before and after it."""

    event: Event
    before: Holding
    after: Holding

    def change(self, part: str) -> Decimal:
        """Return what it did to an amount of the holding."""
        changed: Decimal = getattr(self.after, part) - getattr(self.before, part)
        return changed

    @property
    def cost_relieved(self) -> Decimal:
        """What of the remaining cost a sale took away."""
        return -min(self.change("remaining_cost"), ZERO)


@dataclass(frozen=True, slots=True)
class CompanyHistory:
    """A company from its first event to a day, in the order of the fold."""

    holding: Holding
    as_of: date
    steps: list[HoldingStep] = field(default_factory=list)
    flows: Flows = field(default_factory=dict)  # as the fund receives them, by day

    def of(self, *types: EventType) -> list[HoldingStep]:
        """Return the steps of some types, the last to take effect first."""
        return [step for step in reversed(self.steps) if step.event.event_type in types]

    @property
    def moic(self) -> Decimal | None:
        """Proceeds and fair value, divided by what was invested; None before that."""
        held = self.holding
        return ratio(held.proceeds + held.fair_value, held.invested)

    @property
    def irr(self) -> Irr:
        """The gross rate of return of its flows, with its fair value as the last."""
        end = self.flows.get(self.as_of, ZERO) + self.holding.fair_value
        return xirr(self.flows | {self.as_of: end}, self.as_of)

    @property
    def gain(self) -> Decimal:
        """What it has added to NAV: realised gain, income and unrealised gain."""
        held = self.holding
        return held.realised_gain + held.income + held.unrealised_gain


def company_history(company_id: str, ordered: Iterable[Event], as_of: date) -> CompanyHistory:
    """Follow one company through its events in force, in the order of the fold, up to a day."""
    state, steps = FundState(), []
    before = Holding(company_id, "")
    for event in ordered:
        apply(state, event)
        after = copy(state.holdings.get(company_id, before))
        steps.append(HoldingStep(event, before, after))
        before = after
    return CompanyHistory(before, as_of, steps, state.deal_flows)
