"""The internal rate of return of dated flows, or the reason why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import accumulate, pairwise
from typing import Literal

import pyxirr

from app.domain.figures.present_value import roots_between
from app.domain.money import ZERO
from app.domain.state.state import Flows

NoIrr = Literal["too_few_dates", "no_outflow", "total_loss", "several_roots", "no_root"]
LOWEST, HIGHEST = -0.999, 10.0
HIGHEST_ALONE = 1e9  # of a rate above HIGHEST, which counts where it is the only one
_ONE_YEAR = timedelta(days=365)
_NOISE = 1e-9  # of sums of flows, as a share of them: a sum nearer to zero may have either sign


@dataclass(frozen=True, slots=True)
class Irr:
    """A yearly rate as a fraction, or None with the reason."""

    rate: Decimal | None
    reason: str | None  # also says under_one_year beside a rate


def xirr(flows: Flows, as_of: date) -> Irr:
    """Solve for the rate at which the flows, discounted Actual/365, sum to zero.

    Of several roots between -99.9 % and 1000 % the one with the sign of the total profit counts,
    if it is the only such; one above 1000 % counts where no lower one has its sign. Flows are
    signed as their receiver sees them, one sum per date. A rate is `under_one_year` where fewer
    than 365 days lie between the first flow and `as_of`, whatever the last flow is.
    """
    dated = sorted((day, amount) for day, amount in flows.items() if amount)
    reason = _no_solution(dated)
    if reason:
        return Irr(None, reason)
    days = [day for day, _ in dated]
    root = _only_root(days, [amount for _, amount in dated])
    if isinstance(root, str):
        return Irr(None, root)
    short = as_of - days[0] < _ONE_YEAR
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
    rate = pyxirr.xirr(days, amounts, silent=True)
    if (
        rate is not None
        and (0 < rate <= HIGHEST_ALONE if profit > 0 else LOWEST <= rate < 0)
        and (_has_one_root(exact, positive=profit > 0) or _is_only_root(days, amounts, rate))
    ):
        return rate
    roots = _likeliest_roots([(day - days[0]).days / 365 for day in days], amounts)
    if len(roots) != 1:
        return "several_roots" if roots else "no_root"
    guess = math.expm1(roots[0])
    rate = pyxirr.xirr(days, amounts, guess=guess, silent=True)
    if rate is None or not math.isclose(rate, guess, rel_tol=1e-6, abs_tol=1e-9):
        return guess  # the solver strayed to another root; the bracketed one stands
    return rate


def _likeliest_roots(years: list[float], amounts: list[float]) -> list[float]:
    """Return the roots of the profit's sign; where there are none, those of the other sign."""
    gain = math.log1p(HIGHEST)
    until = [year - years[-1] for year in years]  # for negative rates, so that no power is vast
    negative = partial(roots_between, until, amounts, math.log1p(LOWEST), 0.0)
    positive = partial(roots_between, years, amounts, 0.0, gain)
    beyond = partial(roots_between, years, amounts, gain, math.log1p(HIGHEST_ALONE))
    if math.fsum(amounts) > 0:
        return positive() or beyond() or negative()
    return negative() or positive() or beyond()


def _has_one_root(amounts: list[Decimal], *, positive: bool) -> bool:
    """Return whether the rate on one side of zero is the only one there, without looking for it.

    So it is where the running sum of the flows changes its sign once (Norstrom, 1972); for
    negative rates the running sum from the last flow back.
    """
    sums = accumulate(amounts if positive else reversed(amounts))
    signs = [total > 0 for total in sums if total]
    return sum(before != after for before, after in pairwise(signs)) == 1


def _is_only_root(days: list[date], amounts: list[float], rate: float) -> bool:
    """Return whether a rate is the only one anywhere, which takes one walk over the flows.

    So it is where the running sum of the flows, discounted at that rate, has one sign until it ends
    at zero (Soper, 1959). Flows of many funds together have too many signs for the other test.
    """
    growth, since = math.log1p(rate), days[0] if rate > 0 else days[-1]  # so that no power is vast
    present = [
        amount * math.exp(-growth * (day - since).days / 365)
        for day, amount in zip(days, amounts, strict=True)
    ]
    noise = math.fsum(map(abs, present)) * _NOISE
    sums = list(accumulate(present))[:-1]
    return max(sums) < -noise or min(sums) > noise
