"""A fund from two viewpoints: what the API answers."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any, Self

from pydantic import Field

from app.domain.figures import comparison
from app.domain.figures.bridge import NavBridge
from app.domain.figures.comparison import Comparison as Found
from app.domain.figures.comparison import Side as Seen
from app.domain.figures.comparison import metric_changes
from app.domain.figures.figures import AMOUNTS
from app.domain.money import fraction_text, money_text
from app.domain.state import company_metrics
from app.domain.state.company_metrics import Metrics
from app.services.documents.answer import Amount, Answer, CompanyId, Day, Sequence
from app.services.documents.state import Metric
from app.services.reads.comparisons import News, Restatement

_FRACTION = "A fraction, or an amount as the state writes it."


class Viewpoint(Answer):
    """A day, and what was known of it."""

    as_of: Day
    through: int = Field(ge=0)


class Difference(Answer):
    """A value on both sides; what became known and what happened sum to the difference."""

    before: str | None = Field(description=_FRACTION)
    after: str | None
    difference: str | None
    share: str | None = Field(description="The difference as a fraction of the first value.")
    new_knowledge: str | None = Field(description="What became known of the first day since.")
    new_facts: str | None = Field(description="What happened between the days.")


class Company(Answer):
    """A company that differs; where one side does not have it, that side is null."""

    id: CompanyId
    name: str
    is_new: bool
    is_gone: bool
    values: dict[str, Difference]


class Bridge(Answer):
    """Steps from the first net NAV to the second; they sum exactly."""

    opening_net_nav: Amount
    calls_net_of_returns: Amount
    distributions: Amount
    carry_paid: Amount
    expenses: Amount
    income: Amount
    realised_gain: Amount
    holding_income: Amount
    unrealised_gain: Amount
    accrued_carry: Amount
    closing_net_nav: Amount
    drawn: Amount = Field(description="What was drawn on the credit line, without an effect.")
    repaid: Amount


class CompanyStep(Answer):
    """What one company did to NAV; all of them sum to the gains of the bridge."""

    company_id: CompanyId
    name: str
    realised_gain: Amount
    holding_income: Amount
    unrealised_gain: Amount
    total: Amount


class TermChange(Answer):
    """A part of the terms that differs."""

    name: str
    before: Any
    after: Any


class MetricChange(Answer):
    """A forecast or actual that differs; null on the side that does not have it."""

    before: Metric | None
    after: Metric | None


class Effect(Answer):
    """An event that became known of the first day since, and what it did to an amount there."""

    sequence: Sequence
    event_type: str
    effective_on: Day
    company_id: CompanyId | None
    payload: dict[str, Any]
    amount: Amount


class ReserveDifferences(Answer):
    """What is set aside for follow-ons, on both sides."""

    allocated: Difference
    deployed: Difference
    left: Difference


class Comparison(Answer):
    """A fund from one viewpoint to another."""

    head: int = Field(ge=0, description="The newest event of the log.")
    before: Viewpoint
    after: Viewpoint
    figures: dict[str, Difference]
    companies: list[Company]
    reserves: ReserveDifferences
    bridge: Bridge
    prior_period_adjustments: Bridge = Field(description="The part that became known since.")
    period: Bridge = Field(description="The part that happened between the days.")
    by_company: list[CompanyStep]
    terms: list[TermChange]
    forecasts: list[MetricChange]
    actuals: list[MetricChange]
    restated_by: list[Effect] = Field(
        description="Each with what it did to the amount asked for; none where they are too many."
    )
    became_known: int = Field(ge=0, description="How many events became known of the first day.")

    @classmethod
    def of(cls, found: Found, restated: Restatement, head: int) -> Self:
        """Write a comparison, with the events that became known since."""
        before, after = found.before, found.after
        return cls(
            head=head,
            before=_viewpoint(before),
            after=_viewpoint(after),
            figures={
                each.name: _difference(each, amount=each.name in AMOUNTS) for each in found.figures
            },
            companies=[_company(each) for each in found.holdings],
            reserves=ReserveDifferences(
                **{each.name: _difference(each) for each in found.reserves}
            ),
            bridge=_bridge(found.bridge),
            prior_period_adjustments=_bridge(found.adjustments),
            period=_bridge(found.period),
            by_company=[CompanyStep.model_validate(each) for each in found.companies],
            terms=[
                TermChange(name=name, before=was, after=then) for name, was, then in found.terms
            ],
            forecasts=_metrics(before.state.forecasts, after.state.forecasts),
            actuals=_metrics(before.state.actuals, after.state.actuals),
            restated_by=[_effect(each) for each in restated.news],
            became_known=restated.number,
        )


def _viewpoint(side: Seen) -> Viewpoint:
    return Viewpoint(as_of=side.at.as_of, through=side.at.through)


def _difference(found: comparison.Difference, *, amount: bool = True) -> Difference:
    write = money_text if amount else fraction_text

    def text(value: Decimal | None) -> str | None:
        return None if value is None else write(value)

    return Difference(
        before=text(found.before),
        after=text(found.after),
        difference=text(found.total),
        share=None if found.share is None else fraction_text(found.share),
        new_knowledge=text(found.new_knowledge),
        new_facts=text(found.new_facts),
    )


def _company(found: comparison.HoldingDifference) -> Company:
    return Company(
        id=found.company_id,
        name=found.name,
        is_new=found.before is None,
        is_gone=found.after is None,
        values={each.name: _difference(each) for each in found.values},
    )


def _bridge(found: NavBridge) -> Bridge:
    return Bridge(**asdict(found))


def _metrics(before: Metrics, after: Metrics) -> list[MetricChange]:
    return [
        MetricChange(before=_metric(was), after=_metric(then))
        for was, then in metric_changes(before, after)
    ]


def _metric(found: company_metrics.Metric | None) -> Metric | None:
    return Metric.read_all([found])[0] if found else None


def _effect(news: News) -> Effect:
    event = news.event
    return Effect(
        sequence=event.sequence,
        event_type=event.event_type,
        effective_on=event.effective_on,
        company_id=event.company_id,
        payload=event.payload,
        amount=news.effect.amount,
    )
