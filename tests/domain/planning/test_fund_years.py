"""Plan against actual by year: everything is in one year, and the years add up."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain.events.model import Fact
from app.domain.planning.fees import fee_schedule
from app.domain.planning.fund_years import anniversary, fund_years
from tests.domain.planning.test_planning import terms

TERMS = terms(inception_on="2020-02-29", term_years=3, investment_period_years=2)
DAYS = st.dates(date(2019, 12, 1), date(2026, 12, 31))
AMOUNTS = st.integers(1, 1000)


def invested(day: date, amount: int) -> Fact:
    return Fact(1, "INVESTMENT_MADE", day, {"company_id": "a", "amount": str(amount)})


def fee(day: date, amount: int, **more: Any) -> Fact:  # noqa: ANN401
    payload = {"category": "management_fee", "amount": str(amount), **more}
    return Fact(1, "EXPENSE_PAID", day, payload)


@given(st.lists(st.tuples(DAYS, AMOUNTS)), st.lists(st.tuples(DAYS, AMOUNTS)))
def test_the_years_add_up(bought: list[tuple[date, int]], paid: list[tuple[date, int]]) -> None:
    as_of = date(2026, 12, 31)
    events = [*(invested(*each) for each in bought), *(fee(*each) for each in paid)]
    years = fund_years(TERMS, Decimal(0), events, as_of)
    assert years[-1].invested == sum(amount for _, amount in bought)
    assert sum(each.fee or 0 for each in years) == sum(amount for _, amount in paid)
    for year in years:
        assert year.invested == sum(amount for day, amount in bought if day <= year.last)
    assert [each.planned_fee for each in years][:3] == [
        each.amount for each in fee_schedule(TERMS, TERMS.size).years
    ]


def test_each_year_ends_on_the_eve_of_the_anniversary() -> None:
    years = fund_years(TERMS, Decimal(0), [], date(2020, 3, 1))
    ends = [date(2021, 2, 28), date(2022, 2, 28), date(2023, 2, 28)]
    assert [each.last for each in years] == ends
    assert [each.invested for each in years] == [0, None, None]
    assert [each.planned for each in years] == [500, 1000, 1000]
    assert anniversary(date(2020, 2, 29), 4) == date(2024, 2, 29)


def test_before_inception_nothing_is_known() -> None:
    [first, *_] = fund_years(TERMS, Decimal(0), [], TERMS.inception_on - timedelta(days=1))
    assert (first.invested, first.fee) == (None, None)


def test_after_the_term_years_go_on_without_a_planned_fee() -> None:
    years = fund_years(TERMS, Decimal(0), [], date(2024, 6, 1))
    assert [each.planned_fee > 0 for each in years] == [True, True, True, False, False]


def test_a_fee_belongs_to_the_year_in_which_its_period_begins() -> None:
    events = [fee(date(2021, 1, 4), 20, period_start="2021-03-01", offset_amount="5")]
    assert [each.fee for each in fund_years(TERMS, Decimal(0), events, date(2022, 1, 1))][:2] == [
        0,
        25,
    ]


def test_what_was_owed_before_it_was_paid_counts_once() -> None:
    owed = Fact(
        1, "EXPENSE_ACCRUED", date(2020, 12, 31), {"category": "management_fee", "amount": "7"}
    )
    other = Fact(1, "EXPENSE_PAID", date(2020, 12, 31), {"category": "partnership", "amount": "9"})
    events = [owed, fee(date(2021, 6, 1), 7, settles_accrual=True), other]
    assert [each.fee for each in fund_years(TERMS, Decimal(0), events, date(2022, 1, 1))][:2] == [
        7,
        0,
    ]
