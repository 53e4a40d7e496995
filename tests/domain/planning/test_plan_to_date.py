"""Where a fund stands against its plan on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.domain.events.model import Fact
from app.domain.planning.fund_years import fund_years
from app.domain.planning.pace import pace
from app.domain.planning.plan_to_date import PlannedAmount, plan_to_date
from app.domain.state.fold import state_at
from app.domain.state.state import FundState
from app.domain.viewpoint import Viewpoint
from tests.domain.planning.test_fund_years import fee
from tests.domain.planning.test_planning import terms

TERMS = terms(
    size="3000", term_years=3, investment_period_years=2, reserves={"policy": "ratio", "ratio": 1}
)


def measured(day: date, events: Iterable[Fact] = ()) -> dict[str, PlannedAmount]:
    events = list(events)
    state = state_at(events, Viewpoint(day, 100))
    return {each.measure: each for each in plan_to_date(TERMS, state, events, day)}


def invested(number: int, day: date, amount: int, company: str = "a") -> Fact:
    return Fact(
        number,
        "INVESTMENT_MADE",
        day,
        {"company_id": company, "amount": str(amount), "from_reserves": False},
    )


def test_a_years_plan_is_spread_over_its_days() -> None:
    assert measured(date(2019, 12, 31))["deployed"].planned == 0
    assert measured(date(2020, 1, 1))["deployed"].planned == Decimal("4.10")  # 1,500 / 366
    assert measured(date(2020, 12, 31))["deployed"].planned == 1500
    assert measured(date(2021, 12, 31))["deployed"].planned == 3000
    assert measured(date(2029, 12, 31))["deployed"].planned == 3000


@given(st.dates(date(2019, 6, 1), date(2024, 1, 1)), st.dates(date(2019, 6, 1), date(2024, 1, 1)))
def test_a_plan_never_turns_back(one: date, other: date) -> None:
    first, second = (measured(day) for day in sorted((one, other)))
    for measure in ("deployed", "called", "fees"):
        assert first[measure].planned <= second[measure].planned
    last = pace(TERMS.deployment, TERMS.size, TERMS.investment_period_years)[-1].invested
    assert second["deployed"].planned <= last


def test_a_fee_that_was_charged_in_advance_is_compared_to_the_end_of_its_period() -> None:
    paid = fee(date(2020, 1, 10), 15, period_start="2020-01-01", period_end="2020-03-31")
    found = measured(date(2020, 1, 31), [paid])["fees"]
    assert found.planned == Decimal("14.92")  # 60 a year, 91 of 366 days
    assert found.actual == 15
    assert found.share == Decimal("0.08") / Decimal("14.92")
    in_arrears = measured(date(2020, 5, 31), [paid])["fees"]
    assert in_arrears.planned == Decimal("14.92"), "the next is not due yet"
    missing = measured(date(2020, 7, 31), [paid])["fees"]
    assert missing.planned == Decimal("34.92")


def test_reserves_are_planned_from_the_first_cheque_into_each_company() -> None:
    added = [
        Fact(number, "COMPANY_ADDED", date(2020, 1, 1), {"company_id": each, "company": each})
        for number, each in enumerate("ab", 1)
    ]
    events = [
        *added,
        invested(3, date(2020, 2, 1), 100),
        invested(4, date(2020, 3, 1), 50),
        invested(5, date(2020, 3, 1), 70, "b"),
        Fact(6, "RESERVE_ALLOCATED", date(2020, 3, 2), {"company_id": "a", "amount": "90"}),
    ]
    found = measured(date(2020, 12, 31), events)["reserves"]
    assert (found.planned, found.actual, found.difference) == (170, 90, -80)


def test_an_evergreen_fund_has_no_plan_of_fees() -> None:
    evergreen = TERMS.model_copy(update={"evergreen": True})
    measures = [each.measure for each in plan_to_date(evergreen, FundState(), [], date(2026, 1, 1))]
    assert measures == ["deployed", "called", "reserves"]


def test_what_reaches_the_calendars_end_is_planned_as_the_rest() -> None:
    paid = fee(date(2020, 1, 10), 15, period_start="2020-01-01", period_end="9999-12-31")
    assert measured(date(2020, 1, 31), [paid])["fees"].planned > 0
    late = TERMS.model_copy(update={"inception_on": date(9998, 6, 1)})
    assert plan_to_date(late, FundState(), [], date.max)
    assert len(fund_years(late, Decimal(0), [], date.max)) == late.term_years
