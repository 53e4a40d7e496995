"""Actuals beside the latest base forecasts for the same company, metric and period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from app.domain.state.company_metrics import Metric

_BASE = "base"


@dataclass(frozen=True, slots=True)
class MetricPair:
    """A period of a metric: its latest base forecast and its actual, as far as there is one."""

    forecast: Metric | None
    actual: Metric | None

    @property
    def metric(self) -> Metric:
        """The one of both that there is."""
        found = self.actual or self.forecast
        assert found
        return found

    @property
    def difference(self) -> Decimal | None:
        """Actual less forecast; None where one of them is missing."""
        if self.forecast is None or self.actual is None:
            return None
        return self.actual.value - self.forecast.value

    @property
    def share(self) -> Decimal | None:
        """The difference as a fraction of the forecast; None where that is 0 or missing."""
        if self.difference is None or not self.forecast or not self.forecast.value:
            return None
        return self.difference / abs(self.forecast.value)


def metric_pairs(forecasts: Iterable[Metric], actuals: Iterable[Metric]) -> list[MetricPair]:
    """Pair base forecasts with actuals, by metric; of each the latest period first."""
    told = {_period(each): each for each in actuals}
    expected = {_period(each): each for each in forecasts if each.scenario == _BASE}
    pairs = [MetricPair(expected.get(key), told.get(key)) for key in {*told, *expected}]
    pairs.sort(key=lambda each: each.metric.period_end, reverse=True)
    return sorted(pairs, key=lambda each: (each.metric.company_id, each.metric.metric_type))


def _period(metric: Metric) -> tuple[object, ...]:
    return metric.company_id, metric.metric_type, metric.period_end, metric.period_months
