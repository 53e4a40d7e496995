"""The figures above a fund's holdings, and what they say on each day of its life.

They follow the handle in the browser without a request: their texts of all days are loaded once, as
they are written here, so that nothing is worked out or rounded a second time in the browser.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Self
from uuid import UUID

import orjson
from flask import url_for
from sqlalchemy import Engine

from app.domain.figures.series import MOST_DAYS, Series
from app.domain.state.fold import PROJECTOR_VERSION
from app.services.reads import figure_series
from app.web.fund.day_scale import DayScale
from app.web.shared import formats, wording

FIGURES = (
    "nav", "net_nav", "tvpi", "dpi", "distributed", "rvpi", "accrued_carry", "net_irr", "gross_irr",
    "gross_moic", "invested", "pic", "unfunded",
)  # fmt: skip
Runs = list[tuple[int, str]]  # from which day on, counted from the first, a text stands


@dataclass(frozen=True, slots=True)
class TextsOf:
    """Which texts are meant: of which days, as known through which event, in which currency."""

    through: int
    first: date
    last: date
    currency: str

    @classmethod
    def life(cls, through: int, scale: DayScale, currency: str) -> Self | None:
        """Return those of every day that the handle may stand on, on to the end of a year.

        So they are the same tomorrow. None for too many days: then the figures come with the
        holdings, a request each.
        """
        last = date(max(scale.last, scale.end).year, 12, 31)
        asked = cls(through, scale.first, last, currency)
        return asked if asked.days <= MOST_DAYS else None

    @property
    def days(self) -> int:
        """How many days they are of."""
        return (self.last - self.first).days + 1

    def address(self, fund_id: UUID) -> str:
        """Write the address of the texts, which names all that decides them: they never change."""
        return url_for("funds.tile_texts", fund_id=fund_id, version=version(), **asdict(self))


@cache
def version() -> str:
    """Identify how figures are worked out and written: another release may do it otherwise."""
    written = sha256(str(PROJECTOR_VERSION).encode())
    for module in (formats, wording):
        written.update(Path(str(module.__file__)).read_bytes())
    written.update(Path(__file__).read_bytes())
    return written.hexdigest()[:16]


@lru_cache(maxsize=64)
def texts(engine: Engine, fund_id: UUID, asked: TextsOf) -> bytes:
    """Write the tiles' texts as JSON: of each figure its runs.

    `figures` are the numbers by name, `reasons` why one is missing or says little.
    """
    series = figure_series.load_by_day(engine, fund_id, asked.through, asked.first, asked.last)
    return orjson.dumps(
        {
            "first": asked.first,
            "last": asked.last,
            "figures": {name: _runs(_written(series, name, asked.currency)) for name in FIGURES},
            "reasons": {
                name: _runs(map(wording.reason, series.reasons[name]))
                for name in FIGURES
                if name in series.reasons
            },
        }
    )


def _written(series: Series, name: str, currency: str) -> Iterable[str]:
    values, reasons = series.figures[name], series.reasons.get(name)
    before: tuple[Decimal | None, str | None] | None = None
    text = ""
    for index, value in enumerate(values):
        now = value, reasons[index] if reasons else None
        if now != before:
            before, text = now, formats.figure_text(name, *now, currency)
        yield text


def _runs(texts: Iterable[str]) -> Runs:
    runs: Runs = []
    for day, text in enumerate(texts):
        if not runs or runs[-1][1] != text:
            runs.append((day, text))
    return runs
