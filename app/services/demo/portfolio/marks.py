"""Quarterly marks: all holdings in one batch, 30 to 60 days after the quarter's end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.services.demo.entries.days import INCEPTION, LAST_QUARTER, quarter_ends
from app.services.demo.entries.model import ANALYST, Desk, Entry, rounded
from app.services.demo.portfolio.companies import EXITS, Company

_BOOKED = (30, 58)  # days after the quarter; a weekend may add two
_TO = 10_000
_CALIBRATED_FOR = timedelta(days=366)  # how long a round's price stays the measure
_GIVEN_UP = timedelta(days=150)  # before a write-off the holding is marked at nothing
_OMITTED, _UNCHANGED = 4, 14  # in 100 marks


def mark_entries(companies: list[Company], seed: int) -> dict[date, list[Entry]]:
    """Value every holding at every quarter's end; some marks are left out, some repeat the last."""
    desk = Desk(seed, "marks")
    last: dict[str, tuple[date, Decimal]] = {}
    return {
        quarter: _valuation_round(companies, quarter, desk, last)
        for quarter in quarter_ends(INCEPTION, LAST_QUARTER)
    }


def marked_value(company: Company, on: date) -> Decimal:
    """Return the value at which a holding is marked, before anybody's doubts."""
    if _is_given_up(company, on):
        return Decimal(0)
    return rounded(company.fair_value(on), _TO)


def method_of(company: Company, on: date) -> dict[str, Any]:
    """Say how a holding is valued on a day."""
    if _is_given_up(company, on):
        return {"method": "write_off", "fair_value_level": 3}
    if any(step.on <= on for step in company.steps_of("listed")):
        return {"method": "quoted_price", "fair_value_level": 1}
    last_round = max(step.on for step in company.steps_of("round") if step.on <= on)
    calibrated = on - last_round < _CALIBRATED_FOR
    method = "calibrated_round_price" if calibrated else "market_multiple"
    return {"method": method, "fair_value_level": 3}


def _valuation_round(
    companies: list[Company], quarter: date, desk: Desk, last: dict[str, tuple[date, Decimal]]
) -> list[Entry]:
    marks: list[Entry] = []
    for company in companies:
        if company.is_held(quarter):
            marks.extend(_mark(company, quarter, desk, last))
    return desk.together(*marks)


def _mark(
    company: Company, quarter: date, desk: Desk, last: dict[str, tuple[date, Decimal]]
) -> Iterator[Entry]:
    value, moved_on = marked_value(company, quarter), _last_moved(company, quarter)
    chance = desk.chance.randint(1, 100)
    settled = (
        quarter == LAST_QUARTER or company.name not in last or moved_on > last[company.name][0]
    )
    if chance <= _OMITTED and not settled:
        return
    if chance <= _UNCHANGED and not settled:
        value = last[company.name][1]
    last[company.name] = (quarter, value)
    yield desk.write(
        "VALUATION_UPDATED",
        quarter,
        within=_BOOKED,
        company=company.name,
        new_valuation=value,
        ownership=company.position(quarter).stake,
        prepared_by=ANALYST,
        **method_of(company, quarter),
    )


def _last_moved(company: Company, on: date) -> date:
    """Return the day on which money last moved between the fund and a company."""
    return max(step.on for step in company.steps if step.on <= on and step.what != "worth")


def _is_given_up(company: Company, on: date) -> bool:
    return any(
        step.what == "write_off" and step.on - on < _GIVEN_UP for step in company.steps_of(*EXITS)
    )
