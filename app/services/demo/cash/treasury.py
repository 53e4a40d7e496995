"""The money matters that no rule plans: a credit line, returned and recallable capital, claims."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.domain.money import to_cent
from app.services.demo.cash.terms import partners_on, shared_out
from app.services.demo.entries.model import CONTROLLER, GP, Desk, Entry

_LOANS = (  # drawn to close a round before the next call, repaid from it
    (date(2017, 3, 27), date(2017, 4, 24), 3_000_000, "0.0375"),
    (date(2019, 9, 9), date(2019, 10, 21), 4_500_000, "0.0410"),
)
_CALLED_FOR_NOTHING = (date(2017, 5, 22), date(2017, 7, 6), 3_000_000)
_EARLY_PAYMENTS = (
    (date(2018, 9, 18), 3_000_000, "recallable", "Dovecote Clinics: cost, may be called again"),
    (date(2018, 9, 18), 2_000_000, "standard", "Dovecote Clinics: gain"),
    (date(2019, 6, 11), 4_000_000, "recallable", "Copperlane: cost, may be called again"),
    (date(2019, 6, 11), 3_500_000, "standard", "Copperlane: gain"),
)


def treasury_entries(exits: list[Entry], seed: int) -> list[Entry]:
    """Tell these, and what partners got in kind where an exit paid in shares."""
    desk = Desk(seed, "treasury")
    return [
        *_loans(desk),
        *_called_for_nothing(desk),
        *_early_payments(desk),
        *_in_kind(exits, desk),
        *_claim_and_advance(desk),
    ]


def _loans(desk: Desk) -> Iterator[Entry]:
    for drawn_on, repaid_on, dollars, rate in _LOANS:
        amount = Decimal(dollars)
        interest = to_cent(amount * Decimal(rate) * (repaid_on - drawn_on).days / 360)
        yield _write(desk, "CREDIT_LINE_DRAWN", drawn_on, amount, within=(0, 0))
        yield from desk.together(
            _write(desk, "CREDIT_LINE_REPAID", repaid_on, amount),
            _write(desk, "EXPENSE_PAID", repaid_on, interest, category="interest"),
        )


def _called_for_nothing(desk: Desk) -> Iterator[Entry]:
    due, returned_on, dollars = _CALLED_FOR_NOTHING
    amount = Decimal(dollars)
    yield desk.write(
        "CAPITAL_CALLED",
        due,
        by=CONTROLLER,
        after=due - timedelta(days=13),
        amount=amount,
        purpose="Larchmere Foods",
        noticed_on=due - timedelta(days=13),
        allocations=_shares(due, amount),
    )
    note = "Larchmere Foods fell through"
    yield _paid(desk, returned_on, amount, kind="return_of_call", note=note)


def _early_payments(desk: Desk) -> Iterator[Entry]:
    for day in dict.fromkeys(on for on, *_ in _EARLY_PAYMENTS):
        yield from desk.together(
            *(
                _paid(desk, on, Decimal(dollars), kind=kind, note=note)
                for on, dollars, kind, note in _EARLY_PAYMENTS
                if on == day
            )
        )


def _in_kind(exits: list[Entry], desk: Desk) -> Iterator[Entry]:
    for received in exits:
        if received.payload.get("in_kind"):
            paid = _paid(
                desk, received.effective_on, Decimal(received.payload["amount"]), in_kind=True
            )
            # The shares come and go at once: cash never sees them.
            yield from desk.together(received, paid)[1:]


def _claim_and_advance(desk: Desk) -> Iterator[Entry]:
    yield _paid(
        desk,
        date(2022, 4, 27),
        Decimal(1_200_000),
        by=GP,
        kind="carried_interest",
        shared=False,
        note="advance for taxes on carry",
    )
    yield _write(
        desk,
        "DISTRIBUTION_RETURNED",
        date(2022, 11, 21),
        Decimal(450_000),
        kind="lp_giveback",
        note="for the claim on Foxglove Diagnostics",
    )


def _paid(
    desk: Desk, on: date, amount: Decimal, *, by: str = CONTROLLER, shared: bool = True,
    **more: Any,  # noqa: ANN401 - any JSON
) -> Entry:  # fmt: skip
    allocations = _shares(on, amount) if shared else None
    return _write(desk, "DISTRIBUTION_MADE", on, amount, by=by, allocations=allocations, **more)


def _write(
    desk: Desk,
    event_type: str,
    on: date,
    amount: Decimal,
    **more: Any,  # noqa: ANN401 - any JSON
) -> Entry:
    return desk.write(event_type, on, amount=amount, **{"by": CONTROLLER, "within": (0, 2), **more})


def _shares(on: date, amount: Decimal) -> dict[str, Decimal]:
    return shared_out(amount, partners_on(on))
