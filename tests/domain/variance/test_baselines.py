"""Every period beside what it is compared with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.variance.baselines import Comparison, earlier_end, variances
from app.domain.variance.metric_log import Period
from app.domain.variance.variance import Variance
from app.domain.variance.windows import WINDOWS
from tests.domain.variance.facts import END, REVENUE, log_of, told

QUARTERS = [date(2020, 3, 31), date(2020, 6, 30), date(2020, 9, 30), date(2020, 12, 31)]


def _quarter(index: int, metric: str = "revenue") -> Period:
    return Period("acme", metric, QUARTERS[index], 3)


def test_a_period_without_an_actual_is_awaited_and_then_overdue() -> None:
    facts = [told(1, 100)]
    for as_of, standing in ((END, "awaited"), (date(2020, 8, 14), "awaited"),
                            (date(2020, 8, 15), "overdue")):  # fmt: skip
        [found] = variances(log_of(facts, as_of), Comparison())
        assert (found.standing, found.difference, found.share) == (standing, None, None)


def test_an_actual_that_nobody_planned_has_no_share() -> None:
    [found] = variances(log_of([told(1, 100, actual=True)]), Comparison())
    assert (found.standing, found.baseline) == ("unplanned", None)


@pytest.mark.parametrize(
    ("metric", "actual", "adverse"),
    [
        ("revenue", 80, "0.2"),
        ("revenue", 120, "-0.2"),
        ("cash_burn", 80, "-0.2"),
        ("cash_burn", 120, "0.2"),
        ("headcount", 80, "0.2"),
        ("headcount", 120, "0.2"),
    ],
)
def test_what_is_bad_depends_on_the_metric(metric: str, actual: int, adverse: str) -> None:
    period = _quarter(0, metric)
    facts = [told(1, 100, period=period), told(2, actual, period=period, actual=True)]
    [found] = variances(log_of(facts), Comparison())
    assert found.adverse_share == Decimal(adverse)


def test_of_a_baseline_of_nothing_or_below_it() -> None:
    nothing = Variance(REVENUE, Decimal(0), Decimal(5), END, is_told=True)
    assert (nothing.difference, nothing.share, nothing.adverse_share) == (5, None, None)
    below = Variance(REVENUE, Decimal(-10), Decimal(-15), END, is_told=True)
    assert (below.share, below.adverse_share) == (Decimal("-0.5"), Decimal("0.5"))


def test_a_quarter_is_compared_with_the_one_before_and_that_of_a_year_ago() -> None:
    ago = Period("acme", "revenue", date(2019, 6, 30), 3)
    facts = [told(number, 10 * number, period=_quarter(number - 1), actual=True)
             for number in (1, 2)]  # fmt: skip
    facts.append(told(3, 7, period=ago, actual=True))
    quarter = {each.period: each for each in variances(log_of(facts), Comparison("prior_quarter"))}
    assert (quarter[_quarter(1)].baseline, quarter[_quarter(1)].actual) == (10, 20)
    assert quarter[_quarter(0)].baseline is None
    year = {each.period: each for each in variances(log_of(facts), Comparison("prior_year"))}
    assert year[_quarter(1)].baseline == 7


def test_what_a_close_knew_is_the_baseline_of_what_is_known_now() -> None:
    facts = [told(1, 100), told(2, 90, actual=True), told(4, 85, actual=True)]
    then, now = log_of(facts, through=3), log_of(facts)
    [found] = variances(now, Comparison("as_reported", reported=then))
    assert (found.baseline, found.actual) == (90, 85)
    facts = [told(1, 100), told(4, 120)]
    then, now = log_of(facts, through=3), log_of(facts)
    [found] = variances(now, Comparison("forecast_at_close", reported=then))
    assert found.baseline == 100


def test_a_year_to_date_is_summed_on_both_sides_as_far_as_they_have_no_gap() -> None:
    year = Period("acme", "revenue", QUARTERS[3], 12)
    facts = [told(index + 1, 10, period=_quarter(index), actual=True, on="2021-01-20")
             for index in range(4)]  # fmt: skip
    facts.append(told(9, 50, period=year))
    found = {each.period: each for each in variances(log_of(facts), Comparison(window="ytd"))}
    assert (found[year].actual, found[year].baseline) == (40, 50)
    assert (found[_quarter(2)].actual, found[_quarter(2)].baseline) == (30, None)
    assert found[_quarter(2)].standing == "unplanned"


def test_what_does_not_add_up_is_compared_as_it_is() -> None:
    cash = Period("acme", "cash", END, None)
    facts = [told(1, 9, period=cash), told(2, 7, period=cash, actual=True)]
    [found] = variances(log_of(facts), Comparison(window="ttm"))
    assert (found.baseline, found.actual) == (9, 7)


def test_a_period_earlier_ends_with_its_month_where_the_later_one_does() -> None:
    assert earlier_end(date(2020, 6, 30), 3) == date(2020, 3, 31)
    assert earlier_end(date(2020, 5, 31), 3) == date(2020, 2, 29)
    assert earlier_end(date(2020, 5, 15), 3) == date(2020, 2, 15)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 99), st.booleans()), max_size=8))
def test_what_is_reported_and_not_changed_since_differs_in_nothing(
    told_of: list[tuple[int, int, bool]],
) -> None:
    facts = [
        told(number, value, period=_quarter(index), actual=actual)
        for number, (index, value, actual) in enumerate(told_of, 1)
    ]
    log = log_of(facts)
    for found in variances(log, Comparison("as_reported", reported=log)):
        assert found.difference in {0, None}


def test_a_sum_with_a_gap_is_incomplete_and_never_overdue() -> None:
    facts = [told(1, 100), told(2, 90, actual=True)]
    for window in ("mtd", "ttm", "ytd"):
        assert variances(log_of(facts), Comparison(window=window)) == [], "neither side has a sum"
    facts.append(told(3, 100, period=_quarter(0)))
    [gap, early] = variances(log_of(facts), Comparison(window="ytd"))
    assert (gap.baseline, gap.actual, gap.standing) == (200, None, "incomplete")
    assert early.standing == "overdue", "nothing was told of that quarter itself"


def test_a_metric_at_a_point_in_time_has_no_length() -> None:
    arr = Period("acme", "arr", END, 12)
    facts = [told(1, 100, period=arr), told(2, 90, period=arr._replace(months=None), actual=True)]
    [found] = variances(log_of(facts), Comparison())
    assert (found.baseline, found.actual) == (100, 90)


@pytest.mark.parametrize("end", [date.min, date(1, 2, 28), date.max])
def test_periods_at_the_ends_of_the_calendar_are_compared_as_others(end: date) -> None:
    period = REVENUE._replace(end=end)
    facts = [told(1, 100, period=period, on="0001-01-01"), told(2, 90, period=period, actual=True)]
    log = log_of(facts)
    for baseline in ("forecast", "prior_quarter", "prior_year"):
        for window in WINDOWS:
            assert len(variances(log, Comparison(baseline, window))) <= 1
