"""Carried interest over a fund's whole life, tier by tier (European waterfall)."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import NamedTuple

from app.domain.money import EXACT, ONE, ZERO, to_cent
from app.domain.state.state import Flows, FundState
from app.domain.terms import Carry

_YEAR = Decimal(365)


@dataclass(frozen=True, slots=True)
class CarryTiers:
    """How the carry of a viewpoint comes about; all amounts in the fund's currency."""

    profit: Decimal  # P = distributed + carry paid + NAV - paid-in
    preferred_return: Decimal  # accrued on the partners' balance; 0 without a hurdle
    earned: Decimal  # C, over the whole life, unrounded
    paid: Decimal
    accrued: Decimal  # C less paid, within [0, max(NAV, 0)], to the cent
    unmet: Decimal  # what of C is neither paid nor within NAV, to the cent
    clawback_due: Decimal  # what was paid beyond C, to the cent


@dataclass(frozen=True, slots=True)
class Tier:
    """A part of the profit, and how it is shared out; amounts in the fund's currency."""

    name: str  # preferred_return, catch_up or residual_split
    to_partners: Decimal
    to_gp: Decimal


def split_of(tiers: CarryTiers, carry: Carry) -> list[Tier]:
    """Share the profit out by its tiers: what goes to the GP sums to what carry earned.

    A loss is all the partners'. The catch-up ends where the GP has its rate of the whole profit.
    """
    with localcontext(EXACT):  # a preferred return has more digits than amounts have
        return _split(tiers, carry)


def _split(tiers: CarryTiers, carry: Carry) -> list[Tier]:
    profit, preferred = tiers.profit, tiers.preferred_return
    if carry.hurdle is None:
        return [Tier("residual_split", profit - tiers.earned, tiers.earned)]
    first = min(profit, preferred)
    above = profit - first
    split = [Tier("preferred_return", first, ZERO)]
    if carry.catch_up:
        catching = above
        if carry.catch_up > carry.rate:
            catching = min(above, carry.rate * preferred / (carry.catch_up - carry.rate))
        to_gp = min(carry.catch_up * catching, tiers.earned)
        split.append(Tier("catch_up", catching - to_gp, to_gp))
        above -= catching
    to_gp = tiers.earned - sum((tier.to_gp for tier in split), ZERO)
    return [*split, Tier("residual_split", above - to_gp, to_gp)]


def carry_tiers(state: FundState, as_of: date) -> CarryTiers:
    """Work out the carry on the terms in force at `as_of`."""
    nav = state.nav
    profit = state.distributed + state.carry_paid + nav - state.paid_in
    carry = state.terms.carry if state.terms else None
    hurdle = carry.hurdle if carry else None
    preferred = preferred_return(state.partner_flows, carry, as_of) if carry else ZERO
    earned = ZERO
    if carry:
        earned = _earned(profit, preferred, carry.rate, carry.catch_up, hurdle)
    owed = max(earned - state.carry_paid, ZERO)
    accrued = min(owed, max(nav, ZERO))
    return CarryTiers(
        profit=profit,
        preferred_return=preferred,
        earned=earned,
        paid=state.carry_paid,
        accrued=to_cent(accrued),
        unmet=to_cent(owed - accrued),
        clawback_due=to_cent(max(state.carry_paid - earned, ZERO)),
    )


def preferred_return(partner_flows: Flows, carry: Carry, as_of: date) -> Decimal:
    """Sum the hurdle's growth on what partners have in the fund and have not had back.

    0 without a hurdle.
    """
    return sum([day[1] for day in _account(partner_flows, carry, as_of)], ZERO)


class HurdleDay(NamedTuple):
    """A day on which the account of the preferred return moves; amounts in the fund's currency."""

    on: date
    grown: Decimal  # since the day before it
    flow: Decimal  # as partners see it: what they had back lowers the balance
    balance: Decimal  # after the flow, with what has been compounded
    pending: Decimal  # grown, and not yet in the balance


def hurdle_account(partner_flows: Flows, carry: Carry, as_of: date) -> Iterator[HurdleDay]:
    """Follow what partners have in the fund and have not had back, and how the hurdle grows on it.

    Flows are signed as partners see them, one sum a day; they act at the end of their day. The
    balance does not fall below 0 unless the terms are `cumulative`: then what partners had back
    too early counts against the growth. Compounding, of which terms choose one (see
    docs/concepts.md): `daily` grows the balance by (1 + hurdle) ^ (days / 365) between days;
    `annual` by hurdle × days / 365, which joins the balance on each anniversary of the first flow;
    `simple` by the same, which never joins it. Without a hurdle there is no such day.
    """
    return map(HurdleDay._make, _account(partner_flows, carry, as_of))


def _account(
    partner_flows: Flows, carry: Carry, as_of: date
) -> Iterator[tuple[date, Decimal, Decimal, Decimal, Decimal]]:
    """Follow the same as bare tuples: every figure of every day waits for their sum."""
    if carry.hurdle is None:
        return
    balance = pending = ZERO
    since: date | None = None
    for day, flow in _stops(partner_flows, carry, as_of):
        grown = _growth(balance, carry, (day - since).days) if since else ZERO
        pending += grown
        if carry.compounding == "daily" or flow is None:
            balance, pending = balance + pending, ZERO
        balance -= flow or ZERO
        if not carry.cumulative:
            balance = max(balance, ZERO)
        since = day
        yield day, grown, flow or ZERO, balance, pending


def _stops(flows: Flows, carry: Carry, as_of: date) -> Iterator[tuple[date, Decimal | None]]:
    """Return the days of flows in order, the days on which growth compounds (None), and the end."""
    compounds: set[date] = set()
    if flows and carry.compounding == "annual":
        compounds.update(_anniversaries(min(flows), as_of))
    for day in sorted(flows.keys() | compounds):
        if day in compounds:
            yield day, None
        if day in flows:
            yield day, flows[day]
    yield as_of, ZERO


def _anniversaries(first: date, as_of: date) -> Iterator[date]:
    """Return the same day of each later year, that of 29 February on the last of the month."""
    for year in range(first.year + 1, as_of.year + 1):
        leaps = (first.month, first.day) != (2, 29) or isleap(year)
        day = first.replace(year=year) if leaps else date(year, 2, 28)
        if day <= as_of:
            yield day


def _growth(balance: Decimal, carry: Carry, days: int) -> Decimal:
    assert carry.hurdle is not None
    if carry.compounding == "daily":
        return balance * (_growth_factor(carry.hurdle, days) - ONE)
    return balance * carry.hurdle * days / _YEAR


@lru_cache(maxsize=20_000)
def _growth_factor(hurdle: Decimal, days: int) -> Decimal:
    return EXACT.power(ONE + hurdle, EXACT.divide(Decimal(days), _YEAR))


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
