"""Why a figure is what it is: the sums, sides, flows or tiers that it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from app.domain.figures.carry import (
    CarryTiers,
    HurdleDay,
    Tier,
    carry_tiers,
    hurdle_account,
    split_of,
)
from app.domain.figures.contributions import FUND_AMOUNTS
from app.domain.figures.figures import Figures, gross_flows, net_flows
from app.domain.money import ZERO
from app.domain.state.state import Flows, FundState

Kind = Literal["amount", "ratio", "rate", "carry"]
_Signed = tuple[str, int]
# What an amount is the sum of, each with its sign; the names are those of figures, but for those
# that only stand here.
_SUMS: dict[str, tuple[_Signed, ...]] = {
    "cash": (
        ("paid_in", 1),
        ("proceeds", 1),
        ("income", 1),
        ("borrowings", 1),
        ("invested", -1),
        ("expenses", -1),
        ("payables", 1),
        ("distributed", -1),
        ("carry_paid", -1),
        ("securities_held", -1),
    ),
    "nav": (
        ("total_value", 1),
        ("cash", 1),
        ("securities_held", 1),
        ("borrowings", -1),
        ("payables", -1),
    ),
    "net_nav": (("nav", 1), ("accrued_carry", -1)),
    "unfunded": (
        ("committed", 1),
        ("paid_in", -1),
        ("called_outside_commitment", 1),
        ("recallable", 1),
    ),
    "available_for_new_deals": (("cash", 1), ("unfunded", 1), ("reserves_left", -1)),
}
# Numerator and denominator (ILPA: recallable distributions stay in DPI).
_SIDES: dict[str, tuple[tuple[str, ...], str]] = {
    "pic": (("paid_in",), "committed"),
    "dpi": (("distributed",), "paid_in"),
    "rvpi": (("net_nav",), "paid_in"),
    "tvpi": (("distributed", "net_nav"), "paid_in"),
    "gross_moic": (("proceeds", "total_value"), "invested"),
}
_RATES = ("net_irr", "gross_irr")
_BY_CARRY = ("accrued_carry", "clawback_due", "carry_unmet")
EXPLAINED = (*FUND_AMOUNTS, "net_nav", *_BY_CARRY, *_SIDES, *_RATES)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the amounts that a figure is the sum of, with the sign with which it counts."""

    name: str
    amount: Decimal  # as it counts in the sum
    sign: int

    @property
    def is_figure(self) -> bool:
        """Whether it can be explained in its turn."""
        return self.name in EXPLAINED


@dataclass(frozen=True, slots=True)
class DiscountedFlow:
    """A flow of a day, and what it is worth on the first day at the rate that was found."""

    on: date
    amount: Decimal  # signed as the receiver sees it
    factor: float | None  # (1 + rate) ^ -(days / 365); None where there is no rate
    present_value: float | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a figure comes from; which parts are there depends on its kind.

    An amount is told by its `parts` where it is a sum of others, and by contributions, which are
    read apart. A ratio has `parts` that sum to its numerator, and a `denominator`. A rate has its
    `flows`, whose present values sum to nothing. What carry decides has its `tiers`, how the
    profit is shared out by them, and the account of the preferred return.
    """

    figure: str
    kind: Kind
    value: Decimal | None
    reason: str | None = None  # why there is no value, or why it says little
    parts: tuple[Part, ...] = ()
    denominator: Part | None = None
    flows: tuple[DiscountedFlow, ...] = ()
    tiers: CarryTiers | None = None
    split: tuple[Tier, ...] = ()
    hurdle: tuple[HurdleDay, ...] = ()


def explain(state: FundState, figures: Figures, as_of: date, figure: str) -> Explanation:
    """Explain one of the EXPLAINED figures of a state. Raises KeyError for another name."""
    value, reason = getattr(figures, figure), figures.reasons.get(figure)
    if figure in _SIDES:
        over, under = _SIDES[figure]
        parts = tuple(_part(state, figures, (name, 1)) for name in over)
        denominator = _part(state, figures, (under, 1))
        return Explanation(figure, "ratio", value, reason, parts, denominator)
    if figure in _RATES:
        flows = (
            net_flows(state, as_of, figures.net_nav)
            if figure == "net_irr"
            else gross_flows(state, as_of)
        )
        return Explanation(figure, "rate", value, reason, flows=_discounted(flows, value))
    if figure in _BY_CARRY:
        tiers = carry_tiers(state, as_of)
        carry = state.terms.carry if state.terms else None
        if carry is None:
            return Explanation(figure, "carry", value, reason, tiers=tiers)
        split = tuple(split_of(tiers, carry))
        account = tuple(hurdle_account(state.partner_flows, carry, as_of))
        return Explanation(figure, "carry", value, reason, tiers=tiers, split=split, hurdle=account)
    if figure != "net_nav" and figure not in FUND_AMOUNTS:
        raise KeyError(figure)
    parts = tuple(_part(state, figures, each) for each in _SUMS.get(figure, ()))
    return Explanation(figure, "amount", value, reason, parts)


def _part(state: FundState, figures: Figures, signed: _Signed) -> Part:
    name, sign = signed
    amount = getattr(figures, name) if hasattr(figures, name) else getattr(state, name)
    return Part(name, sign * amount, sign)


def _discounted(flows: Flows, rate: Decimal | None) -> tuple[DiscountedFlow, ...]:
    """Discount each flow to the first day, Actual/365."""
    dated = sorted((day, amount) for day, amount in flows.items() if amount != ZERO)
    if rate is None:
        return tuple(DiscountedFlow(day, amount, None, None) for day, amount in dated)
    found = []
    for day, amount in dated:
        factor = (1 + float(rate)) ** (-(day - dated[0][0]).days / 365)
        found.append(DiscountedFlow(day, amount, factor, float(amount) * factor))
    return tuple(found)
