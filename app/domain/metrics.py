"""Forecasts and actuals: the last word on each company's metric and period."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

# Company, metric, end of the period, months that it covers, and scenario.
MetricKey = tuple[str, str, date, int | None, str | None]


@dataclass(frozen=True, slots=True)
class Metric:
    """The last forecast or actual of one company, metric and period (and scenario)."""

    company_id: str
    metric_type: str
    period_end: date
    period_months: int | None
    scenario: str | None  # None for actuals
    value: Decimal
    effective_on: date
    sequence: int

    @property
    def place(self) -> tuple[date, int]:
        """Where it comes in the fold."""
        return self.effective_on, self.sequence

    @property
    def key(self) -> MetricKey:
        """What a later metric must share with this one to take its place."""
        return (
            self.company_id,
            self.metric_type,
            self.period_end,
            self.period_months,
            self.scenario,
        )


class Metrics:
    """The last metric of each key, in the order of the fold.

    A fund has thousands of them and most readers want none, so those of a snapshot are only read
    when someone asks.
    """

    __slots__ = ("_earlier", "_last")

    def __init__(self, earlier: Callable[[], list[Metric]] | None = None) -> None:
        """Start with none, or with what `earlier` gives."""
        self._earlier = earlier
        self._last: dict[MetricKey, Metric] = {}

    def record(self, metric: Metric) -> None:
        """Let a metric take the place of an earlier one of its key; it may come late."""
        standing = self._last.get(metric.key)
        if standing is None or standing.place < metric.place:
            self._last[metric.key] = metric

    def is_known_to_supersede(self, metric: Metric) -> bool:
        """Tell whether a later metric has the key, so far as that is seen without reading all."""
        standing = self._last.get(metric.key)
        return standing is not None and standing.place > metric.place

    def __iter__(self) -> Iterator[Metric]:
        """Give all metrics."""
        if self._earlier is not None:
            earlier, self._earlier = self._earlier(), None
            for metric in earlier:
                self.record(metric)
        return iter(sorted(self._last.values(), key=lambda metric: metric.place))

    def __eq__(self, other: object) -> bool:
        """Tell whether the same metrics stand in the same order."""
        return isinstance(other, Metrics) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment] # it changes
