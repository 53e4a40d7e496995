"""Plan against actual: what the API answers."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from app.services.documents.answer import (
    Amount,
    Answer,
    CompanyId,
    Day,
    Exact,
    Fraction,
    Sequence,
    optional,
)
from app.services.reads.variance import FundPlan, VarianceFound


class PlannedMeasure(Answer):
    """An amount of the fund beside what its terms plan for the day."""

    measure: str
    planned: Amount
    actual: Amount
    difference: Amount
    share: Fraction | None = Field(description="Of what is planned; null where nothing is.")


class MetricVariance(Answer):
    """A period of a company's metric beside its baseline, in the metric's own unit."""

    company_id: CompanyId
    company: str
    metric_type: str
    period_end: Day
    period_months: int | None
    baseline: Exact | None
    actual: Exact | None
    difference: Exact | None
    share: Fraction | None = Field(description="Of the baseline; null where that is 0 or missing.")
    adverse_share: Fraction | None = Field(description="The share, above 0 where it is bad.")
    standing: str = Field(
        description="`compared`; `unplanned` without a baseline; `incomplete` where a sum to date "
        "has a gap; without an actual `awaited`, and `overdue` from 45 days after its end on.",
        json_schema_extra={"enum": ["compared", "unplanned", "incomplete", "awaited", "overdue"]},
    )


class PlanAgainstActual(Answer):
    """A fund and its companies beside what was planned of them, as seen from a viewpoint."""

    as_of: Day
    through: int = Field(ge=0)
    head: int = Field(ge=0, description="The newest event of the log.")
    baseline: str
    window: str
    close: Sequence | None = optional("The event that closed the books, for baselines of a close.")
    plan: list[PlannedMeasure]
    variances: list[MetricVariance]

    @classmethod
    def of(cls, plan: FundPlan, found: VarianceFound, head: int) -> Self:
        """Write what was found."""
        asked = found.asked
        return cls.model_construct(
            as_of=asked.at.as_of,
            through=asked.at.through,
            head=head,
            baseline=asked.baseline,
            window=asked.window,
            close=found.close.sequence if found.close else None,
            plan=[PlannedMeasure.model_validate(each) for each in plan.amounts],
            variances=[
                MetricVariance.model_construct(
                    company_id=each.period.company_id,
                    company=found.names[each.period.company_id],
                    metric_type=each.period.metric_type,
                    period_end=each.period.end,
                    period_months=each.period.months,
                    baseline=each.baseline,
                    actual=each.actual,
                    difference=each.difference,
                    share=each.share,
                    adverse_share=each.adverse_share,
                    standing=each.standing,
                )
                for each in found.variances
            ],
        )
