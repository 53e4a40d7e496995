"""A grid of forecasts or actuals: what stands, what is typed, and what the log says to that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Self
from uuid import UUID

from flask import request
from sqlalchemy import Engine

from app.auth import route_rules
from app.domain.errors import Fault, IdempotencyConflictError, RefusedError
from app.domain.figures.metric_series import MetricSeries, SeriesKey
from app.domain.state.state import Holding
from app.services.reads import period_closes
from app.services.recording import metric_grids, previews
from app.services.recording.batches import Appended
from app.services.recording.metric_grids import MetricEntry, MetricGridOpening, MetricValue
from app.web.metrics import cells
from app.web.metrics.cells import GridCell, GridRow
from app.web.metrics.forms import MOST_PERIODS, CellsForm, SeriesForm
from app.web.record import wording
from app.web.record.refusals import refusal
from app.web.shared.amounts import AmountError, parse_amount
from app.web.shared.formats import counted

MOST_COMPANIES = 200  # of a page
MOST_CELLS = MOST_COMPANIES * MOST_PERIODS
_SENT_BEFORE = (
    "This form was recorded before, with other values; nothing more was recorded. What is typed "
    "still differs from what stands: press Record again to record it, too."
)


@dataclass
class MetricGrid:
    """The cells of a series, before a fund as it stands."""

    engine: Engine
    fund_id: UUID
    choices: SeriesForm
    series: MetricSeries
    form: CellsForm
    opening: MetricGridOpening
    texts: Mapping[SeriesKey, str] = field(default_factory=dict)
    faults: dict[SeriesKey, str] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)  # what belongs to no cell
    changed: list[MetricValue] = field(default_factory=list)

    @classmethod
    def read(cls, engine: Engine, fund_id: UUID, choices: SeriesForm, series: MetricSeries) -> Self:
        """Read the request at work: what was typed, or where one begins."""
        sent = request.form if request.method == "POST" else None
        form = CellsForm(sent, data={"effective_on": previews.today()})
        form.effective_on.label.text = wording.day_label(series.event_type)
        head = _head(engine, fund_id)
        # What is typed differs from what stood when it was typed, also if it is sent twice.
        through = min(form.through.data or head, head)
        opening = metric_grids.open_grid(engine, fund_id, series, through)
        grid = cls(engine, fund_id, choices, series, form, opening)
        grid.texts = grid._typed()
        return grid

    @property
    def pages(self) -> int:
        """How many pages of companies there are."""
        return max(1, -(-len(self.opening.companies) // MOST_COMPANIES))

    @property
    def page(self) -> int:
        """Which of them this is, from 1."""
        return min(max(1, self.choices.number), self.pages)

    @property
    def companies(self) -> list[Holding]:
        """The companies of this page."""
        first = (self.page - 1) * MOST_COMPANIES
        return self.opening.companies[first : first + MOST_COMPANIES]

    @cached_property
    def rows(self) -> list[GridRow]:
        """The companies of this page with their cells."""
        return [GridRow(each, list(self._cells(each))) for each in self.companies]

    @property
    def unit(self) -> str:
        """What the values are in; empty where they are counted."""
        return "" if self.series.metric_type == "headcount" else self.opening.currency

    @property
    def asks_adjustment(self) -> bool:
        """Whether the day lies in closed books, into which who reads may record."""
        is_closed = self.opening.is_closed(self.form.effective_on.data)
        return is_closed and route_rules.may("gp")

    @property
    def outdated(self) -> int:
        """How many of the values recorded are older than what stands, which therefore stays."""
        day = self.form.effective_on.data
        standing = (
            self.opening.standing.get((each.company.company_id, each.period_end))
            for each in self.changed
        )
        return sum(1 for each in standing if each and day and each.effective_on > day)

    def record(self) -> Appended | None:
        """Record what differs from what stands; None where it is refused, with the reasons."""
        if cells.count(request.form) > MOST_CELLS:
            self.refusals.append(f"A form has at most {MOST_CELLS:,} values: split it into parts.")
        self.changed = list(self._changed())
        valid = self.form.validate()
        if not (self.changed or self.faults or self.refusals):
            self.refusals.append("No value is typed that differs from what stands.")
        if valid and not (self.faults or self.refusals) and (done := self._append()):
            return done
        self._see_anew()
        return None

    def _append(self) -> Appended | None:
        day = self.form.effective_on.data
        assert day
        adjusts = bool(self.form.adjustment.data) and self.opening.is_closed(day)
        author = route_rules.author("form")
        entry = MetricEntry(self.series, self.changed, day, adjusts, author)
        try:
            return metric_grids.record(
                self.engine, self.fund_id, entry, f"form {self.form.sent_key}"
            )
        except IdempotencyConflictError:
            self.form.renew_key()
            self.refusals.append(_SENT_BEFORE)
        except RefusedError as error:
            for fault in error.faults:
                self._place(fault)
            if error.more and self.faults:
                self.refusals.append(f"{counted(error.more, 'more cell')} cannot be recorded.")
        return None

    def _place(self, fault: Fault) -> None:
        """Put a refusal where a person looks for it."""
        told = self.changed[fault.position]
        cell = told.company.company_id, told.period_end
        day = self.form.effective_on
        said = refusal(fault, self.texts[cell] if fault.field == "value" else "")
        if fault.code == "twin":
            said = f"Recorded already, as #{fault.sequence}."
        if fault.field not in {"effective_on", "adjustment"}:
            self.faults[cell] = said
        elif said not in day.errors:
            day.errors = [*day.errors, said]

    def _see_anew(self) -> None:
        """Show what stands by now beside what was typed."""
        head = _head(self.engine, self.fund_id)
        if head != self.opening.through:
            self.opening = metric_grids.open_grid(self.engine, self.fund_id, self.series, head)

    def _typed(self) -> dict[SeriesKey, str]:
        """Take the cells of this page out of the form."""
        keys = [(each.company_id, end) for each in self.companies for end in self.series.ends]
        return cells.texts(request.form, keys)

    def _changed(self) -> Iterator[MetricValue]:
        """Return the values that differ from what stands; keep what cannot be read as faults."""
        for company in self.companies:
            for end in self.series.ends:
                key = company.company_id, end
                value = self._value(key)
                standing = self.opening.standing.get(key)
                if value is not None and not (standing and standing.value == value):
                    yield MetricValue(company, end, value)

    def _value(self, key: SeriesKey) -> Decimal | None:
        text = self.texts[key]
        try:
            return parse_amount(text, self.unit) if text else None
        except AmountError as error:
            self.faults[key] = str(error)
            return None

    def _cells(self, company: Holding) -> Iterator[GridCell]:
        for end in self.series.ends:
            key = company.company_id, end
            standing = self.opening.standing.get(key)
            typed, fault = self.texts.get(key, ""), self.faults.get(key, "")
            yield GridCell(cells.name_of(key), end, typed, standing, fault)


def _head(engine: Engine, fund_id: UUID) -> int:
    return period_closes.head_of(engine, fund_id)
