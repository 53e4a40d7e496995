"""A fund's state and figures: what the API answers, commands print and backups hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, create_model

from app.domain.figures import figures
from app.domain.figures.figures import AMOUNTS
from app.domain.money import ZERO
from app.domain.state import state
from app.domain.terms import Terms
from app.services.documents.answer import (
    Amount,
    Answer,
    CompanyId,
    Day,
    Exact,
    Fraction,
    Row,
    Sequence,
    optional,
    within,
)

_FIGURES: dict[str, Any] = {
    entry.name: (Amount if entry.name in AMOUNTS else Fraction | None, ...)
    for entry in fields(figures.Figures)
    if entry.name != "reasons"
}
Figures: type[BaseModel] = create_model(
    "Figures",
    __base__=Answer,
    __doc__="The figures; a ratio or rate that does not exist is null, its reason in `reasons`.",
    **_FIGURES,
)


class Holding(Answer):
    """A portfolio company, and what the fund has in it."""

    id: CompanyId = within("company_id")
    name: str
    sector: str | None
    stage: str | None
    country: str | None
    total_investment: Amount = within("invested")
    current_valuation: Amount = within("fair_value")
    remaining_cost: Amount
    realised_gain: Amount
    unrealised_gain: Amount
    income: Amount
    proceeds: Amount
    ownership: Exact | None
    shares: Exact | None = within("known_shares")
    security: str | None
    marked_on: Day | None
    method: str | None
    fair_value_level: int | None
    exited_on: Day | None
    residual_estimated: bool
    cost_estimated: bool
    ownership_estimated: bool
    reserve_allocated: Amount
    reserve_deployed: Amount
    reserve_left: Amount


@dataclass(slots=True)
class Metric(Row):
    """A company's metric, forecast or actual; a forecast has its scenario."""

    company_id: CompanyId
    metric_type: str
    period_end: Day
    period_months: int | None
    value: Exact
    effective_on: Day
    sequence: Sequence
    scenario: Annotated[str | None, optional()] = None


class ReserveTotals(Answer):
    """What is set aside for follow-ons."""

    allocated: Amount
    deployed: Amount
    left: Amount


def _reserve_totals(holdings: Mapping[str, state.Holding]) -> dict[str, object]:
    return {
        part: sum((getattr(each, f"reserve_{part}") for each in holdings.values()), ZERO)
        for part in ReserveTotals.model_fields
    }


class State(Answer):
    """A fund as it stood on `as_of`, as known when its log was at `through`."""

    as_of: Day = within("at", "as_of")
    through: int = within("at", "through", ge=0)
    head: int = within("head", "sequence", ge=0, description="The newest event of the log.")
    total_committed: Amount = within("state", "committed")
    total_invested: Amount = within("state", "invested")
    total_value: Amount = within("figures", "total_value")
    portfolio_companies: Annotated[
        list[Holding], BeforeValidator(lambda holdings: list(holdings.values()))
    ] = within("state", "holdings")
    reserves: Annotated[ReserveTotals, BeforeValidator(_reserve_totals)] = within(
        "state", "holdings"
    )
    forecasts: Annotated[list[Metric], BeforeValidator(Metric.read_all)] = within(
        "state", "forecasts"
    )
    actuals: Annotated[list[Metric], BeforeValidator(Metric.read_all)] = within("state", "actuals")
    terms: Terms | None = within("state", "terms")
    figures: Figures  # type: ignore[valid-type]
    reasons: dict[str, str] = within(
        "figures", "reasons", description="Why a figure is null or says little."
    )
