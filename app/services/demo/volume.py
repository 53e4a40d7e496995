"""More of the same, for trials: the demo fund's years with as many events as are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from app.domain.money import CENT, to_cent
from app.services.demo.companies import Company, quarter_ends, read_companies
from app.services.demo.entries import (
    ANALYST,
    CLOSES,
    CONTROLLER,
    GP,
    INCEPTION,
    LAST_QUARTER,
    OPENS,
    Desk,
    Entry,
    plain,
    working_day,
)
from app.services.demo.marks import marked_value, method_of
from app.services.demo.results import revenue

LATE, VOIDED = 0.06, 0.01  # shares of all events: in closed books, and voids
_FIRST, _LAST = date(2016, 4, 1), LAST_QUARTER - timedelta(days=2)
_BEHIND = (180, 420)  # days; the quarter before has been closed by then
_HELD_SINCE = date(2015, 9, 23)
_QUARTER_ENDS = frozenset(quarter_ends(INCEPTION, LAST_QUARTER))
_KINDS = ("VALUATION_UPDATED", "ACTUAL_RECORDED", "FORECAST_CREATED", "EXPENSE_PAID")
_WEIGHTS = (60, 24, 6, 10)
_NUMBERS = ("new_valuation", "value", "amount")
_SPENT_AT_MOST, _BILLED_AT_MOST = (
    240_000,
    2_500,
)  # dollars, in all and at once: there is cash for it
_RECENT = 50  # entries among which the mistakes are found


class Mix(NamedTuple):
    """How many events to add, and how many of them fall in closed books or are voids."""

    events: int
    late: int
    voids: int


def mix_for(story: list[Entry], events: int) -> Mix:
    """Work out what has to come on top of the story, whose entries are numbered."""
    late = sum("adjustment" in entry.payload for entry in story)
    voids = sum(entry.voids is not None for entry in story)
    return Mix(
        events - len(story),
        max(round(LATE * events) - late, 0),
        max(round(VOIDED * events) - voids, 0),
    )


def more_entries(mix: Mix, seed: int) -> Iterator[Entry]:
    """Spread more marks, results and bills over the working days, in the order of recording."""
    volume = _Volume(mix, Desk(seed, "volume"))
    days = list(_working_days())
    for place, day in enumerate(days, 1):
        yield from volume.recorded_on(day, mix.events * place // len(days))


class _Volume:
    def __init__(self, mix: Mix, desk: Desk) -> None:
        self._mix = mix
        self._desk = desk
        self._chance = desk.chance
        self._late = mix.late / max(mix.events, 1)
        self._voids = mix.voids / max(mix.events - mix.voids, 1)
        bills = max(mix.events * _WEIGHTS[-1] // sum(_WEIGHTS), 1)
        self._bill = min(Decimal(_SPENT_AT_MOST) / bills, Decimal(_BILLED_AT_MOST))
        self._done = 0
        self._recent: list[Entry] = []

    def recorded_on(self, day: date, until: int) -> Iterator[Entry]:
        """Write a day's entries, until so many are done; a correction may go one beyond."""
        seconds = sorted(self._chance.uniform(OPENS, CLOSES) for _ in range(until - self._done))
        for second in seconds:
            if self._done < until:
                moment = datetime.combine(day, time(), UTC) + timedelta(seconds=second)
                entries = self._at(moment)
                self._done += len(entries)
                yield from entries

    def _at(self, moment: datetime) -> list[Entry]:
        room = self._mix.events - self._done > 1
        if room and self._recent and self._chance.random() < self._voids:
            return self._corrected(moment)
        entry = self._fresh(moment)
        if len(self._recent) < _RECENT:
            self._recent.append(entry)
        else:
            self._recent[self._chance.randrange(_RECENT)] = entry
        return [entry]

    def _fresh(self, moment: datetime) -> Entry:
        on = moment.date()
        if self._chance.random() < self._late:
            on = max(on - timedelta(days=self._chance.randint(*_BEHIND)), _HELD_SINCE)
        if on in _QUARTER_ENDS:  # those belong to the valuation rounds
            on -= timedelta(days=1)
        [kind] = self._chance.choices(_KINDS, _WEIGHTS)
        payload = self._bill_of(on) if kind == "EXPENSE_PAID" else self._news_of(kind, on)
        payload["reference"] = f"desk {self._done + 1}"
        by = CONTROLLER if kind == "EXPENSE_PAID" else ANALYST
        return Entry(kind, on, plain(payload), moment, by)

    def _corrected(self, moment: datetime) -> list[Entry]:
        """Void a recent entry and record it anew, with another number."""
        wrong = self._recent.pop(self._chance.randrange(len(self._recent)))
        number = next(name for name in _NUMBERS if name in wrong.payload)
        right = self._about(Decimal(wrong.payload[number]))
        payload = wrong.payload | plain({number: right})
        payload.pop("adjustment", None)
        voided = Entry("EVENT_VOIDED", wrong.effective_on, {"reason": "typed wrongly"}, moment, GP)
        voided.voids = wrong
        return self._desk.together(
            voided, Entry(wrong.event_type, wrong.effective_on, payload, moment, GP)
        )

    def _bill_of(self, on: date) -> dict[str, Any]:
        return {
            "amount": max(self._about(self._bill / 2), CENT),
            "category": "other",
            "note": f"bill of {on:%B %Y}",
        }

    def _news_of(self, kind: str, on: date) -> dict[str, Any]:
        company = self._chance.choice(_held(on))
        if kind == "VALUATION_UPDATED":
            return {
                "company": company.name,
                "new_valuation": self._about(marked_value(company, on)),
                "ownership": company.position(on).stake,
                **method_of(company, on),
            }
        ahead = kind == "FORECAST_CREATED"
        return {
            "company": company.name,
            "metric_type": self._chance.choice(("arr", "cash", "headcount")),
            "period_end": on + timedelta(days=self._chance.randint(30, 400)) if ahead else on,
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


def _working_days() -> Iterator[date]:
    for ordinal in range(_FIRST.toordinal(), _LAST.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if working_day(day) == day:
            yield day
