"""What recording something would change, as rows of before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.domain.money import ZERO
from app.domain.state.state import FundState, Holding
from app.services.recording.previews import Effect, Projection
from app.web.shared.figure_names import figure_name
from app.web.shared.formats import NOTHING, exact_percent, figure, full_money

_AMOUNTS = (
    "nav", "net_nav", "cash", "paid_in", "committed", "unfunded", "distributed", "carry_paid",
    "invested", "proceeds", "expenses", "income", "borrowings", "securities_held", "payables",
    "accrued_carry", "clawback_due", "carry_unmet",
)  # fmt: skip
_RATES = ("tvpi", "dpi", "rvpi", "pic", "gross_moic", "net_irr")
_OF_HOLDING = {
    "fair_value": "Fair value",
    "remaining_cost": "Cost",
    "realised_gain": "Realised gain",
    "income": "Dividends",
    "reserve_left": "Remaining reserves",
}
_SAID = {
    "name": "Name",
    "sector": "Sector",
    "stage": "Stage",
    "country": "Country",
    "security": "Security",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A figure without and with what is proposed."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different on a day: of the fund, and of each holding by its name."""

    as_of: date
    fund: list[Change]
    holdings: list[tuple[str, list[Change]]]

    @property
    def nothing(self) -> bool:
        """Whether all is as it was."""
        return not (self.fund or self.holdings)


def changes(effect: Effect, currency: str) -> Changes:
    """Return the rows that differ, as they are written."""
    holdings = ((name, list(rows)) for name, rows in _holdings(effect, currency))
    return Changes(
        effect.as_of,
        list(_fund(effect.before, effect.after, currency)),
        [(name, rows) for name, rows in holdings if rows],
    )


def _fund(before: Projection, after: Projection, currency: str) -> Iterator[Change]:
    for name in _AMOUNTS:
        one, other = getattr(before.figures, name), getattr(after.figures, name)
        if one != other:
            yield Change(figure_name(name), full_money(one, currency), full_money(other, currency))
    for name in _RATES:
        written = (figure(each.figures, name, currency) for each in (before, after))
        yield from _differing(figure_name(name), *written)


def _holdings(effect: Effect, currency: str) -> Iterator[tuple[str, Iterator[Change]]]:
    before, after = effect.before.state, effect.after.state
    for company_id in before.holdings | after.holdings:
        one, other = _of(before, company_id), _of(after, company_id)
        if one != other:
            yield other.name or one.name, _holding(one, other, currency)


def _of(state: FundState, company_id: str) -> Holding:
    return state.holdings.get(company_id) or Holding(company_id, "")


def _holding(before: Holding, after: Holding, currency: str) -> Iterator[Change]:
    def money(amount: Decimal) -> str:
        return full_money(amount, currency)

    for names, write in ((_SAID, _text), (_OF_HOLDING, money), ({"ownership": "Owned"}, _share)):
        for name, label in names.items():
            yield from _written(label, getattr(before, name), getattr(after, name), write)


def _written(
    label: str, before: object, after: object, write: Callable[..., str]
) -> Iterator[Change]:
    if before != after:
        yield from _differing(label, write(before), write(after))


def _differing(label: str, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield Change(label, before, after)


def _text(value: str | None) -> str:
    return value or NOTHING


def _share(value: Decimal | None) -> str:
    return NOTHING if value is None else exact_percent(value or ZERO)
