"""What was wrong at first, or came to light late, and how it was put right."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal

from app.services.demo.cash.books import REOPENED
from app.services.demo.entries.model import CONTROLLER, GP, Desk, Entry, payload_of, rounded, void

# Marks that were restated: the quarter, the days until then, the reason, and by company what was
# first reported as a share of what holds now.
_RESTATED: tuple[tuple[date, int, str, dict[str, str]], ...] = (
    (date(2017, 12, 31), 88, "the liquidation preference was left out", {
        "Kestrova Genomics": "1.16", "Wrenfield Robotics": "1.09"}),
    (REOPENED, 0, "audit adjustment", {
        "Quaypoint Pay": "1.22", "Zephyrine Mobility": "1.35", "Cairnlight Energy": "0.93"}),
    (date(2019, 12, 31), 75, "audit adjustment", {"Marrowstone": "0.86", "Saltmarsh Bio": "1.12"}),
    (date(2020, 3, 31), 64, "the shutdown was judged too harshly", {
        "Marrowstone": "0.74", "Cairnlight Energy": "0.70", "Umbrawatch": "0.78",
        "Foxglove Diagnostics": "0.82"}),
    (date(2021, 12, 31), 92, "multiples of the wrong quarter", {
        "Quaypoint Pay": "1.18", "Nettlebed Analytics": "1.24", "Wrenfield Robotics": "1.15"}),
    (date(2022, 6, 30), 120, "fell further than the companies had told", {
        "Kestrova Genomics": "1.31", "Vellumate": "1.55", "Quaypoint Pay": "1.27"}),
    (date(2023, 12, 31), 81, "audit adjustment", {"Brackenridge AI": "0.83", "Lumenfield": "1.08"}),
    (date(2024, 12, 31), 96, "option pool counted twice", {
        "Brackenridge AI": "0.88", "Eastmere Semiconductors": "1.13"}),
)  # fmt: skip
_MISTYPED = ("Lumenfield", date(2018, 2, 13), Decimal(3_050_000))
_RESULTS_RESTATED = (("Farshore Freight", date(2019, 12, 31)), ("Quaypoint Pay", date(2022, 3, 31)))
_ENTERED_TWICE = date(2021, 9, 30)  # the quarter whose administrator's bill was


def late_entries(seed: int) -> list[Entry]:
    """Tell what came to light only when the books were closed."""
    desk = Desk(seed, "late")
    return [
        desk.write(
            "EXPENSE_PAID",
            on,
            by=CONTROLLER,
            within=(150, 170),
            amount=Decimal(dollars),
            category="partnership",
            note=note,
        )
        for on, dollars, note in (
            (date(2018, 11, 20), 86_400, "counsel's bill, found at the audit"),
            (date(2023, 8, 17), 41_250, "tax penalty, charged to the manager's account first"),
        )
    ]


def correction_entries(entries: list[Entry], seed: int) -> list[Entry]:
    """Put mistakes into what was recorded first, and tell how each was mended."""
    desk = Desk(seed, "corrections")
    return [
        *_restated_marks(entries, desk),
        *_mistyped_investment(entries, desk),
        *_bill_entered_twice(entries, desk),
        *_restated_results(entries, desk),
    ]


def _restated_marks(entries: list[Entry], desk: Desk) -> Iterator[Entry]:
    reopened = next(entry for entry in entries if entry.event_type == "PERIOD_REOPENED")
    for quarter, days, reason, companies in _RESTATED:
        after = reopened.effective_on + timedelta(days=1) if quarter == REOPENED else None
        restated: list[Entry] = []
        for company, share in companies.items():
            first = _find(entries, "VALUATION_UPDATED", company, quarter)
            value = Decimal(first.payload["new_valuation"]) if first else None
            if first and value:
                wrong = {"new_valuation": rounded(value * Decimal(share), 10_000)}
                restated += _mended(first, wrong, reason, desk, days, after)
        yield from desk.together(*restated)


def _mistyped_investment(entries: list[Entry], desk: Desk) -> list[Entry]:
    company, on, amount = _MISTYPED
    first = _find(entries, "INVESTMENT_MADE", company, on)
    assert first is not None
    reason = "the amount was mistyped: the wire says otherwise"
    return desk.together(*_mended(first, {"amount": amount}, reason, desk, 9))


def _restated_results(entries: list[Entry], desk: Desk) -> Iterator[Entry]:
    for company, quarter in _RESULTS_RESTATED:
        first = _find(entries, "ACTUAL_RECORDED", company, quarter)
        assert first is not None
        wrong = {"value": rounded(Decimal(first.payload["value"]) * Decimal("1.11"), 10_000)}
        yield from desk.together(*_mended(first, wrong, "the company restated it", desk, 100))


def _bill_entered_twice(entries: list[Entry], desk: Desk) -> Iterator[Entry]:
    first = next(
        entry
        for entry in entries
        if entry.event_type == "EXPENSE_PAID"
        and entry.payload["category"] == "partnership"
        and _ENTERED_TWICE - timedelta(days=40) < entry.effective_on <= _ENTERED_TWICE
    )
    moment = desk.moment(first.recorded_at.date(), (7, 9))
    copy = {**first.payload, "reference": "reminder"}
    again = Entry("EXPENSE_PAID", first.effective_on, copy, moment, CONTROLLER)
    yield again
    yield void(desk, again, "the reminder of a bill that was paid already", by=GP, within=(16, 20))


def _mended(  # noqa: PLR0913, PLR0917 - a mistake has this many sides
    first: Entry,
    wrong: dict[str, Decimal],
    reason: str,
    desk: Desk,
    days: int,
    after: date | None = None,
) -> list[Entry]:
    """Make an entry wrong; return its void and the right entry, some days after it or on a day."""
    right = deepcopy(first.payload)
    first.payload |= payload_of(wrong)
    voided = void(desk, first, reason, by=GP, within=(days, days))
    if after:
        voided.recorded_at = desk.moment(after, (0, 2))
    anew = Entry(first.event_type, first.effective_on, right, voided.recorded_at, GP)
    return [voided, anew]


def _find(entries: list[Entry], event_type: str, company: str, on: date) -> Entry | None:
    """Find what was recorded first of a kind about a company, with effect on a day."""
    return next(
        (
            entry
            for entry in entries
            if (entry.event_type, entry.effective_on) == (event_type, on)
            and entry.payload.get("company") == company
        ),
        None,
    )
