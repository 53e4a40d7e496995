"""What a fund sets aside for follow-ons beside its initial cheques."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.domain.money import EXACT, ONE, ZERO, to_cent
from app.domain.terms import Reserves


@dataclass(frozen=True, slots=True)
class Split:
    """How an amount to invest parts into initial cheques and what is set aside beside them."""

    stage: str  # empty where the rule is for all
    ratio: Decimal
    initial: Decimal
    reserve: Decimal


def reserve_of(reserves: Reserves, cheque: Decimal, stage: str = "") -> Decimal:
    """Return what is set aside beside an initial cheque, to the cent; 0 where no rule is for it."""
    return to_cent(_ratios(reserves).get(stage if reserves.by_stage else "", ZERO) * cheque)


def splits(reserves: Reserves, amount: Decimal) -> list[Split]:
    """Part an amount by each rule; the two parts sum to it exactly."""
    parted = []
    for stage, ratio in _ratios(reserves).items():
        initial = to_cent(EXACT.divide(amount, ONE + ratio))
        parted.append(Split(stage, ratio, initial, amount - initial))
    return parted


def _ratios(reserves: Reserves) -> dict[str, Decimal]:
    if reserves.by_stage:
        return reserves.by_stage
    return {"": reserves.ratio or ZERO}
