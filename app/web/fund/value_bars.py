"""The chart of value by company: what came back and what is held, against what was paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.domain.money import ZERO
from app.web.fund.holdings import HoldingRow
from app.web.shared.formats import counted

_SHOWN = 6  # companies; the others share one bar where there are more of them
_MARK = 99.4  # the furthest that a mark can lie and be seen whole, in percent


@dataclass(frozen=True, slots=True)
class ValueBar:
    """A bar, with its parts in percent of the chart's width."""

    name: str
    cost: Decimal
    proceeds: Decimal
    fair_value: Decimal
    longest: Decimal

    @property
    def value(self) -> Decimal:
        """What came back and what is held."""
        return self.proceeds + self.fair_value

    @property
    def realised(self) -> float:
        """How long the part is that came back."""
        return self._share(self.proceeds)

    @property
    def held(self) -> float:
        """How long the part is that is held."""
        return self._share(self.fair_value)

    @property
    def paid(self) -> float:
        """Where the mark for the cost stands."""
        return min(self._share(self.cost), _MARK)

    def _share(self, amount: Decimal) -> float:
        return round(float(amount / self.longest * 100), 1) if self.longest else 0.0


def value_bars(rows: Sequence[HoldingRow]) -> list[ValueBar]:
    """Draw the companies worth most, gone or not, and the others together."""
    ranked = sorted((row.holding for row in rows), key=lambda each: each.name.casefold())
    ranked.sort(key=lambda each: each.proceeds + each.fair_value, reverse=True)
    shown = _SHOWN if len(ranked) > _SHOWN + 1 else len(ranked)
    sums = [(each.name, each.invested, each.proceeds, each.fair_value) for each in ranked[:shown]]
    if others := ranked[shown:]:
        sums.append(
            (
                counted(len(others), "other"),
                sum((each.invested for each in others), ZERO),
                sum((each.proceeds for each in others), ZERO),
                sum((each.fair_value for each in others), ZERO),
            )
        )
    longest = max((max(cost, came + held) for _, cost, came, held in sums), default=ZERO)
    return [ValueBar(*each, longest) for each in sums]
