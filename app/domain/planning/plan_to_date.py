"""Where a fund stands against the plan of its terms on a day: capital, fees and reserves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from app.domain.events.catalogue import EventType
from app.domain.events.model import Foldable
from app.domain.figures.figures import ratio
from app.domain.money import EXACT, ZERO, to_cent
from app.domain.planning.fees import fee_schedule
from app.domain.planning.fund_years import anniversary, charged_fees
from app.domain.planning.pace import pace
from app.domain.planning.reserves import reserve_of
from app.domain.state.state import FundState
from app.domain.terms import Terms

# Most fees are charged each quarter; one that is late by more is missing.
_CHARGED_WITHIN = timedelta(days=100)
Measure = Literal["deployed", "called", "fees", "reserves"]


@dataclass(frozen=True, slots=True)
class PlannedAmount:
    """One amount beside what the terms plan for the day, in the fund's currency."""

    measure: Measure
    planned: Decimal
    actual: Decimal

    @property
    def difference(self) -> Decimal:
        """Actual less planned."""
        return self.actual - self.planned

    @property
    def share(self) -> Decimal | None:
        """The difference as a fraction of what is planned; None where nothing is."""
        return ratio(self.difference, self.planned)


def plan_to_date(
    terms: Terms, state: FundState, events: Iterable[Foldable], as_of: date
) -> list[PlannedAmount]:
    """Put a state beside its plan; `events` are those of `fund_years.TYPES` in force by the day.

    Each year's plan is spread evenly over its days. Capital is planned to be called as it is
    invested. Fees are compared through the last day for which any was charged, in advance or in
    arrears; where that is too long ago, or no fee names its period, through the day. The terms of
    an evergreen fund plan no fees beyond their term, so that there is no plan of them. Reserves are
    planned by the terms' rule from the first cheque into each company.
    """
    events = list(events)
    spread = pace(terms.deployment, terms.size, terms.investment_period_years)
    deployed = _spread_to(terms.inception_on, [each.amount for each in spread], as_of)
    allocated = sum((each.reserve_allocated for each in state.holdings.values()), ZERO)
    fees = [] if terms.evergreen else [_fees(terms, state, events, as_of)]
    return [
        PlannedAmount("deployed", deployed, state.invested),
        PlannedAmount("called", deployed, state.paid_in),
        *fees,
        PlannedAmount("reserves", _planned_reserves(terms, state, events), allocated),
    ]


def _fees(terms: Terms, state: FundState, events: Sequence[Foldable], as_of: date) -> PlannedAmount:
    schedule = fee_schedule(terms, state.committed or terms.size)
    through = max(_charged_through(events), default=terms.inception_on - timedelta(days=1))
    charged = sum((amount for _, amount in charged_fees(events)), ZERO)
    names_no_period = bool(charged) and through < terms.inception_on
    if names_no_period or as_of - through > _CHARGED_WITHIN:
        through = as_of
    planned = _spread_to(terms.inception_on, [each.amount for each in schedule.years], through)
    return PlannedAmount("fees", planned, charged)


def _spread_to(inception_on: date, amounts: Sequence[Decimal], day: date) -> Decimal:
    """Add up yearly amounts from inception to the close of a day, to the cent."""
    total, first = ZERO, inception_on
    for number, amount in enumerate(amounts, 1):
        next_first = anniversary(inception_on, number)
        if day < first or next_first <= first:
            break
        whole = (next_first - first).days
        days = min((day - first).days + 1, whole)
        total += EXACT.divide(EXACT.multiply(amount, Decimal(days)), Decimal(whole))
        first = next_first
    return to_cent(total)


def _charged_through(events: Iterable[Foldable]) -> Iterator[date]:
    """Return the last days that fees were for, of those that name their period."""
    for event in events:
        if event.payload.get("category") == "management_fee" and event.payload.get("period_end"):
            yield date.fromisoformat(event.payload["period_end"])


def _planned_reserves(terms: Terms, state: FundState, events: Iterable[Foldable]) -> Decimal:
    first_cheques: dict[str, Decimal] = {}
    for event in events:
        if event.event_type == EventType.INVESTMENT_MADE:
            company_id = event.payload["company_id"]
            first_cheques.setdefault(company_id, Decimal(event.payload["amount"]))
    return sum(
        (
            reserve_of(terms.reserves, cheque, state.holdings[company_id].stage or "")
            for company_id, cheque in first_cheques.items()
        ),
        ZERO,
    )
