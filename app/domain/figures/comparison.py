"""Two viewpoints of one fund side by side, and how much of each difference has which cause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cached_property

from app.domain.figures.bridge import (
    CompanyStep,
    NavBridge,
    company_steps,
    nav_bridge,
    sum_of_holdings,
)
from app.domain.figures.figures import AMOUNTS, RATES, RATIOS, Figures, figures_of
from app.domain.money import EXACT
from app.domain.state.company_metrics import Metric
from app.domain.state.state import FundState, Holding
from app.domain.terms import Terms
from app.domain.viewpoint import Viewpoint

Value = Decimal | None
_OF_HOLDING = ("invested", "fair_value", "remaining_cost", "proceeds", "reserve_left")


@dataclass(frozen=True, slots=True)
class Side:
    """A fund from one of the viewpoints that are compared."""

    at: Viewpoint
    state: FundState
    figures: Figures

    @classmethod
    def of(cls, at: Viewpoint, state: FundState) -> Side:
        """Work out the figures of a state."""
        return cls(at, state, figures_of(state, at.as_of))


@dataclass(frozen=True, slots=True)
class Difference:
    """A value on both sides, and what it would be on the first day with the second knowledge.

    What became known since is `new_knowledge`, what happened between the days is `new_facts`:
    they sum to the difference. None where a value does not exist.
    """

    name: str
    before: Value
    between: Value
    after: Value

    @property
    def total(self) -> Value:
        """The whole difference."""
        return _less(self.after, self.before)

    @property
    def new_knowledge(self) -> Value:
        """What late entries, corrections and voids dated up to the first day did."""
        return _less(self.between, self.before)

    @property
    def new_facts(self) -> Value:
        """What happened between the two days."""
        return _less(self.after, self.between)

    @property
    def share(self) -> Value:
        """The difference as a fraction of the first value; None where that is 0 or missing."""
        if not self.before or self.total is None:
            return None
        return self.total / abs(self.before)

    @property
    def is_any(self) -> bool:
        """Whether the sides differ, or the way between them leads away and back."""
        return not self.before == self.between == self.after


@dataclass(frozen=True, slots=True)
class HoldingDifference:
    """A company on both sides; None on the side that does not have it."""

    company_id: str
    name: str
    before: Holding | None
    after: Holding | None
    values: tuple[Difference, ...]


@dataclass(frozen=True)
class Comparison:
    """A fund from `before` to `after`; `between` has the first day, with the second knowledge."""

    before: Side
    between: Side
    after: Side

    @cached_property
    def figures(self) -> list[Difference]:
        """All figures, in their order."""
        sides = (self.before.figures, self.between.figures, self.after.figures)
        names = (*AMOUNTS, *RATIOS, *RATES)
        ordered = [entry.name for entry in fields(Figures) if entry.name in names]
        return [Difference(name, *(getattr(each, name) for each in sides)) for name in ordered]

    def of(self, figure: str) -> Difference:
        """Return one of the figures."""
        return next(each for each in self.figures if each.name == figure)

    @property
    def net_nav(self) -> Difference:
        """What the bridge explains."""
        return self.of("net_nav")

    @cached_property
    def holdings(self) -> list[HoldingDifference]:
        """The companies of which something differs, by name."""
        return sorted(
            (each for each in self._holdings() if any(value.is_any for value in each.values)),
            key=lambda each: each.name.casefold(),
        )

    def _holdings(self) -> Iterator[HoldingDifference]:
        sides = [each.state.holdings for each in (self.before, self.between, self.after)]
        for company_id in dict.fromkeys(key for side in sides for key in side):
            held = [side.get(company_id) for side in sides]
            values = tuple(
                Difference(name, *(getattr(each, name) if each else None for each in held))
                for name in _OF_HOLDING
            )
            known = next(each for each in reversed(held) if each)
            yield HoldingDifference(company_id, known.name, held[0], held[2], values)

    @property
    def reserves(self) -> list[Difference]:
        """What is set aside for follow-ons, over all companies."""
        sides = [each.state for each in (self.before, self.between, self.after)]
        return [
            Difference(part, *(sum_of_holdings(side, f"reserve_{part}") for side in sides))
            for part in ("allocated", "deployed", "left")
        ]

    @cached_property
    def bridge(self) -> NavBridge:
        """From the first net NAV to the second."""
        return _bridge(self.before, self.after)

    @cached_property
    def adjustments(self) -> NavBridge:
        """The part of it that new knowledge of the first day made: prior-period adjustments."""
        return _bridge(self.before, self.between)

    @cached_property
    def period(self) -> NavBridge:
        """The part of it that happened between the days."""
        return _bridge(self.between, self.after)

    @cached_property
    def companies(self) -> list[CompanyStep]:
        """The bridge's gains by company."""
        return company_steps(self.before.state, self.after.state)

    @property
    def terms(self) -> list[tuple[str, object, object]]:
        """The terms that differ, by name, on both sides."""
        one, other = (_terms(each.state.terms) for each in (self.before, self.after))
        names = dict.fromkeys((*one, *other))
        return [
            (name, one.get(name), other.get(name))
            for name in names
            if one.get(name) != other.get(name)
        ]

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs at all."""
        return not (any(each.is_any for each in self.figures) or self.holdings or self.terms)


def metric_changes(
    before: Iterable[Metric], after: Iterable[Metric]
) -> list[tuple[Metric | None, Metric | None]]:
    """Pair forecasts or actuals that differ; None on the side that does not have one."""
    one, other = ({each.key: each for each in side} for side in (before, after))
    pairs = ((one.get(key), other.get(key)) for key in dict.fromkeys((*one, *other)))
    return [
        (was, then) for was, then in pairs if was is None or then is None or was.value != then.value
    ]


def _bridge(one: Side, other: Side) -> NavBridge:
    return nav_bridge(one.state, one.figures, other.state, other.figures)


def _terms(terms: Terms | None) -> dict[str, object]:
    """Lay terms out flat: each by the names that lead to it."""
    flat: dict[str, object] = {}

    def lay_out(value: object, name: str) -> None:
        if isinstance(value, dict):
            for key, part in value.items():
                lay_out(part, f"{name}.{key}" if name else str(key))
        else:
            flat[name] = value

    lay_out(terms.model_dump(mode="json") if terms else {}, "")
    return flat


def _less(one: Value, other: Value) -> Value:
    return None if one is None or other is None else EXACT.subtract(one, other)
