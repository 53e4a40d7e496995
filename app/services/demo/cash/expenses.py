"""What running the fund costs, and what its cash earns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.domain.money import ZERO, to_cent
from app.services.demo.cash.terms import FIRST_FEE, INVESTMENT_PERIOD_HEAD_LIST, LATER_FEE, SIZE
from app.services.demo.entries.days import INCEPTION, LAST_QUARTER, quarter_ends, working_day
from app.services.demo.entries.model import CONTROLLER, Desk, Entry
from app.services.demo.portfolio.companies import Company

_OFFSETS = {date(2018, 10, 1): Decimal(40_000), date(2019, 4, 1): Decimal(25_000)}
_ONE_OFFS = (
    (date(2015, 8, 25), "organisational", 310_000, "formation, counsel"),
    (date(2016, 2, 23), "organisational", 95_000, "final closing, counsel"),
    (date(2017, 6, 27), "broken_deal", 145_000, "diligence on Larchmere Foods, which fell through"),
    (date(2019, 2, 26), "broken_deal", 62_000, "diligence, second bidder preferred"),
    (date(2022, 11, 22), "other", 450_000, "buyer's claim on Foxglove Diagnostics, settled"),
)
_INTEREST = {2016: 9_400, 2017: 12_800, 2018: 21_600, 2019: 30_300, 2022: 14_200, 2023: 88_700,
             2024: 121_500}  # fmt: skip


def expense_entries(companies: list[Company], seed: int) -> list[Entry]:
    """Tell the fund's fees, costs and income."""
    desk = Desk(seed, "expenses")
    fees, costs = list(_fees(companies, desk)), list(_costs(desk))
    return [*fees, *costs, *_income(desk), *_accruals(costs, Desk(seed, "accruals"))]


def _fees(companies: list[Company], desk: Desk) -> Iterator[Entry]:
    """Pay the management fee each quarter in advance, in the middle of its first month."""
    before = INCEPTION - timedelta(days=1)
    for end in quarter_ends(INCEPTION, LAST_QUARTER):
        start = before + timedelta(days=1)
        paid_on = working_day(start + timedelta(days=45 if start == INCEPTION else 14))
        offset = _OFFSETS.get(start, ZERO)
        yield _expense(
            desk,
            paid_on,
            "management_fee",
            _fee(companies, start) - offset,
            period_start=start,
            period_end=end,
            offset_amount=offset or None,
        )
        before = end


def _fee(companies: list[Company], start: date) -> Decimal:
    """Work out a quarter's fee: on commitments first, then on what the holdings still cost."""
    if start < INVESTMENT_PERIOD_HEAD_LIST:
        return to_cent(FIRST_FEE * SIZE / 4)
    eve = start - timedelta(days=1)
    cost = sum((company.position(eve).cost for company in companies), ZERO)
    return to_cent(LATER_FEE * cost / 4)


def _costs(desk: Desk) -> Iterator[Entry]:
    for on, category, amount, note in _ONE_OFFS:
        yield _expense(desk, on, category, Decimal(amount), note=note)
    for year in range(2016, 2026):
        yield _expense(
            desk,
            working_day(date(year, 5, 20)),
            "partnership",
            desk.about(Decimal(105_000 + 3_000 * (year - 2016)), 6, 50),
            note=f"audit of {year - 1}",
            settles_accrual=True,
        )
    for end in quarter_ends(INCEPTION, LAST_QUARTER):
        yield _expense(
            desk,
            working_day(end - timedelta(days=desk.chance.randint(10, 30))),
            "partnership",
            desk.about(Decimal(34_000), 30, 10),
            note="administration, tax and counsel",
        )


def _accruals(costs: list[Entry], desk: Desk) -> Iterator[Entry]:
    """Owe each audit from the end of the year that it is of."""
    for paid in costs:
        if paid.payload.get("settles_accrual"):
            yield desk.write(
                "EXPENSE_ACCRUED",
                date(paid.effective_on.year - 1, 12, 31),
                by=CONTROLLER,
                within=(1, 9),
                amount=Decimal(paid.payload["amount"]),
                category="partnership",
                note=paid.payload["note"],
            )


def _income(desk: Desk) -> Iterator[Entry]:
    for year, amount in _INTEREST.items():
        on = date(year, 12, 29)
        yield desk.write(
            "INCOME_RECEIVED", on, by=CONTROLLER, amount=Decimal(amount), kind="interest"
        )
    refunded_on = date(2020, 8, 18)
    yield desk.write(
        "INCOME_RECEIVED", refunded_on, by=CONTROLLER, amount=Decimal(18_250), kind="refund",
        note="withholding tax",
    )  # fmt: skip


def _expense(
    desk: Desk,
    on: date,
    category: str,
    amount: Decimal,
    **more: Any,  # noqa: ANN401 - any JSON
) -> Entry:
    return desk.write(
        "EXPENSE_PAID",
        on,
        by=CONTROLLER,
        within=(1, 9),
        amount=amount,
        category=category,
        reference=f"AP-{on:%y%m}-{desk.chance.randint(100, 999)}",
        **more,
    )
