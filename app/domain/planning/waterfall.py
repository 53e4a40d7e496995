"""A worked example of a fund's carry: who gets what of one fund that was sold at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.domain.figures.carry import carry_tiers
from app.domain.money import EXACT, ZERO, to_cent
from app.domain.state.state import FundState
from app.domain.terms import Terms

YEARS = 5
MULTIPLE = Decimal(2)


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of the waterfall, to the cent."""

    name: str  # capital, preferred, catch_up or split
    partners: Decimal
    general_partner: Decimal


@dataclass(frozen=True, slots=True)
class Example:
    """A fund of `paid_in`, sold for `proceeds` after YEARS years."""

    paid_in: Decimal
    proceeds: Decimal
    preferred: Decimal  # what the hurdle asks for, whether or not it was earned
    carry: Decimal
    tiers: list[Tier]

    @property
    def partners(self) -> Decimal:
        """What the partners get of all tiers."""
        return self.proceeds - self.carry


def worked_example(terms: Terms, multiple: Decimal = MULTIPLE) -> Example:
    """Pay the whole size in at inception, sell for a multiple of it, and share what came back."""
    size = terms.size
    sold_on = terms.inception_on + timedelta(days=365 * YEARS)
    state = _sold(terms, size, to_cent(size * multiple), terms.inception_on)
    worked = carry_tiers(state, sold_on)
    profit, carry = max(worked.profit, ZERO), worked.accrued
    # Each tier is rounded by itself: none may take a cent that the carry has taken already.
    preferred = min(to_cent(worked.preferred_return), profit - carry)
    caught_up = _caught_up(terms, preferred, profit - preferred)
    rest = profit - preferred - caught_up
    to_gp = min(max(to_cent((terms.carry.catch_up or ZERO) * caught_up), carry - rest), carry)
    tiers = [
        Tier("capital", state.nav - profit, ZERO),
        Tier("preferred", preferred, ZERO),
        Tier("catch_up", caught_up - to_gp, to_gp),
        Tier("split", rest - (carry - to_gp), carry - to_gp),
    ]
    shown = [tier for tier in tiers if tier.partners or tier.general_partner]
    return Example(size, state.nav, to_cent(worked.preferred_return), carry, shown)


def _sold(terms: Terms, paid_in: Decimal, proceeds: Decimal, day: date) -> FundState:
    return FundState(
        terms=terms,
        called=paid_in,
        invested=paid_in,
        proceeds=proceeds,
        partner_flows={day: -paid_in},
    )


def _caught_up(terms: Terms, preferred: Decimal, above: Decimal) -> Decimal:
    """Return what is shared at the catch-up rate, until the general partner has its whole share."""
    rate, catch_up = terms.carry.rate, terms.carry.catch_up
    if not catch_up or not preferred:
        return ZERO
    if catch_up == rate:
        return above
    return min(above, to_cent(EXACT.divide(rate * preferred, catch_up - rate)))
