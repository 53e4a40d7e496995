"""Figures over time as columns: what the API answers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from datetime import date
from typing import Any, Self

from pydantic import BaseModel, Field, create_model

from app.domain.figures import series
from app.domain.figures.figures import AMOUNTS
from app.services.documents.answer import Amount, Answer, Day, Fraction, Sequence, optional

_AMOUNTS, _FRACTIONS = list[Amount], list[Fraction | None]
_COLUMNS: dict[str, Any] = {  # one that was not asked for is left out
    name: (_AMOUNTS if name in AMOUNTS else _FRACTIONS, optional()) for name in series.FIGURES
}
SeriesFigures: type[BaseModel] = create_model(
    "SeriesFigures",
    __base__=Answer,
    __doc__="A column for each figure that was asked for; null where it does not exist.",
    **_COLUMNS,
)


class SeriesFlows(Answer):
    """What moved in each step, since the day before it in the series."""

    calls: list[Amount]
    distributions: list[Amount]
    investments: list[Amount]
    proceeds: list[Amount]
    expenses: list[Amount]


class FigureSeries(Answer):
    """Figures at days, earliest first, as known at `through`; each column is as long as `dates`."""

    through: int = Field(ge=0)
    head: int = Field(ge=0, description="The newest event of the log.")
    dates: list[Day]
    closes: list[Sequence] | None = optional(
        "The event that closed the books of each period, where figures are as reported."
    )
    figures: SeriesFigures  # type: ignore[valid-type]
    reasons: dict[str, list[str | None]] = Field(
        description="Why a figure is null or says little, by figure, where there is a reason."
    )
    flows: SeriesFlows
    net_cash_flow: list[Amount] = Field(
        description="Distributions less calls since the fund's first day: the J-curve."
    )

    @classmethod
    def of(
        cls,
        found: series.Series,
        figures: Collection[str],
        *,
        through: int,
        head: int,
        closes: list[int] | None = None,
    ) -> Self:
        """Write the columns that are asked for."""
        return cls.model_construct(
            through=through,
            head=head,
            dates=list[date](found.dates),
            closes=closes,
            figures=SeriesFigures.model_construct(
                None, **{name: column for name, column in found.figures.items() if name in figures}
            ),
            reasons={
                name: column
                for name, column in found.reasons.items()
                if name in figures and any(column)
            },
            flows=SeriesFlows.model_construct(None, **found.flows),
            net_cash_flow=found.net_cash_flow,
        )


assert tuple(SeriesFlows.model_fields) == tuple(each.name for each in fields(series.Flows))
