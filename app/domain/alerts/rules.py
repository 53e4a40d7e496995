"""The rules that a fund is held to: what each measures, and from where on it warns."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

Band = Literal["warning", "critical"]
RuleName = Literal[
    "metric_against_forecast",
    "actual_overdue",
    "cash_runway",
    "mark_age",
    "mark_jump",
    "mark_drop",
    "fund_cash",
    "called_above_unfunded",
    "deployed_against_plan",
    "fee_against_terms",
    "concentration",
    "credit_line_age",
    "reserves_short",
    "nav_restated",
    "tvpi_restated",
    "books_open",
]
RULE_NAMES: tuple[RuleName, ...] = get_args(RuleName)
# share: a fraction; points: a fraction of the fund's size; money: in the fund's currency.
Unit = Literal["share", "points", "days", "months", "money", "multiple"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what is measured is bad from a level on, or down to it where `falls`."""

    name: RuleName
    unit: Unit
    warning: Decimal
    critical: Decimal | None = None
    falls: bool = False

    def band(self, measured: Decimal) -> Band | None:
        """Return how bad a measured value is; None where it is within bounds."""
        if self.critical is not None and self._reaches(measured, self.critical):
            return "critical"
        return "warning" if self._reaches(measured, self.warning) else None

    def _reaches(self, measured: Decimal, level: Decimal) -> bool:
        return measured <= level if self.falls else measured >= level


# Raised whenever a rule, or what one measures, changes.
RULES_VERSION = 1
_ANY = Decimal("0.01")  # an amount, however small
SHIPPED: dict[RuleName, Rule] = {
    rule.name: rule
    for rule in (
        Rule("metric_against_forecast", "share", Decimal("0.10"), Decimal("0.25")),
        Rule("actual_overdue", "days", Decimal(1), Decimal(30)),
        Rule("cash_runway", "months", Decimal(9), Decimal(6), falls=True),
        Rule("mark_age", "days", Decimal(100), Decimal(190)),
        Rule("mark_jump", "share", Decimal(1), Decimal(4)),
        Rule("mark_drop", "share", Decimal("0.30"), Decimal("0.60")),
        Rule("fund_cash", "money", _ANY),
        Rule("called_above_unfunded", "money", _ANY),
        Rule("deployed_against_plan", "points", Decimal("0.10"), Decimal("0.20")),
        Rule("fee_against_terms", "share", Decimal("0.02"), Decimal("0.10")),
        Rule("concentration", "share", Decimal("0.15"), Decimal("0.25")),
        Rule("credit_line_age", "days", Decimal(91), Decimal(121)),
        Rule("reserves_short", "money", _ANY),
        Rule("nav_restated", "share", Decimal("0.005"), Decimal("0.02")),
        Rule("tvpi_restated", "multiple", Decimal("0.01"), Decimal("0.05")),
        Rule("books_open", "days", Decimal(1), Decimal(30)),
    )
}
assert tuple(SHIPPED) == RULE_NAMES
