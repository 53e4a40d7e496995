"""How much a fund means to invest in each year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.domain.money import EXACT, ONE, ZERO, to_cent
from app.domain.terms import Deployment


@dataclass(frozen=True, slots=True)
class PaceYear:
    """What one year invests, of a total."""

    year: int  # from 1
    share: Decimal  # of the total, unrounded
    amount: Decimal
    invested: Decimal  # through the end of the year


def pace(deployment: Deployment, total: Decimal, years: int) -> list[PaceYear]:
    """Spread a total over the years of the investment period; the amounts sum to it exactly.

    Front-loaded invests n parts in the first of n years and one less in each that follows,
    back-loaded the other way round. Amounts are cut at the cent as the sum goes along.
    """
    weights = _weights(deployment, years)
    whole = sum(weights, ZERO)
    spread, weight, invested = [], ZERO, ZERO
    for year, each in enumerate(weights, 1):
        weight += each
        reached = (
            total
            if weight == whole
            else to_cent(EXACT.divide(EXACT.multiply(total, weight), whole))
        )
        spread.append(PaceYear(year, EXACT.divide(each, whole), reached - invested, reached))
        invested = reached
    return spread


def _weights(deployment: Deployment, years: int) -> Sequence[Decimal]:
    if deployment.shares is not None:
        return deployment.shares
    falling = [Decimal(left) for left in range(years, 0, -1)]
    if deployment.pacing == "front_loaded":
        return falling
    return falling[::-1] if deployment.pacing == "back_loaded" else [ONE] * years
