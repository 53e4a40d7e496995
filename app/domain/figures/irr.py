"""The internal rate of return of dated flows, or the reason why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Literal

import pyxirr

from app.domain.money import ZERO
from app.domain.state.state import Flows

NoIrr = Literal["too_few_dates", "no_outflow", "total_loss", "several_roots", "no_root"]
LOWEST, HIGHEST = -0.999, 10.0
_STEPS = 240  # the grid on which roots are told apart, even in log(1 + rate)
_UNDER_ONE_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Irr:
    """A yearly rate as a fraction, or None with the reason."""

    rate: Decimal | None
    reason: str | None  # also says under_one_year beside a rate


def xirr(flows: Flows) -> Irr:
    """Solve for the rate at which the flows, discounted Actual/365, sum to zero.

    Of several roots between -99.9 % and 1000 % the one with the sign of the total profit counts,
    if it is the only such. Flows are signed as their receiver sees them, one sum per date.
    """
    dated = sorted((day, amount) for day, amount in flows.items() if amount)
    reason = _no_solution(dated)
    if reason:
        return Irr(None, reason)
    days = [day for day, _ in dated]
    root = _only_root(days, [amount for _, amount in dated])
    if isinstance(root, str):
        return Irr(None, root)
    short = days[-1] - days[0] < _UNDER_ONE_YEAR
    return Irr(Decimal(repr(root)), "under_one_year" if short else None)


def _no_solution(dated: list[tuple[date, Decimal]]) -> NoIrr | None:
    if dated and all(amount < 0 for _, amount in dated):
        return "total_loss"
    if len(dated) <= 1:
        return "too_few_dates"
    if all(amount > 0 for _, amount in dated):
        return "no_outflow"
    return None


def _only_root(days: list[date], exact: list[Decimal]) -> float | NoIrr:
    profit = sum(exact, ZERO)
    if profit == 0:
        return 0.0
    amounts = [float(amount) for amount in exact]
    if _has_one_root(exact, positive=profit > 0):
        rate = pyxirr.xirr(days, amounts, silent=True)
        if rate is not None and (0 < rate <= HIGHEST if profit > 0 else LOWEST <= rate < 0):
            return rate
    years = [(day - days[0]).days / 365 for day in days]
    same_side = _roots(years, amounts, positive=profit > 0)
    roots = same_side or _roots(years, amounts, positive=profit < 0)
    if len(roots) != 1:
        return "several_roots" if roots else "no_root"
    guess = math.expm1(roots[0])
    rate = pyxirr.xirr(days, amounts, guess=guess, silent=True)
    if rate is None or not math.isclose(rate, guess, rel_tol=1e-6, abs_tol=1e-9):
        return guess  # the solver strayed to another root; the bracketed one stands
    return rate


def _has_one_root(amounts: list[Decimal], *, positive: bool) -> bool:
    """Return whether the rate on one side of zero is the only one there, without looking for it.

    So it is where the running sum of the flows changes its sign once (Norstrom, 1972); for
    negative rates the running sum from the last flow back.
    """
    sums = accumulate(amounts if positive else reversed(amounts))
    signs = [total > 0 for total in sums if total]
    return sum(before != after for before, after in pairwise(signs)) == 1


def _roots(years: list[float], amounts: list[float], *, positive: bool) -> list[float]:
    """Bracket and refine the roots in x = log(1 + rate) on one side of zero."""
    end = math.log1p(HIGHEST if positive else LOWEST)
    edges = [end * step / _STEPS for step in range(_STEPS + 1)]
    values = [_present_value(years, amounts, x) for x in edges]
    return [
        _refine(years, amounts, edges[i], edges[i + 1])
        for i in range(_STEPS)
        if values[i] * values[i + 1] < 0 or values[i + 1] == 0
    ]


def _present_value(years: list[float], amounts: list[float], x: float) -> float:
    return math.fsum(
        amount * math.exp(-x * year) for year, amount in zip(years, amounts, strict=True)
    )


def _refine(years: list[float], amounts: list[float], low: float, high: float) -> float:
    below = _present_value(years, amounts, low)
    for _ in range(60):
        middle = (low + high) / 2
        value = _present_value(years, amounts, middle)
        if value * below > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
