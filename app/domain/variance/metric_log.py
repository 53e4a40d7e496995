"""What a log tells of companies' metrics, period by period: forecasts, and actuals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Self

from app.domain.events.catalogue import METRICS_OVER_A_PERIOD, EventType
from app.domain.events.model import Fact
from app.domain.state.company_metrics import Metric, metric_of
from app.domain.state.fold import in_force
from app.domain.viewpoint import Viewpoint

# What a metric log reads of a log, beside the voids of these.
TYPES = frozenset({EventType.FORECAST_CREATED, EventType.ACTUAL_RECORDED})
BASE = "base"


class Period(NamedTuple):
    """A company's metric over a period, or at its end where it is one at a point in time."""

    company_id: str
    metric_type: str
    end: date
    months: int | None


@dataclass(slots=True)
class PeriodFacts:
    """What was told of one period."""

    forecasts: list[Metric] = field(default_factory=list)  # base ones in force, the last one last
    actual: Metric | None = None  # the last in force
    first_actual: int | None = None  # the sequence of the first one ever, voided or not

    @property
    def forecast(self) -> Metric | None:
        """The last base forecast that was made by the period's end and before any actual.

        One that came once the actual was known, or once the period was over, is no forecast.
        """
        made_before = (
            each
            for each in reversed(self.forecasts)
            if each.effective_on <= each.period_end
            and (self.first_actual is None or each.sequence < self.first_actual)
        )
        return next(made_before, None)


@dataclass(slots=True)
class MetricLog:
    """All periods of which anything was told, as seen from a viewpoint."""

    at: Viewpoint
    periods: dict[Period, PeriodFacts] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Iterable[Fact], at: Viewpoint) -> Self:
        """Read the facts of TYPES, with the voids among them, that a viewpoint can see."""
        seen = [
            each for each in facts if each.sequence <= at.through and each.effective_on <= at.as_of
        ]
        log = cls(at)
        for event in seen:
            if event.event_type == EventType.ACTUAL_RECORDED:
                facts_of = log._facts_of(metric_of(event))
                first = facts_of.first_actual
                facts_of.first_actual = min(event.sequence, first or event.sequence)
        standing = (
            metric_of(event) for event in in_force(seen, at.through) if event.event_type in TYPES
        )
        for metric in sorted(standing, key=lambda each: each.place):
            if metric.scenario is None:
                log._facts_of(metric).actual = metric
            elif metric.scenario == BASE:
                log._facts_of(metric).forecasts.append(metric)
        return log

    def actuals(self) -> Iterator[tuple[Period, Metric]]:
        """Return the periods that have an actual in force."""
        for period, facts in self.periods.items():
            if facts.actual:
                yield period, facts.actual

    def _facts_of(self, metric: Metric) -> PeriodFacts:
        covers = metric.metric_type in METRICS_OVER_A_PERIOD
        months = metric.period_months if covers else None
        period = Period(metric.company_id, metric.metric_type, metric.period_end, months)
        return self.periods.setdefault(period, PeriodFacts())
