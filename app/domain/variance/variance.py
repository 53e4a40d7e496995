"""The difference between what was expected of a period and how it turned out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from app.domain.variance.metric_log import Period

Direction = Literal["low", "high", "both"]
Standing = Literal["compared", "unplanned", "incomplete", "awaited", "overdue"]
# In which direction a difference is bad; of a metric that is not here, where it is low.
ADVERSE: dict[str, Direction] = {"cash_burn": "high", "headcount": "both"}
DUE_AFTER = timedelta(days=45)  # from the end of a period until its actual is overdue


@dataclass(frozen=True, slots=True)
class Variance:
    """One period of a metric beside its baseline; values are in the metric's own unit."""

    period: Period
    baseline: Decimal | None
    actual: Decimal | None
    as_of: date
    is_told: bool  # whether the period itself has an actual, whatever it is summed up with

    @property
    def difference(self) -> Decimal | None:
        """Actual less baseline; None where one of them is missing."""
        if self.baseline is None or self.actual is None:
            return None
        return self.actual - self.baseline

    @property
    def share(self) -> Decimal | None:
        """The difference as a fraction of the baseline's size; None where that is 0 or missing."""
        if self.difference is None or not self.baseline:
            return None
        return self.difference / abs(self.baseline)

    @property
    def adverse_share(self) -> Decimal | None:
        """The share, above 0 where it is bad and below 0 where it is good."""
        if self.share is None:
            return None
        match ADVERSE.get(self.period.metric_type, "low"):
            case "low":
                return -self.share
            case "high":
                return self.share
            case _:
                return abs(self.share)

    @property
    def standing(self) -> Standing:
        """What can be said of the period: a missing actual is awaited, then overdue, never fine.

        It is incomplete where the periods before it leave a gap in the sum to date.
        """
        if not self.is_told:
            return "overdue" if self.as_of - self.period.end > DUE_AFTER else "awaited"
        if self.actual is None:
            return "incomplete"
        return "compared" if self.baseline is not None else "unplanned"
