"""What partners pay in and get back: calls when money is short, distributions when it is there."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise

from app.domain.money import ZERO
from app.services.demo.cash.cash import CashBook
from app.services.demo.cash.terms import FINAL_CLOSING, FIRST_CLOSING, partners_on, shared_out
from app.services.demo.entries.days import LAST_QUARTER, quarter_ends, working_day
from app.services.demo.entries.model import CONTROLLER, Desk, Entry

_FIRST_CALL = date(2015, 8, 5)
_CATCH_UP = date(2016, 3, 1)  # when those who joined last pay in what the others have
_BUFFER = Decimal(900_000)  # the least cash that the fund likes to hold
_LEAST, _CALLED_TO, _PAID_TO = Decimal(1_500_000), 250_000, 10_000
_NOTICE = timedelta(days=13)
_PAID_AFTER = timedelta(days=27)  # from an exit to the distribution of what it brought
_HELD_FOR = timedelta(days=270)  # what the fund will need for so long is not distributed


def capital_entries(others: list[Entry], seed: int) -> list[Entry]:
    """Plan calls and distributions around everything else that moves cash."""
    return _Plan(others, Desk(seed, "capital")).entries()


class _Plan:
    def __init__(self, others: list[Entry], desk: Desk) -> None:
        self._desk = desk
        self._book = CashBook(others)
        self._entries: list[Entry] = []
        self._called = ZERO
        self._exits = sorted(
            entry.effective_on
            for entry in others
            if entry.event_type == "PROCEEDS_RECEIVED" and not entry.payload["in_kind"]
        )

    def entries(self) -> list[Entry]:
        """Go from call date to call date: call what is short, pay out what is to spare."""
        for due, following in pairwise(_call_dates()):
            self._call_what_is_short(due, following)
            if due <= _CATCH_UP < following:
                self._call_from_late_partners()
            for paid_on in (working_day(sold_on + _PAID_AFTER) for sold_on in self._exits):
                if due <= paid_on < following:
                    self._distribute_what_is_to_spare(paid_on)
        return self._entries

    def _call_what_is_short(self, due: date, following: date) -> None:
        short = _BUFFER - self._book.lowest(due, following)
        if short > 0:
            amount = max(_up_to_multiple(short, _CALLED_TO), _LEAST)
            self._call(due, amount, partners_on(due), "investments and expenses")

    def _call_from_late_partners(self) -> None:
        early, all_of_them = partners_on(FIRST_CLOSING), partners_on(FINAL_CLOSING)
        late = {name: all_of_them[name] for name in all_of_them if name not in early}
        share = sum(late.values(), ZERO) / sum(early.values(), ZERO)
        amount = (self._called * share).quantize(Decimal("0.01"))
        self._call(_CATCH_UP, amount, late, "what the partners of the first closing have paid")

    def _call(self, due: date, amount: Decimal, partners: dict[str, Decimal], purpose: str) -> None:
        self._called += amount
        self._book.add(due, amount)
        self._entries.append(
            self._desk.write(
                "CAPITAL_CALLED",
                due,
                by=CONTROLLER,
                within=(0, 1),
                after=due - _NOTICE,
                amount=amount,
                purpose=purpose,
                noticed_on=working_day(due - _NOTICE),
                allocations=shared_out(amount, partners),
            )
        )

    def _distribute_what_is_to_spare(self, paid_on: date) -> None:
        spare = self._book.lowest(paid_on, paid_on + _HELD_FOR) - _BUFFER
        amount = spare // _PAID_TO * _PAID_TO
        if amount < _LEAST:
            return
        self._book.add(paid_on, -amount)
        self._entries.append(
            self._desk.write(
                "DISTRIBUTION_MADE",
                paid_on,
                by=CONTROLLER,
                within=(0, 2),
                amount=amount,
                allocations=shared_out(amount, partners_on(paid_on)),
            )
        )


def _call_dates() -> list[date]:
    """Return the first call's date, then one early in each quarter, then the end of the story."""
    starts = [end + timedelta(days=10) for end in quarter_ends(_FIRST_CALL, LAST_QUARTER)]
    return [_FIRST_CALL, *map(working_day, starts), LAST_QUARTER + timedelta(days=60)]


def _up_to_multiple(amount: Decimal, of: int) -> Decimal:
    return (amount / of).to_integral_value(ROUND_CEILING) * of
