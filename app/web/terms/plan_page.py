"""Plan against actual of a fund in charts, as they stand today."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from flask import url_for

from app.domain.planning.fund_years import FundYear
from app.web.charts import plan
from app.web.charts.chart import Chart


@dataclass(frozen=True)
class PlanPage:
    """The years of a fund."""

    fund_id: UUID
    years: list[FundYear]
    currency: str

    @cached_property
    def charts(self) -> list[Chart]:
        """What was invested and what was charged, each beside the plan; none without terms."""
        if not self.years:
            return []
        return [plan.deployment(self.years, self.currency), plan.fees(self.years, self.currency)]

    def file_url(self, chart: Chart) -> str:
        """Write the address of the numbers behind a chart as a file."""
        return url_for("terms.numbers", fund_id=self.fund_id, name=chart.name)
