"""The cells of a grid of forecasts or actuals: how a form names them, and what each shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.figures.metric_series import SeriesKey
from app.domain.money import normalised
from app.domain.state.company_metrics import Metric
from app.domain.state.state import Holding

_PREFIX = "value."


@dataclass(frozen=True, slots=True)
class GridCell:
    """A company's value of a period."""

    id: str
    end: date
    text: str  # as it is typed
    standing: Metric | None
    fault: str

    @property
    def shown(self) -> str:
        """What stands, as it could have been typed."""
        return f"{normalised(self.standing.value):,f}" if self.standing else ""


@dataclass(frozen=True, slots=True)
class GridRow:
    """A company in the grid."""

    company: Holding
    cells: list[GridCell]


def name_of(key: SeriesKey) -> str:
    """Return how a form names a cell."""
    company_id, end = key
    return f"{_PREFIX}{company_id}.{end}"


def count(form: Iterable[str]) -> int:
    """Count the cells that a form names, whether a grid has them or not."""
    return sum(1 for name in form if name.startswith(_PREFIX))


def texts(form: Mapping[str, str], keys: Iterable[SeriesKey]) -> dict[SeriesKey, str]:
    """Return what a form says in these cells, which are too many for fields of WTForms."""
    return {key: form.get(name_of(key), "").strip() for key in keys}
