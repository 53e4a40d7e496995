"""A chart: what it shows in a sentence, its numbers as a table, and its figure for Plotly."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any, Literal

from app.domain.money import CENT, MICRO, rounded
from app.services.sheets import write_rows
from app.services.sheets.writer import Value
from app.web.shared import formats

Kind = Literal["money", "multiple", "percent", "number"]
Figure = dict[str, Any]  # as Plotly takes it: {"data": [...], "layout": {...}}
Label = date | str

_UNITS: dict[Kind, Decimal] = {"money": CENT, "multiple": MICRO, "percent": MICRO, "number": MICRO}


@dataclass(frozen=True, slots=True)
class Column:
    """The numbers of one thing that a chart shows; money in the fund's currency."""

    name: str
    kind: Kind
    values: tuple[Decimal | None, ...]  # None where there is none

    @classmethod
    def of(cls, name: str, kind: Kind, values: Iterable[Decimal | None]) -> Column:
        """Round numbers to what is drawn, listed and exported alike: cents and millionths."""
        unit = _UNITS[kind]
        return cls(
            name, kind, tuple(None if each is None else rounded(each, unit) for each in values)
        )

    @property
    def numbers(self) -> list[float | None]:
        """The numbers as Plotly takes them."""
        return [None if each is None else float(each) for each in self.values]

    def texts(self, currency: str) -> list[str]:
        """Write the numbers briefly, for what is shown beside a point."""
        return [_brief(each, self.kind, currency) for each in self.values]


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a chart."""

    title: str
    unit: str
    sentence: str  # what it shows, for who cannot see it


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, with all that goes with it."""

    name: str  # in addresses and names of files
    words: Words
    head: str  # of the column of labels
    labels: Sequence[Label]
    columns: tuple[Column, ...]
    figure: Figure
    currency: str
    table_id: str = ""  # of a table that the page has anyway; else it comes along

    @property
    def is_over_time(self) -> bool:
        """Whether the labels are days, on which the slider can stand."""
        return all(isinstance(each, date) for each in self.labels)

    @property
    def has_two_axes(self) -> bool:
        """Whether a second axis of numbers stands on the right."""
        return "yaxis2" in self.figure["layout"]

    def table(self) -> Iterator[tuple[Label, list[str]]]:
        """Write the rows of the table."""
        for index, label in enumerate(self.labels):
            yield label, [self._cell(column, index) for column in self.columns]

    def sheet(self) -> Iterator[list[Value]]:
        """Return the rows of a spreadsheet, with a row of headings: the same numbers, exactly."""
        yield [self.head, *(column.name for column in self.columns)]
        for index, label in enumerate(self.labels):
            yield [label, *(column.values[index] for column in self.columns)]

    @property
    def inline_file(self) -> str:
        """The numbers as a file of CSV that is its own address, for charts of what is not kept."""
        file = BytesIO()
        write_rows(self.sheet(), file, "csv")
        return f"data:text/csv;charset=utf-8;base64,{b64encode(file.getvalue()).decode()}"

    def _cell(self, column: Column, index: int) -> str:
        value = column.values[index]
        if value is not None and column.kind == "money":
            return formats.whole_money(value, self.currency)
        return _brief(value, column.kind, self.currency)


def _brief(value: Decimal | None, kind: Kind, currency: str) -> str:
    if value is None:
        return formats.NOTHING
    if kind == "money":
        return formats.money(value, currency)
    if kind == "number":
        return f"{value.normalize():,f}".replace("-", "−")
    return formats.multiple(value) if kind == "multiple" else formats.percent(value)
