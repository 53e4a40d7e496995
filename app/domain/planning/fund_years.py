"""Plan against actual, year by year of a fund's life: what is invested, and the fees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.domain.events.catalogue import EventType
from app.domain.events.model import Foldable
from app.domain.money import ZERO
from app.domain.planning.fees import fee_schedule
from app.domain.planning.pace import pace
from app.domain.terms import Terms

# What `fund_years` reads of a log.
TYPES = frozenset({EventType.INVESTMENT_MADE, EventType.EXPENSE_ACCRUED, EventType.EXPENSE_PAID})
Dated = tuple[date, Decimal]


@dataclass(frozen=True, slots=True)
class FundYear:
    """One year from an anniversary of inception to the next; money in the fund's currency.

    Of a year that has not begun by the day of the view nothing is known yet: None.
    """

    year: int  # from 1
    last: date
    planned: Decimal  # invested through the end of the year, as the terms plan it
    invested: Decimal | None  # through the end of the year, or the day of the view
    planned_fee: Decimal  # of the year; see `fee_schedule` for what the plan assumes
    fee: Decimal | None  # of the year: paid, owed, or offset


def fund_years(
    terms: Terms, committed: Decimal, events: Iterable[Foldable], as_of: date
) -> list[FundYear]:
    """Put the plan of the terms beside events in force up to a day.

    A fee belongs to the year in which its period begins, and where it names none to that of its
    date. It counts as charged: what was offset belongs to it, and what was owed before it was paid
    counts once. What is dated before inception belongs to the first year. Years go on to the end
    of the term, or to the day of the view where that is later.
    """
    events = list(events)
    investments, fees = list(_investments(events)), list(charged_fees(events))
    spread = pace(terms.deployment, terms.size, terms.investment_period_years)
    planned_fees = [each.amount for each in fee_schedule(terms, committed or terms.size).years]
    found: list[FundYear] = []
    begun = as_of.year - terms.inception_on.year + 1
    for number in range(1, max(terms.term_years, begun) + 1):
        first = anniversary(terms.inception_on, number - 1)
        has_begun = first <= as_of
        if number > terms.term_years and not has_begun:
            break
        last = anniversary(terms.inception_on, number) - timedelta(days=1)
        since = first if number > 1 else date.min
        found.append(
            FundYear(
                number,
                last,
                spread[min(number, len(spread)) - 1].invested,
                _sum(investments, date.min, last) if has_begun else None,
                planned_fees[number - 1] if number <= len(planned_fees) else ZERO,
                _sum(fees, since, last) if has_begun else None,
            )
        )
    return found


def anniversary(day: date, years: int) -> date:
    """Return the same day of a later year; of 29 February the 1st of March where it has none.

    The calendar's last day stands for what lies beyond it.
    """
    if day.year + years > date.max.year:
        return date.max
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _investments(events: Iterable[Foldable]) -> Iterator[Dated]:
    for event in events:
        if event.event_type == EventType.INVESTMENT_MADE:
            yield event.effective_on, Decimal(event.payload["amount"])


def charged_fees(events: Iterable[Foldable]) -> Iterator[Dated]:
    """Return the management fees with the first day of the period that each is for.

    Of one that names no period it is the day of the event. What was offset belongs to a fee, and
    what was owed before it was paid counts once.
    """
    for event in events:
        payload = event.payload
        if payload.get("category") != "management_fee" or payload.get("settles_accrual"):
            continue
        begins = payload.get("period_start")
        day = date.fromisoformat(begins) if begins else event.effective_on
        yield day, Decimal(payload["amount"]) + Decimal(payload.get("offset_amount") or 0)


def _sum(dated: Iterable[Dated], first: date, last: date) -> Decimal:
    return sum((amount for day, amount in dated if first <= day <= last), ZERO)
