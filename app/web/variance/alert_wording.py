"""What an alert says, and where it leads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from flask import url_for

from app.domain.alerts.evaluation import Alert, Measured
from app.domain.alerts.rules import Band, RuleName
from app.domain.money import ZERO
from app.domain.period_closes import period_name
from app.services.reads.alerts import AlertsFound
from app.web.fund.address import FundAddress
from app.web.shared.formats import (
    capitalize_first,
    counted,
    full_money,
    kind_in_words,
    money,
    multiple,
    percent,
    short_date,
)


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert as a page shows it."""

    rule: RuleName
    band: Band
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class _Telling:
    """What the words of one alert are made of."""

    found: Measured
    name: str  # of the company, or empty
    currency: str

    @property
    def on(self) -> str:
        return short_date(self.found.period) if self.found.period else ""

    @property
    def days(self) -> str:
        return counted(int(self.found.measured), "day")

    @property
    def metric(self) -> str:
        return kind_in_words(self.found.metric_type)

    def money(self, amount: Decimal | None) -> str:
        return money(amount or ZERO, self.currency)


def alert_lines(found: AlertsFound, address: FundAddress) -> list[AlertLine]:
    """Write all alerts, in their order."""
    return [
        AlertLine(
            each.rule.name,
            each.band,
            _TOLD[each.rule.name](
                _Telling(each.found, found.names.get(each.found.company_id, ""), found.currency)
            ),
            _url(each, address),
        )
        for each in found.alerts
    ]


def _number(value: Decimal | None) -> str:
    return f"{value:,}" if value is not None else "–"


def _runway(told: _Telling) -> str:
    months = max(told.found.measured, ZERO)
    return f"{told.name} has cash for {months:.1f} months, at the average burn of its last periods."


def _against_forecast(told: _Telling) -> str:
    found = told.found
    return (
        f"{capitalize_first(told.metric)} of {told.name} to {told.on} is "
        f"{percent(found.measured)} off its forecast: {_number(found.actual)}, where "
        f"{_number(found.baseline)} was expected."
    )


def _changed(verb: str) -> Callable[[_Telling], str]:
    return lambda told: (
        f"The mark of {told.name} {verb} by {percent(told.found.measured)} on {told.on}, from "
        f"{told.money(told.found.baseline)} to {told.money(told.found.actual)}."
    )


def _restated(
    figure: str, write: Callable[[_Telling, Decimal | None], str]
) -> Callable[[_Telling], str]:
    def tell(told: _Telling) -> str:
        found = told.found
        assert found.period
        return (
            f"{figure} of {period_name(found.period)} was reported as "
            f"{write(told, found.baseline)}, and is {write(told, found.actual)} as known now."
        )

    return tell


def _books_open(told: _Telling) -> str:
    assert told.found.period
    quarter = period_name(told.found.period)
    return f"The books of {quarter} are open, {told.days} after they should have been closed."


_TOLD: dict[RuleName, Callable[[_Telling], str]] = {
    "metric_against_forecast": _against_forecast,
    "actual_overdue": lambda told: (
        f"{capitalize_first(told.metric)} of {told.name} to {told.on} is overdue by {told.days}."
    ),
    "cash_runway": _runway,
    "mark_age": lambda told: f"The mark of {told.name} is {told.days} old, of {told.on}.",
    "mark_jump": _changed("rose"),
    "mark_drop": _changed("fell"),
    "fund_cash": lambda told: (
        f"Cash was below zero: {full_money(told.found.actual or ZERO, told.currency)} at the "
        f"close of {told.on}."
    ),
    "called_above_unfunded": lambda told: (
        f"More was called than was unfunded: unfunded commitments were "
        f"{full_money(told.found.actual or ZERO, told.currency)} at the close of {told.on}."
    ),
    "deployed_against_plan": lambda told: (
        f"{told.money(told.found.actual)} is invested, {percent(told.found.measured)} of the size "
        f"off the plan of {told.money(told.found.baseline)}."
    ),
    "fee_against_terms": lambda told: (
        f"Management fees of the year to date are {percent(told.found.measured)} off the terms: "
        f"{full_money(told.found.actual or ZERO, told.currency)}, where "
        f"{full_money(told.found.baseline or ZERO, told.currency)} is planned."
    ),
    "concentration": lambda told: (
        f"{told.name} is {percent(told.found.measured)} of the fair value of all holdings."
    ),
    "credit_line_age": lambda told: (
        f"The credit line has been drawn for {told.days}, since {told.on}: "
        f"{told.money(told.found.actual)} is owed."
    ),
    "reserves_short": lambda told: (
        f"Remaining reserves of {told.money(told.found.actual)} are more than cash and unfunded "
        f"commitments of {told.money(told.found.baseline)}."
    ),
    "nav_restated": _restated("NAV before carry", _Telling.money),
    "tvpi_restated": _restated("TVPI, net", lambda _, value: multiple(value)),
    "books_open": _books_open,
}
_EXPLAINED: dict[RuleName, str] = {
    "fund_cash": "cash",
    "called_above_unfunded": "unfunded",
    "credit_line_age": "borrowings",
    "reserves_short": "available_for_new_deals",
}
_OF_DAY = {"mark_jump", "mark_drop", "fund_cash", "called_above_unfunded"}


def _url(alert: Alert, address: FundAddress) -> str:
    found, name = alert.found, alert.rule.name
    if name in _OF_DAY and found.period:
        address = address.on(found.period)
    if found.company_id:
        return address.company_url(found.company_id)
    if name in _EXPLAINED:
        return address.explanation_url(_EXPLAINED[name])
    if name in {"nav_restated", "tvpi_restated"} and found.period and found.sequence:
        return address.on(found.period).knowing_through(found.sequence).comparison_url
    return url_for(
        "books.index" if name == "books_open" else "terms.index", fund_id=address.fund_id
    )
