"""A company's page: figures, rounds, marks, proceeds and metrics, as the template shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from sqlalchemy import Engine

from app.domain.events.catalogue import EventType
from app.domain.figures.company import HoldingStep
from app.domain.figures.irr import Irr
from app.domain.state.state import Holding
from app.domain.variance.variance import Variance
from app.domain.viewpoint import Viewpoint
from app.services.reads import companies, log_cache, viewpoints
from app.services.reads.companies import Company
from app.services.reads.viewpoints import Head
from app.web.charts import holding
from app.web.charts.chart import Chart
from app.web.fund.address import FundAddress
from app.web.fund.day_scale import DayScale
from app.web.fund.strip import Scales
from app.web.shared import wording
from app.web.shared.formats import rate


@dataclass(frozen=True)
class CompanyPage:
    """A company from one viewpoint."""

    address: FundAddress
    at: Viewpoint
    company: Company
    currency: str
    scale: DayScale

    @property
    def as_of(self) -> date:
        """The day of the view."""
        return self.at.as_of

    @property
    def holding(self) -> Holding:
        """What the fund holds of it."""
        return self.company.history.holding

    @cached_property
    def _irr(self) -> Irr:
        return self.company.history.irr

    @property
    def irr(self) -> str:
        """Its rate of return, or n/m."""
        return rate(self._irr.rate, self._irr.reason)

    @property
    def irr_reason(self) -> str:
        """Why there is no rate of return, or why it says little."""
        return wording.reason(self._irr.reason)

    @property
    def rounds(self) -> list[HoldingStep]:
        """The investments and conversions, the last first."""
        return self.company.history.of(EventType.INVESTMENT_MADE, EventType.SECURITY_CONVERTED)

    @property
    def marks(self) -> list[HoldingStep]:
        """The valuations, the last first."""
        return self.company.history.of(EventType.VALUATION_UPDATED)

    @property
    def proceeds(self) -> list[HoldingStep]:
        """What was received, the last first."""
        return self.company.history.of(EventType.PROCEEDS_RECEIVED)

    @property
    def metrics(self) -> list[Variance]:
        """Actuals beside forecasts, by metric, the latest period first."""
        return self.company.metrics

    @cached_property
    def charts(self) -> list[Chart]:
        """Value and cost, and ownership, once something is invested."""
        history = self.company.history
        if not self.rounds:
            return []
        found = [holding.value(history, self.currency)]
        if any(step.after.ownership is not None for step in history.steps):
            found.append(holding.ownership(history, self.currency))
        return found

    @cached_property
    def metric_charts(self) -> list[Chart]:
        """Actuals against forecasts, a chart for each metric."""
        return list(holding.metrics(self.metrics, self.currency))

    def file_url(self, chart: Chart) -> str:
        """Write the address of the numbers behind a chart as a file."""
        page, _, query = self.url(self.address).partition("?")
        return f"{page}charts/{chart.name}.csv?{query}".rstrip("?")

    def day_url(self, day: date) -> str:
        """Write the address of this company on a day of a chart."""
        return self.url(self.address.on(day))

    def url(self, address: FundAddress) -> str:
        """Write the address of this company from another viewpoint."""
        return address.company_url(self.company.id)

    @cached_property
    def _days(self) -> list[date]:
        return sorted({step.event.effective_on for step in self.company.history.steps})

    @property
    def previous_url(self) -> str | None:
        """Where the event of the company before the day is; None where there is none."""
        earlier = [day for day in self._days if day < self.as_of]
        return self.url(self.address.on(earlier[-1])) if earlier else None

    def mark_age(self, step: HoldingStep) -> int | None:
        """Count the days from the mark before to a mark; None for the first."""
        before = step.before.marked_on
        return (step.event.effective_on - before).days if before else None

    def amount(self, step: HoldingStep, field: str) -> Decimal | None:
        """Read an amount that an event may carry."""
        value = step.event.payload.get(field)
        return None if value is None else Decimal(str(value))


def load_company_page(
    engine: Engine, address: FundAddress, at: Viewpoint, head: Head, company_id: UUID
) -> CompanyPage:
    """Look at a company from an address, whose viewpoint is settled. Raises UnknownCompanyError."""
    company = companies.load_company(engine, address.fund_id, at, head.sequence, company_id)
    now = Viewpoint(address.today, head.sequence)
    terms, _ = viewpoints.terms_and_figures(engine, address.fund_id, now)
    span = log_cache.span(engine, address.fund_id, head.sequence)
    assert span is not None  # a company comes with an event
    return CompanyPage(
        address, at, company, terms.currency if terms else "", Scales.of(span).effective
    )
