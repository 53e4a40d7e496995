"""Why a figure is what it is: what the API answers."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Literal, Self

from pydantic import Field

from app.domain.figures.carry import CarryTiers
from app.domain.figures.explanation import Explanation as Told
from app.domain.figures.explanation import Kind
from app.domain.money import fraction_text, money_text
from app.services.documents.answer import (
    Amount,
    Answer,
    CompanyId,
    Day,
    Exact,
    Instant,
    Sequence,
    optional,
    within,
)
from app.services.reads.explanations import Contributions, Entry, Explained, Group


class Part(Answer):
    """An amount that a figure is the sum of, as it counts there."""

    name: str
    amount: Amount
    sign: Literal[-1, 1]


class Contribution(Answer):
    """What one event did to an amount."""

    amount: Amount = within("contribution", "amount")
    sequence: Sequence = within("event", "sequence")
    event_type: str = within("event", "event_type")
    effective_on: Day = within("event", "effective_on")
    company_id: CompanyId | None = within("event", "company_id")
    payload: dict[str, Any] = within("event", "payload")
    recorded_at: Instant = within("event", "recorded_at")
    recorded_by: str = within("event", "recorded_by")


class EventGroup(Answer):
    """Contributions that have something in common."""

    key: str = Field(description="A type of event, a company's id or nothing, or a year.")
    number: int = Field(ge=1)
    amount: Amount


class Flow(Answer):
    """A flow of a day, what it is multiplied with, and what it is worth on the first day."""

    on: Day
    amount: Amount
    factor: float | None
    present_value: float | None


class Tier(Answer):
    """A part of the profit, and how it is shared out."""

    name: Literal["preferred_return", "catch_up", "residual_split"]
    to_partners: Exact
    to_gp: Exact


class HurdleDay(Answer):
    """A day of the account on which the preferred return grows."""

    on: Day
    grown: Exact
    flow: Amount
    balance: Exact
    pending: Exact


class CarryExplanation(Answer):
    """How carry comes about over the fund's whole life."""

    profit: Amount
    preferred_return: Exact
    earned: Exact
    paid: Amount
    accrued: Amount
    unmet: Amount
    clawback_due: Amount
    split: list[Tier]
    account: list[HurdleDay]


class Explanation(Answer):
    """Where a figure comes from; parts that its kind does not have are empty or null."""

    as_of: Day
    through: int = Field(ge=0)
    head: int = Field(ge=0, description="The newest event of the log.")
    figure: str
    kind: Kind
    value: str | None = Field(description="As the state writes it; an exact amount, or a fraction.")
    reason: str | None
    parts: list[Part] = Field(description="They sum to an amount, or to a ratio's numerator.")
    denominator: Part | None
    events: list[Contribution] = Field(description="The last to take effect first.")
    earlier: Amount | None = Field(description="What the events before them sum to.")
    until: Day | None = Field(description="Ask with this for those before; null for none.")
    groups: list[EventGroup] | None = optional("Sums of all contributions, where asked for.")
    flows: list[Flow]
    carry: CarryExplanation | None

    @classmethod
    def of(
        cls,
        found: Explained,
        head: int,
        contributions: Contributions | None = None,
        groups: Iterable[Group] | None = None,
    ) -> Self:
        """Write an explanation, with the events that are shown and the groups asked for."""
        told = found.explanation
        newest = contributions or Contributions([], Decimal(0), None)
        return cls(
            as_of=found.at.as_of,
            through=found.at.through,
            head=head,
            figure=told.figure,
            kind=told.kind,
            value=value_text(told),
            reason=told.reason,
            parts=[Part.model_validate(part) for part in told.parts],
            denominator=Part.model_validate(told.denominator) if told.denominator else None,
            events=events_of(newest.entries),
            earlier=newest.earlier if contributions else None,
            until=newest.before,
            groups=None if groups is None else [EventGroup.model_validate(each) for each in groups],
            flows=[Flow.model_validate(flow) for flow in told.flows],
            carry=_carry(told.tiers, told) if told.tiers else None,
        )


def value_text(told: Told) -> str | None:
    """Write a figure's value as a state does; empty where there is none."""
    if told.value is None:
        return None
    return (fraction_text if told.kind in {"ratio", "rate"} else money_text)(told.value)


def events_of(entries: Iterable[Entry]) -> list[Contribution]:
    """Write events with what each of them did."""
    return [Contribution.model_validate(entry) for entry in entries]


def _carry(tiers: CarryTiers, told: Told) -> CarryExplanation:
    return CarryExplanation(
        profit=tiers.profit,
        preferred_return=tiers.preferred_return,
        earned=tiers.earned,
        paid=tiers.paid,
        accrued=tiers.accrued,
        unmet=tiers.unmet,
        clawback_due=tiers.clawback_due,
        split=[Tier.model_validate(tier) for tier in told.split],
        account=[HurdleDay.model_validate(day) for day in told.hurdle],
    )
