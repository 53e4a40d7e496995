"""The scale under a slider."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.web.fund.day_scale import DayScale

_DAYS = st.dates(date(1990, 1, 1), date(2040, 1, 1))


def test_every_day_has_a_step_and_the_last_one_may_stand_for_much_later() -> None:
    scale = DayScale.over(date(2020, 1, 1), date(2020, 1, 10), date(2026, 1, 1))
    assert scale.steps == 10
    assert [scale.step(date(2020, 1, day)) for day in (1, 2, 10)] == [0, 1, 9]
    assert scale.step(date(2026, 1, 1)) == 10
    assert scale.end == date(2020, 1, 10)


def test_a_break_has_room_of_its_own_and_no_day_beyond_the_last() -> None:
    first, end = date(2010, 1, 1), date(2020, 3, 31)
    scale = DayScale.over(first, end, date(2026, 1, 1))
    assert scale.has_break
    assert scale.end == end
    assert scale.steps - scale.step(end) == scale.room == 93
    assert 0.98 < scale.middle_of_break < 1
    assert scale.years()[-1][0] == 2019, "in place of 2020 it says today"
    near = DayScale.over(first, end, end + timedelta(days=3))
    assert (near.has_break, near.room) == (False, 3)


def test_a_scale_up_to_today_has_no_step_too_many() -> None:
    scale = DayScale.over(date(2020, 1, 1), date(2020, 1, 10), date(2020, 1, 10))
    assert scale.steps == 9
    assert scale.step(date(2020, 1, 10)) == 9
    assert scale.step(date(2020, 1, 9)) == 8


def test_a_fund_of_today_has_a_scale_as_well() -> None:
    day = date(2020, 1, 1)
    scale = DayScale.over(day, day, day)
    assert scale.steps == 1
    assert scale.step(day) == 0


@given(first=_DAYS, length=st.integers(0, 9000), beyond=st.integers(0, 900), day=_DAYS)
def test_a_step_is_never_off_the_scale(first: date, length: int, beyond: int, day: date) -> None:
    end = first + timedelta(days=length)
    scale = DayScale.over(first, end, end + timedelta(days=beyond))
    assert 0 <= scale.step(day) <= scale.steps
    assert 0 <= scale.share(day) <= 1
    if first <= day <= end and length:
        assert first + timedelta(days=scale.step(day)) == day
    for year, share in scale.years():
        assert 0 <= share <= 1
        assert first.year <= year


def test_years_too_close_to_an_end_are_not_written() -> None:
    years = DayScale.over(date(2008, 12, 20), date(2019, 1, 5), date(2026, 1, 1)).years()
    assert [year for year, _ in years] == list(range(2009, 2019))
    years = DayScale.over(date(2009, 1, 1), date(2011, 7, 1), date(2011, 7, 1)).years()
    assert years[0] == (2009, 0.0)
    assert [year for year, _ in years] == [2009, 2010, 2011]
