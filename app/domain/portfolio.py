"""Several funds on one day: what each brings to the whole, and the figures of all together."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from app.domain.figures.figures import Figures, figures_of, net_flows, ratio
from app.domain.figures.irr import xirr
from app.domain.money import ONE, ZERO
from app.domain.state.state import Flows, FundState
from app.domain.terms import Terms
from app.domain.viewpoint import quarter_end

SUMS = ("committed", "paid_in", "distributed", "nav", "net_nav")
POOLED_RATIOS = ("tvpi", "dpi")
_DUST = ONE  # of the currency: what rounding leaves behind is nothing that anybody holds or owes


@dataclass(frozen=True, slots=True, eq=False)
class Position:
    """A fund that has begun, as it stands on a day."""

    terms: Terms  # in force on that day
    figures: Figures
    net_flows: Flows  # the partners' flows by date, with net NAV as the last
    closed_through: date | None  # the last day of the closed books; None while all are open
    is_wound_up: bool


@dataclass(frozen=True, slots=True)
class PooledFigures:
    """Figures of several funds of one currency as if they were one; ratios and rate as fractions.

    A ratio or rate is None where it is not defined; `reasons` then says why, by its name.
    """

    funds: int
    committed: Decimal
    paid_in: Decimal
    distributed: Decimal
    nav: Decimal
    net_nav: Decimal
    tvpi: Decimal | None
    dpi: Decimal | None
    net_irr: Decimal | None
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Closing:
    """How many of the funds that keep books for a quarter have closed them."""

    quarter: date  # its last day
    closed: int
    funds: int


@dataclass(frozen=True, slots=True)
class Vintage:
    """The funds of one vintage as if they were one; a ratio is None where nothing is paid in."""

    year: int
    funds: int
    tvpi: Decimal | None
    dpi: Decimal | None


def position_of(state: FundState, as_of: date, closed_through: date | None) -> Position | None:
    """See a fund as a part of a portfolio; None where it has not begun by that day."""
    if state.terms is None:
        return None
    figures = figures_of(state, as_of)
    flows = net_flows(state, as_of, figures.net_nav)
    wound_up = is_wound_up(state, figures, as_of)
    return Position(state.terms, figures, flows, closed_through, wound_up)


def is_wound_up(state: FundState, figures: Figures, as_of: date) -> bool:
    """Return whether a fund has called capital, holds and owes nothing, and can call no more.

    Less than one unit of the currency is nothing. No more can be called where all commitments are
    drawn or the term is over; an evergreen fund has none.
    """
    left = (
        figures.total_value,
        figures.cash,
        figures.securities_held,
        figures.borrowings,
        figures.payables,
        figures.clawback_due,
    )
    is_empty = state.called > 0 and all(abs(amount) < _DUST for amount in left)
    return is_empty and (figures.unfunded < _DUST or _is_past_term(state.terms, as_of))


def pooled(positions: Collection[Position], as_of: date) -> PooledFigures:
    """Add funds of one currency up, with the XIRR of their net flows added up by date."""
    sums = {name: sum((getattr(each.figures, name) for each in positions), ZERO) for name in SUMS}
    paid_in, distributed = sums["paid_in"], sums["distributed"]
    tvpi, dpi = ratio(distributed + sums["net_nav"], paid_in), ratio(distributed, paid_in)
    irr = xirr(_added(positions), as_of)
    reasons = {} if paid_in > 0 else dict.fromkeys(POOLED_RATIOS, "nothing_paid_in")
    if irr.reason:
        reasons["net_irr"] = irr.reason
    return PooledFigures(
        funds=len(positions), **sums, tvpi=tvpi, dpi=dpi, net_irr=irr.rate, reasons=reasons
    )


def by_vintage(positions: Iterable[Position]) -> list[Vintage]:
    """Pool the multiples of funds of one currency by their vintage, the oldest first."""
    years: dict[int, list[Figures]] = {}
    for each in positions:
        years.setdefault(each.terms.vintage_year, []).append(each.figures)
    found = []
    for year, figures in sorted(years.items()):
        paid_in = sum((each.paid_in for each in figures), ZERO)
        distributed = sum((each.distributed for each in figures), ZERO)
        net_nav = sum((each.net_nav for each in figures), ZERO)
        tvpi, dpi = ratio(distributed + net_nav, paid_in), ratio(distributed, paid_in)
        found.append(Vintage(year, len(figures), tvpi, dpi))
    return found


def last_quarter(as_of: date) -> date:
    """Return the last day of the last quarter that is over at the close of a day."""
    return quarter_end(as_of + timedelta(days=1), -1)


def closing(positions: Collection[Position], quarter: date) -> Closing:
    """Count the funds whose books are closed for a quarter, named by its last day.

    Funds that had not begun by then, and those that are wound up, keep no books for it.
    """
    keeping = [
        each for each in positions if not each.is_wound_up and each.terms.inception_on <= quarter
    ]
    closed = [each for each in keeping if each.closed_through and each.closed_through >= quarter]
    return Closing(quarter, len(closed), len(keeping))


def _is_past_term(terms: Terms | None, as_of: date) -> bool:
    if terms is None or terms.evergreen:
        return False
    began = terms.inception_on
    months = as_of.month, as_of.day
    years = as_of.year - began.year - (months < (began.month, began.day))
    return years >= terms.term_years


def _added(positions: Collection[Position]) -> Flows:
    """Add the flows of funds up by date."""
    added: Flows = {}
    for each in positions:
        for day, amount in each.net_flows.items():
            added[day] = added.get(day, ZERO) + amount
    return added
