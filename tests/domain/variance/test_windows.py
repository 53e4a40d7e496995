"""Periods added up: only those that fill a window without a gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.variance.windows import Span, added_up, months_in
from app.domain.viewpoint import month_end, months_before

ENDS = st.integers(1, 18).map(lambda number: months_before(date(2020, 12, 31), number - 1))
VALUES = st.dictionaries(
    st.tuples(ENDS, st.sampled_from([1, 3, 6, 12])), st.integers(1, 9).map(Decimal), max_size=14
)


@pytest.mark.parametrize(
    ("window", "end", "months"),
    [
        ("period", date(2020, 6, 30), None),
        ("mtd", date(2020, 6, 30), 1),
        ("qtd", date(2020, 6, 30), 3),
        ("qtd", date(2020, 5, 31), 2),
        ("ytd", date(2020, 5, 31), 5),
        ("ttm", date(2020, 5, 31), 12),
    ],
)
def test_a_window_covers_months(window: str, end: date, months: int | None) -> None:
    assert months_in(window, end) == months  # type: ignore[arg-type]


def test_four_quarters_are_a_year_and_three_with_a_gap_are_none() -> None:
    quarters = [date(2020, 3, 31), date(2020, 6, 30), date(2020, 9, 30), date(2020, 12, 31)]
    values = {(day, 3): Decimal(10) for day in quarters}
    assert added_up(values, quarters[3], 12) == 40
    del values[quarters[1], 3]
    assert added_up(values, quarters[3], 12) is None
    assert added_up(values, quarters[3], 6) == 20


@given(VALUES, ENDS, st.integers(1, 12))
def test_the_sum_is_that_of_a_set_that_fills_the_window(
    values: Mapping[Span, Decimal], end: date, months: int
) -> None:
    found = added_up(values, end, months)
    fillings = list(_fillings(values, end, months))
    if found is None:
        assert not fillings
    else:
        longest = max(fillings, key=lambda spans: [length for _, length in spans])
        assert found == sum(values[span] for span in longest)


def _fillings(values: Mapping[Span, Decimal], end: date, months: int) -> Iterator[list[Span]]:
    """Try every period that ends with the window, and every way to fill what is before it."""
    if months == 0:
        yield []
    for day, length in values:
        if day == end and length <= months:
            before = month_end(months_before(end, length))
            for rest in _fillings(values, before, months - length):
                yield [(day, length), *rest]
