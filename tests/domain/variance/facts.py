"""Facts about a company's metrics, as a log would hold them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from app.domain.events.model import Fact
from app.domain.variance.metric_log import MetricLog, Period
from app.domain.viewpoint import Viewpoint

END = date(2020, 6, 30)
REVENUE = Period("acme", "revenue", END, 3)


def told(
    sequence: int,
    value: int,
    *,
    on: str = "2020-01-31",
    period: Period = REVENUE,
    scenario: str | None = None,
    actual: bool = False,
) -> Fact:
    """Tell a forecast, or an actual."""
    payload: dict[str, object] = {
        "company_id": period.company_id,
        "metric_type": period.metric_type,
        "period_end": period.end.isoformat(),
        "value": str(value),
    }
    if period.months:
        payload["period_months"] = period.months
    if not actual:
        payload["scenario"] = scenario or "base"
    kind = "ACTUAL_RECORDED" if actual else "FORECAST_CREATED"
    return Fact(sequence, kind, date.fromisoformat(on), payload)


def voids(sequence: int, target: int, on: str = "2020-01-31") -> Fact:
    """Void an event; a void takes the day of its target."""
    return Fact(sequence, "EVENT_VOIDED", date.fromisoformat(on), {"voids": target})


def log_of(
    facts: Sequence[Fact], as_of: date = date(2021, 12, 31), through: int = 1000
) -> MetricLog:
    """Read facts from a viewpoint, by default late enough for all."""
    return MetricLog.of(facts, Viewpoint(as_of, through))


def values(log: MetricLog) -> dict[Period, Decimal]:
    """Return the actuals in force."""
    return {period: each.value for period, each in log.actuals()}
