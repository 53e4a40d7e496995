"""Forecasts and actuals: the last word on each company's metric and period."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self

from app.domain.events.model import Foldable

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


def metric_of(event: Foldable) -> Metric:
    """Read a forecast or an actual."""
    payload = event.payload
    return Metric(
        company_id=payload["company_id"],
        metric_type=payload["metric_type"],
        period_end=date.fromisoformat(payload["period_end"]),
        period_months=payload.get("period_months"),
        scenario=payload.get("scenario"),
        value=event.amount("value"),
        effective_on=event.effective_on,
        sequence=event.sequence,
    )


def _left_out() -> list[Metric]:
    raise LookupError("forecasts and actuals were left out of this state")


class Metrics:
    """The last metric of each key, in the order of the fold.

    A fund has thousands of them and most readers want none, so they are only read when someone
    asks.
    """

    __slots__ = ("_earlier", "_last", "_unread")

    def __init__(self, earlier: Callable[[], list[Metric]] | None = None) -> None:
        """Start with none, or with what `earlier` gives."""
        self._earlier = earlier
        self._last: dict[MetricKey, Metric] = {}
        self._unread: list[Foldable] = []

    @classmethod
    def left_out(cls) -> Self:
        """Stand for metrics that were not read: asking for them is a mistake."""
        return cls(_left_out)

    def record(self, event: Foldable) -> None:
        """Let what an event tells take the place of an earlier metric of its key.

        It may come late.
        """
        self._unread.append(event)

    def is_known_to_supersede(self, metric: Metric) -> bool:
        """Return whether a later metric has the key, so far as that is seen without reading all."""
        self._read()
        standing = self._last.get(metric.key)
        return standing is not None and standing.place > metric.place

    def __iter__(self) -> Iterator[Metric]:
        """Return all metrics."""
        self._read()
        if self._earlier is not None:
            earlier, self._earlier = self._earlier(), None
            self._keep(earlier)
        return iter(sorted(self._last.values(), key=lambda metric: metric.place))

    def _read(self) -> None:
        events, self._unread = self._unread, []
        self._keep(map(metric_of, events))

    def _keep(self, metrics: Iterable[Metric]) -> None:
        for metric in metrics:
            standing = self._last.get(metric.key)
            if standing is None or standing.place < metric.place:
                self._last[metric.key] = metric

    def __eq__(self, other: object) -> bool:
        """Return whether the same metrics stand in the same order."""
        return isinstance(other, Metrics) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment] # it changes
