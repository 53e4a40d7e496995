"""What a busier office records day by day: marks, results, forecasts, bills, and their mends."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from app.domain.money import CENT, to_cent
from app.services.demo.entries.days import INCEPTION, LAST_QUARTER, quarter_ends
from app.services.demo.entries.model import ANALYST, CONTROLLER, GP, Desk, Entry, payload_of
from app.services.demo.portfolio.companies import Company
from app.services.demo.portfolio.marks import marked_value, method_of
from app.services.demo.portfolio.portfolio import read_companies
from app.services.demo.portfolio.results import revenue

_BEHIND = (180, 420)  # days; the quarter before has been closed by then
_HELD_SINCE = date(2015, 9, 23)
_HEAD_LIST = list(quarter_ends(date(INCEPTION.year, 1, 1), LAST_QUARTER + timedelta(days=400)))
_QUARTER_HEAD_LIST = frozenset(_HEAD_LIST)
_KINDS = {
    "VALUATION_UPDATED": 60,
    "ACTUAL_RECORDED": 24,
    "FORECAST_CREATED": 6,
    "EXPENSE_PAID": 10,
}
_NUMBERS = ("new_valuation", "value", "amount")
# Dollars in all and at once: for so much there is cash.
_BILLED, _LARGEST_BILL = Decimal(240_000), Decimal(2_500)


class Daily:
    """Writes events that change what is known of a day, and little of the story."""

    def __init__(self, desk: Desk, events: int, late: float) -> None:
        """Prepare for so many events, of which a share falls in closed books."""
        self._desk = desk
        self._chance = desk.chance
        self._late = late
        bills = max(events * _KINDS["EXPENSE_PAID"] // sum(_KINDS.values()), 1)
        self._bill = min(_BILLED / bills, _LARGEST_BILL)
        self._written = 0

    def fresh(self, moment: datetime) -> Entry:
        """Write what is new at a moment, or has been found only then."""
        on = moment.date()
        if self._chance.random() < self._late:
            on = max(on - timedelta(days=self._chance.randint(*_BEHIND)), _HELD_SINCE)
        if on in _QUARTER_HEAD_LIST:  # those belong to the valuation rounds
            on -= timedelta(days=1)
        [kind] = self._chance.choices(list(_KINDS), list(_KINDS.values()))
        is_bill = kind == "EXPENSE_PAID"
        payload = self._bill_of(on) if is_bill else self._news_of(kind, on)
        self._written += 1
        payload["reference"] = f"desk {self._written}"
        return Entry(kind, on, payload_of(payload), moment, CONTROLLER if is_bill else ANALYST)

    def corrected(self, wrong: Entry, moment: datetime) -> list[Entry]:
        """Void an entry and record it anew, with another number."""
        number = next(name for name in _NUMBERS if name in wrong.payload)
        right = payload_of({number: self._about(Decimal(wrong.payload[number]))})
        payload = {name: wrong.payload[name] for name in wrong.payload if name != "adjustment"}
        voided = Entry("EVENT_VOIDED", wrong.effective_on, {"reason": "typed wrongly"}, moment, GP)
        voided.voids = wrong
        anew = Entry(wrong.event_type, wrong.effective_on, payload | right, moment, GP)
        return self._desk.together(voided, anew)

    def _bill_of(self, on: date) -> dict[str, Any]:
        amount = max(self._about(self._bill / 2), CENT)
        return {"amount": amount, "category": "other", "note": f"bill of {on:%B %Y}"}

    def _news_of(self, kind: str, on: date) -> dict[str, Any]:
        company = self._chance.choice(_held(on))
        if kind == "VALUATION_UPDATED":
            return {
                "company": company.name,
                "new_valuation": self._about(marked_value(company, on)),
                "ownership": company.position(on).stake,
                **method_of(company, on),
            }
        reported = bisect_right(_HEAD_LIST, on) - 1  # the last quarter that is over
        ahead = self._chance.randint(1, 4) if kind == "FORECAST_CREATED" else 0
        return {
            "company": company.name,
            "metric_type": self._chance.choice(("arr", "cash", "headcount")),
            "period_end": _HEAD_LIST[reported + ahead],
            "value": self._about(revenue(company, on) / 1000),
        }

    def _about(self, amount: Decimal) -> Decimal:
        """Vary an amount by up to 4 per cent."""
        return to_cent(amount * self._chance.randint(9600, 10400) / 10000)


@cache
def _held(on: date) -> list[Company]:
    return [company for company in _companies() if company.is_held(on)]


@cache
def _companies() -> list[Company]:
    return read_companies()
