"""Forecasts and actuals of many companies and periods at once: what stands, and one batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Engine
from uuid_utils.compat import uuid7

from app.domain.figures.metric_series import MetricSeries, SeriesKey
from app.domain.state.company_metrics import Metric
from app.domain.state.state import Holding
from app.services.reads import period_closes
from app.services.recording import batches, previews
from app.services.recording.batches import Appended, Author, Batch
from app.store.database.connections import reading
from app.store.snapshots import state_reader


@dataclass(frozen=True, slots=True)
class MetricGridOpening:
    """The companies of a series, and what stands for them today, as known through a sequence."""

    through: int
    currency: str  # empty before the fund is established
    companies: list[Holding]
    standing: dict[SeriesKey, Metric]
    has_companies: bool  # whether the fund has any, of whatever time
    closed_through: date | None  # the last day of the closed books

    def is_closed(self, day: date | None) -> bool:
        """Return whether a day lies in closed books."""
        return day is not None and self.closed_through is not None and day <= self.closed_through


@dataclass(frozen=True, slots=True)
class MetricValue:
    """A value of a company and period that is to be recorded."""

    company: Holding
    period_end: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class MetricEntry:
    """Values that are recorded together: of which series and day, and by whom."""

    series: MetricSeries
    values: Sequence[MetricValue]
    effective_on: date
    adjustment: bool  # of closed books
    author: Author


def open_grid(
    engine: Engine, fund_id: UUID, series: MetricSeries, through: int
) -> MetricGridOpening:
    """Look at what stands today for a series. Raises UnknownFundError."""
    with reading(engine) as driver:
        state = state_reader.read(driver, fund_id, previews.today(), through).state
    return MetricGridOpening(
        through,
        state.terms.currency if state.terms else "",
        series.companies(state),
        series.standing(state),
        any(each.first_invested_on for each in state.holdings.values()),
        period_closes.closed_through(engine, fund_id, through),
    )


def record(engine: Engine, fund_id: UUID, entry: MetricEntry, key: str) -> Appended:
    """Record values as one batch with one correlation id; sent again under its key, once.

    A fault's position is the index of its value. Raises RefusedError, NotAllowedError and
    IdempotencyConflictError.
    """
    raws = [
        entry.series.event(each.company, each.period_end, each.value, entry.effective_on)
        for each in entry.values
    ]
    if entry.adjustment:
        raws = [raw | {"payload": raw["payload"] | {"adjustment": True}} for raw in raws]
    together = uuid7()
    drafts = [draft._replace(correlation_id=together) for draft in batches.parse_drafts(raws)]
    return batches.record_events(engine, fund_id, Batch(drafts, entry.author, key))
