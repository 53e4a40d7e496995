"""What a grid of forecasts or actuals is of, and what is sent with its cells."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, get_args
from uuid import UUID

from flask import url_for
from wtforms import BooleanField

from app.domain.events.catalogue import EventType, MetricType
from app.domain.fields import read_name
from app.domain.figures.metric_series import MetricSeries
from app.domain.viewpoint import check_range, last_day, quarter_end
from app.domain.whole_numbers import parse_whole, whole_or_none
from app.services.recording import previews
from app.web.shared.filters import FilterField, PagedForm, read_day
from app.web.shared.form_fields import DayField, KeyedForm, TextField
from app.web.shared.formats import capitalize_first, kind_in_words

KINDS = {"actuals": EventType.ACTUAL_RECORDED, "forecasts": EventType.FORECAST_CREATED}
METRICS = {each: capitalize_first(kind_in_words(each)) for each in get_args(MetricType)}
LENGTHS = {1: "1 month", 3: "3 months", 6: "6 months", 12: "12 months"}
MOST_PERIODS = 12


def _one_of(text: str, choices: Iterable[str]) -> str:
    if text not in choices:
        raise ValueError(text)
    return text


def _read_last(text: str) -> date:
    day = read_day(text)
    check_range(day, "", last_day(previews.today()), "is too far ahead")
    return day


def _read_length(text: str) -> int:
    return int(_one_of(text, map(str, LENGTHS)))


def _read_count(text: str) -> int:
    number = parse_whole(text)
    if not 1 <= number <= MOST_PERIODS:
        raise ValueError(text)
    return number


class SeriesForm(PagedForm):
    """Which metric of which periods is entered, and on which page of the companies."""

    kind = FilterField(
        lambda text: _one_of(text, KINDS), default="actuals", mend="Choose one of the list."
    )
    metric = FilterField(
        lambda text: _one_of(text, METRICS), default="revenue", mend="Choose one of the list."
    )
    scenario = FilterField(
        read_name, default="base", mend="Write a name of one line, such as base."
    )
    months = FilterField(_read_length, default=3, mend="Choose one of the list.")
    last = FilterField(_read_last, mend="Choose a day from 1900 to 30 years ahead.")
    periods = FilterField(_read_count, default=4, mend=f"Write how many, from 1 to {MOST_PERIODS}.")

    @property
    def is_forecast(self) -> bool:
        """Whether forecasts are entered, and not actuals."""
        return bool(self.kind.data == "forecasts")

    @property
    def last_day(self) -> date:
        """The day of the last period: that chosen, or else one that people look for."""
        today = previews.today()
        usual = date(today.year + 1, 12, 31) if self.is_forecast else quarter_end(today, -1)
        return self.last.data or usual

    @property
    def series(self) -> MetricSeries | None:
        """What is entered; None where something that was chosen cannot be read."""
        if self.faults.keys() - {"page"}:
            return None
        return MetricSeries(
            KINDS[self.kind.data],
            self.metric.data,
            self.scenario.data if self.is_forecast else None,
            self.months.data,
            self.last_day,
            self.periods.data,
        )

    def url(self, endpoint: str, fund_id: UUID, page: int | None = None) -> str:
        """Write an address that says all that was chosen, also where the page began with it."""
        chosen: dict[str, Any] = {**self.given}
        if series := self.series:
            chosen = {"kind": self.kind.data, "metric": series.metric_type}
            chosen["scenario"] = series.scenario
            chosen |= {"months": series.months, "last": series.ends[-1], "periods": series.periods}
        chosen["page"] = page or self.page.data  # left out where there is none
        return url_for(endpoint, fund_id=fund_id, **chosen)

    def kind_url(self, fund_id: UUID, kind: str) -> str:
        """Write the address of the other kind, whose periods are others."""
        kept: dict[str, Any] = {
            name: text for name, text in self.given.items() if name in {"metric", "months"}
        }
        return url_for("company_metrics.show", fund_id=fund_id, kind=kind, **kept)


class CellsForm(KeyedForm):
    """What is sent with the cells of a grid."""

    effective_on = DayField()
    adjustment = BooleanField()
    through = TextField(whole_or_none)  # how far the log went when the grid was shown
