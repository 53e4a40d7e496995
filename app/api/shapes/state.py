"""The shape of a fund's state, and how it is asked for."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field, create_model

from app.api.shapes.texts import Amount, Answer, Day, Exact, Fraction, Id, Sequence
from app.domain.figures.figures import AMOUNTS, RATES, RATIOS
from app.domain.terms import Terms

_FIGURES: dict[str, Any] = {
    **dict.fromkeys(AMOUNTS, (Amount, ...)),
    **dict.fromkeys((*RATIOS, *RATES), (Fraction | None, ...)),
}
Figures: type[BaseModel] = create_model(
    "Figures",
    __base__=Answer,
    __doc__="The figures; a ratio or rate that does not exist is null, its reason in `reasons`.",
    **_FIGURES,
)


class Holding(Answer):
    """A portfolio company, and what the fund has in it."""

    id: Id
    name: str
    sector: str | None
    stage: str | None
    country: str | None
    total_investment: Amount
    current_valuation: Amount
    remaining_cost: Amount
    realised_gain: Amount
    unrealised_gain: Amount
    income: Amount
    proceeds: Amount
    ownership: Exact | None
    security: str | None
    marked_on: Day | None
    method: str | None
    fair_value_level: int | None
    exited_on: Day | None
    residual_estimated: bool
    reserve_allocated: Amount
    reserve_deployed: Amount
    reserve_left: Amount


class Metric(Answer):
    """A company's metric, forecast or actual; a forecast has its scenario."""

    company_id: Id
    metric_type: str
    period_end: Day
    period_months: int | None
    value: Exact
    effective_on: Day
    sequence: Sequence
    scenario: str | None = None


class ReserveTotals(Answer):
    """What is set aside for follow-ons."""

    allocated: Amount
    deployed: Amount
    left: Amount


class State(Answer):
    """A fund as it stood on `as_of`, as known when its log was at `through`."""

    as_of: Day
    through: int = Field(ge=0)
    head: int = Field(ge=0, description="The newest event of the log.")
    total_committed: Amount
    total_invested: Amount
    total_value: Amount
    portfolio_companies: list[Holding]
    reserves: ReserveTotals
    forecasts: list[Metric]
    actuals: list[Metric]
    terms: Terms | None
    figures: Figures  # type: ignore[valid-type]
    reasons: dict[str, str] = Field(description="Why a figure is null or says little.")
