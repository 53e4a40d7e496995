"""The rates at which flows are worth nothing, however close to each other they lie."""

from __future__ import annotations

import math

_STEPS = 240  # the grid on which roots are told apart, even in log(1 + rate)
# Between the roots of its derivative a function rises or falls all the way, so that it has one root
# there or none. The second derivative is looked at on the grid: so even three roots in one step are
# told apart.
_DERIVATIVES = 2
_HALVINGS = 60


class _PresentValue:
    """The sum of flows, discounted over their years at a rate, and its derivatives.

    The rate is x = log(1 + rate). Both may be scaled by a power of (1 + rate) alike, which the
    choice of year 0 does: no root moves, and no power is vast.
    """

    def __init__(self, years: list[float], amounts: list[float]) -> None:
        self._flows = list(zip(years, amounts, strict=True))
        self._known: dict[float, tuple[float, ...]] = {}

    def at(self, x: float, derivative: int) -> float:
        """Return a derivative at x; number 0 is the value itself."""
        if x not in self._known:
            terms = [(amount * math.exp(-x * year), -year) for year, amount in self._flows]
            self._known[x] = tuple(
                math.fsum(term * factor**number for term, factor in terms)
                for number in range(_DERIVATIVES + 1)
            )
        return self._known[x][derivative]

    def roots(self, grid: list[float], derivative: int = 0) -> list[float]:
        """Return the roots of a derivative within the grid, but for one at its very beginning."""
        edges = grid
        if derivative < _DERIVATIVES:
            edges = sorted({*grid, *self.roots(grid, derivative + 1)})
        values = [self.at(x, derivative) for x in edges]
        return [
            self._refined(edges[i], edges[i + 1], derivative)
            for i in range(len(edges) - 1)
            if values[i] * values[i + 1] < 0 or values[i + 1] == 0
        ]

    def _refined(self, low: float, high: float, derivative: int) -> float:
        if self.at(high, derivative) == 0:
            return high
        rises = self.at(high, derivative) > 0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if (self.at(middle, derivative) > 0) == rises:
                high = middle
            else:
                low = middle
        return (low + high) / 2


def roots_between(years: list[float], amounts: list[float], low: float, high: float) -> list[float]:
    """Return the roots in x = log(1 + rate) between two bounds, of which `high` is included.

    Years are relative to whichever makes the powers small: the first flow for rates above 0, the
    last one for rates below. Amounts are as their receiver sees them.
    """
    grid = [low + (high - low) * step / _STEPS for step in range(_STEPS)] + [high]
    return _PresentValue(years, amounts).roots(grid)
