"""A metric of all companies over several periods: which periods, and what stands for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from app.domain.events.catalogue import METRICS_OVER_A_PERIOD, EventType
from app.domain.events.event_json import JsonObject
from app.domain.money import plain_text
from app.domain.state.company_metrics import Metric
from app.domain.state.state import FundState, Holding
from app.domain.viewpoint import months_before

# A company by its id, and the end of a period.
SeriesKey = tuple[str, date]


@dataclass(frozen=True)
class MetricSeries:
    """Periods of one length and one metric, as forecast in a scenario or as it turned out."""

    event_type: EventType  # FORECAST_CREATED or ACTUAL_RECORDED
    metric_type: str
    scenario: str | None  # None for actuals
    months: int  # of a period
    last: date  # in the month in which the last period ends
    periods: int

    @cached_property
    def ends(self) -> tuple[date, ...]:
        """The ends of the periods, the first one first."""
        back = range((self.periods - 1) * self.months, -1, -self.months)
        return tuple(months_before(self.last, months) for months in back)

    @property
    def first_day(self) -> date:
        """The first day of the first period."""
        return months_before(self.ends[0], self.months) + timedelta(days=1)

    @property
    def period_months(self) -> int | None:
        """The months that a value covers; None for a metric at a point in time."""
        return self.months if self.metric_type in METRICS_OVER_A_PERIOD else None

    def companies(self, state: FundState) -> list[Holding]:
        """Return the companies held at or after the beginning of the first period, by name."""
        first = self.first_day
        held = [
            each
            for each in state.holdings.values()
            if each.first_invested_on and (each.exited_on is None or each.exited_on >= first)
        ]
        return sorted(held, key=lambda each: each.name.casefold())

    def standing(self, state: FundState) -> dict[SeriesKey, Metric]:
        """Return the last word on each company and period.

        Of a metric at a point in time it does not matter which months a value is said to cover.
        """
        is_actual = self.event_type is EventType.ACTUAL_RECORDED
        return {
            (each.company_id, each.period_end): each
            for each in (state.actuals if is_actual else state.forecasts)
            if each.metric_type == self.metric_type
            and each.scenario == self.scenario
            and each.period_end in self.ends
            and self.period_months in {None, each.period_months}
        }

    def event(self, company: Holding, end: date, value: Decimal, effective_on: date) -> JsonObject:
        """Return the event that tells a value, as it comes in from outside."""
        payload = {
            "company": company.name,
            "company_id": company.company_id,
            "metric_type": self.metric_type,
            "period_end": end.isoformat(),
            "period_months": self.period_months,
            "scenario": self.scenario,
            "value": plain_text(value),
        }
        return {
            "event_type": self.event_type.value,
            "effective_on": effective_on.isoformat(),
            "payload": {name: said for name, said in payload.items() if said is not None},
        }
