"""What a period is compared with: references into the log, and never copies of its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from app.domain.events.catalogue import METRICS_OVER_A_PERIOD
from app.domain.variance.metric_log import MetricLog, Period
from app.domain.variance.variance import Variance
from app.domain.variance.windows import (
    Span,
    Window,
    added_up,
    months_in,
    spans_whole_months,
)
from app.domain.viewpoint import months_before

# forecast: the last base forecast before the actual; forecast_at_close: the one that a close knew;
# as_reported: the actual that a close knew; prior_quarter and prior_year: the actual of a quarter
# or a year earlier, as known now.
Baseline = Literal["forecast", "forecast_at_close", "as_reported", "prior_quarter", "prior_year"]
BASELINES: tuple[Baseline, ...] = get_args(Baseline)
OF_A_CLOSE = frozenset({"forecast_at_close", "as_reported"})
_EARLIER = {"prior_quarter": 3, "prior_year": 12}  # months


@dataclass(frozen=True, slots=True)
class Comparison:
    """What to compare with what, over which window."""

    baseline: Baseline = "forecast"
    window: Window = "period"
    reported: MetricLog | None = None  # from the viewpoint of a close, for baselines OF_A_CLOSE


def variances(log: MetricLog, wanted: Comparison) -> list[Variance]:
    """Compare every period that has an actual or a baseline, the latest first.

    Over a window other than `period`, metrics that add up are summed from the window's beginning
    to the end of the period: one whose periods leave a gap has no value. Those that do not add up
    are compared as they are at the end.
    """
    actual = {period: each.value for period, each in log.actuals()}
    baseline = dict(_baselines(log, wanted, actual))
    of_actuals, of_baselines = _by_metric(actual), _by_metric(baseline)
    found = []
    for period in {*actual, *baseline}:
        values = actual.get(period), baseline.get(period)
        if wanted.window != "period" and period.metric_type in METRICS_OVER_A_PERIOD:
            values = (
                _windowed(of_actuals, period, wanted.window),
                _windowed(of_baselines, period, wanted.window),
            )
        if values == (None, None):
            continue
        told = period in actual
        found.append(Variance(period, values[1], values[0], log.at.as_of, told))
    found.sort(key=lambda each: (each.period.end, each.period.months or 0), reverse=True)
    return sorted(found, key=lambda each: (each.period.company_id, each.period.metric_type))


def _baselines(
    log: MetricLog, wanted: Comparison, actual: Mapping[Period, Decimal]
) -> Iterator[tuple[Period, Decimal]]:
    if wanted.baseline in _EARLIER:
        months = _EARLIER[wanted.baseline]
        for period in log.periods:
            earlier = period._replace(end=earlier_end(period.end, months))
            if earlier in actual:
                yield period, actual[earlier]
        return
    source = wanted.reported if wanted.baseline in OF_A_CLOSE else log
    assert source is not None, "a baseline of a close needs what the close knew"
    for period, facts in source.periods.items():
        told = facts.actual if wanted.baseline == "as_reported" else facts.forecast
        if told:
            yield period, told.value


def earlier_end(end: date, months: int) -> date:
    """Return the end of the period so many months earlier: of a month's last day a last day."""
    last = months_before(end, months)
    return last if spans_whole_months(end) else last.replace(day=min(end.day, last.day))


def _by_metric(values: Mapping[Period, Decimal]) -> dict[tuple[str, str], dict[Span, Decimal]]:
    found: dict[tuple[str, str], dict[Span, Decimal]] = {}
    for period, value in values.items():
        if period.months and spans_whole_months(period.end):
            of_metric = found.setdefault((period.company_id, period.metric_type), {})
            of_metric[period.end, period.months] = value
    return found


def _windowed(
    values: Mapping[tuple[str, str], Mapping[Span, Decimal]], period: Period, window: Window
) -> Decimal | None:
    months = months_in(window, period.end)
    assert months is not None
    if not spans_whole_months(period.end):
        return None
    of_metric = values.get((period.company_id, period.metric_type), {})
    return added_up(of_metric, period.end, months)
