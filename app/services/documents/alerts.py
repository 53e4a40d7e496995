"""What is out of bounds in a fund: what the API answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from pydantic import Field

from app.domain.alerts.rules import RULE_NAMES
from app.domain.money import MICRO, rounded
from app.services.documents.answer import Answer, CompanyId, Day, Exact, Sequence, optional
from app.services.reads.alerts import AlertsFound


class OutOfBounds(Answer):
    """One rule that one subject does not keep."""

    rule: str = Field(json_schema_extra={"enum": list(RULE_NAMES)})
    band: str = Field(json_schema_extra={"enum": ["warning", "critical"]})
    unit: str = Field(
        description="Of what is measured: `share` is a fraction, `points` one of the fund's size.",
        json_schema_extra={"enum": ["share", "points", "days", "months", "money", "multiple"]},
    )
    measured: Exact
    company_id: CompanyId | None = optional("Where it is about one company.")
    company: str | None = optional()
    metric_type: str | None = optional()
    period: Day | None = optional("The day, or the end of the period, that it is about.")
    baseline: Exact | None = optional("What it is held against.")
    actual: Exact | None = optional()
    sequence: Sequence | None = optional("The event that it rests on, where that is one.")


class FundAlerts(Answer):
    """Everything out of bounds from a viewpoint, critical before warning."""

    as_of: Day
    through: int = Field(ge=0)
    head: int = Field(ge=0, description="The newest event of the log.")
    alerts: list[OutOfBounds]

    @classmethod
    def of(cls, found: AlertsFound, head: int) -> Self:
        """Write what was found."""
        return cls.model_construct(
            as_of=found.at.as_of,
            through=found.at.through,
            head=head,
            alerts=[
                OutOfBounds.model_construct(
                    rule=each.rule.name,
                    band=each.band,
                    unit=each.rule.unit,
                    measured=rounded(each.found.measured, MICRO),
                    company_id=each.found.company_id or None,
                    company=found.names.get(each.found.company_id),
                    metric_type=each.found.metric_type or None,
                    period=each.found.period,
                    baseline=_rounded(each.found.baseline),
                    actual=_rounded(each.found.actual),
                    sequence=each.found.sequence,
                )
                for each in found.alerts
            ],
        )


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else rounded(value, MICRO)
