"""What the management fee comes to in each year of a fund's term."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.domain.money import EXACT, ZERO, to_cent
from app.domain.planning.pace import pace
from app.domain.terms import FeeBasis, Terms


@dataclass(frozen=True, slots=True)
class FeeYear:
    """The fee of one year, to the cent."""

    year: int  # from 1
    rate: Decimal
    basis: FeeBasis
    basis_amount: Decimal  # over the year
    amount: Decimal


@dataclass(frozen=True, slots=True)
class FeeSchedule:
    """The fees of a whole term."""

    years: list[FeeYear]
    total: Decimal


def fee_schedule(terms: Terms, committed: Decimal) -> FeeSchedule:
    """Plan the fees of each year of the term.

    It assumes that capital is called as it is invested, that the whole commitment is invested at
    the planned pace, that holdings are worth their cost, and that after the investment period they
    are sold evenly until the end of the term. A basis that moves counts as the mean of the year's
    first and last day.
    """
    cost, called = _cost_and_called(terms, committed)
    years = []
    for year in range(1, terms.term_years + 1):
        fee = terms.management_fee
        later = fee.step_down if year > terms.investment_period_years else None
        rate, basis = (later.rate, later.basis) if later else (fee.rate, fee.basis)
        ends = {"committed": [committed] * (terms.term_years + 1), "called": called}
        over = ends.get(basis, cost)
        amount = (over[year - 1] + over[year]) / 2
        years.append(
            FeeYear(year, rate, basis, to_cent(amount), to_cent(EXACT.multiply(rate, amount)))
        )
    return FeeSchedule(years, sum((each.amount for each in years), ZERO))


def _cost_and_called(terms: Terms, committed: Decimal) -> tuple[list[Decimal], list[Decimal]]:
    """Return remaining cost and called capital at the end of each year, from 0."""
    plan = pace(terms.deployment, committed, terms.investment_period_years)
    invested = [ZERO, *(each.invested for each in plan)]
    last, term = terms.investment_period_years, terms.term_years
    called = [invested[min(year, len(invested) - 1)] for year in range(term + 1)]
    cost = [
        called[year]
        if year <= last
        else EXACT.divide(called[year] * (term - year), Decimal(term - last))
        for year in range(term + 1)
    ]
    return cost, called
