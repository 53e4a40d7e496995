"""Carried interest over a fund's whole life, tier by tier (European waterfall)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from app.domain.money import EXACT, ONE, ZERO, to_cent
from app.domain.state.state import Flows, FundState


@dataclass(frozen=True, slots=True)
class CarryTiers:
    """How the carry of a viewpoint comes about; all amounts in the fund's currency."""

    profit: Decimal  # P = distributed + carry paid + NAV - paid-in
    preferred_return: Decimal  # accrued on the partners' balance; 0 without a hurdle
    earned: Decimal  # C, over the whole life, unrounded
    paid: Decimal
    accrued: Decimal  # C less paid, within [0, max(NAV, 0)], to the cent
    clawback_due: Decimal  # what was paid beyond C, to the cent


def carry_tiers(state: FundState, as_of: date) -> CarryTiers:
    """Work out the carry on the terms in force at `as_of`."""
    profit = state.distributed + state.carry_paid + state.nav - state.paid_in
    carry = state.terms.carry if state.terms else None
    hurdle = carry.hurdle if carry else None
    preferred = preferred_return(state.partner_flows, hurdle, as_of) if hurdle else ZERO
    earned = ZERO
    if carry:
        earned = _earned(profit, preferred, carry.rate, carry.catch_up, hurdle)
    accrued = min(max(earned - state.carry_paid, ZERO), max(state.nav, ZERO))
    return CarryTiers(
        profit=profit,
        preferred_return=preferred,
        earned=earned,
        paid=state.carry_paid,
        accrued=to_cent(accrued),
        clawback_due=to_cent(max(state.carry_paid - earned, ZERO)),
    )


def preferred_return(partner_flows: Flows, hurdle: Decimal, as_of: date) -> Decimal:
    """Sum the hurdle's growth on what partners have in the fund and have not had back.

    One day's flows are netted, the balance never falls below 0, and it grows by
    (1 + hurdle) ^ (days / 365) between days.
    """
    balance = preferred = ZERO
    since: date | None = None
    for day in sorted(partner_flows):
        grown = _growth(balance, hurdle, (day - since).days) if since else ZERO
        preferred += grown
        balance = max(balance + grown - partner_flows[day], ZERO)
        since = day
    return preferred + (_growth(balance, hurdle, (as_of - since).days) if since else ZERO)


def _growth(balance: Decimal, hurdle: Decimal, days: int) -> Decimal:
    return balance * (_growth_factor(hurdle, days) - ONE)


@lru_cache(maxsize=20_000)
def _growth_factor(hurdle: Decimal, days: int) -> Decimal:
    return EXACT.power(ONE + hurdle, EXACT.divide(Decimal(days), Decimal(365)))


def _earned(
    profit: Decimal,
    preferred: Decimal,
    rate: Decimal,
    catch_up: Decimal | None,
    hurdle: Decimal | None,
) -> Decimal:
    if hurdle is None:
        return rate * max(profit, ZERO)
    above = max(profit - preferred, ZERO)
    if not catch_up:
        return rate * above
    return min(rate * profit, catch_up * above) if above else ZERO
