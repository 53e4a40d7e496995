"""Of many faults the first are told, and the others counted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import MOST_FAULTS, Fault, FaultList, RefusedError


@given(st.lists(st.tuples(st.integers(0, 150), st.integers(0, 9)), min_size=1, max_size=6))
def test_none_is_lost_from_the_count(refusals: list[tuple[int, int]]) -> None:
    gathered, number = FaultList(), 0
    for count, more in refusals:
        faults = [Fault(f"f{number + place}", "", "is wrong") for place in range(count)]
        gathered.add(RefusedError(faults, more))
        number += count
    told = gathered.refusal()
    assert len(told.faults) + told.more == number + sum(more for _, more in refusals)
    assert len(told.faults) <= MOST_FAULTS
    assert [each.field for each in told.faults[:1]] == ["f0"][: number and 1]


def test_the_text_of_a_refusal_says_how_many_it_leaves_out() -> None:
    faults = [Fault("amount", str(number), "is wrong") for number in range(MOST_FAULTS + 1_500)]
    text = str(RefusedError(faults))
    assert text.startswith("amount '0': is wrong; amount '1': is wrong")
    assert text.endswith("amount '99': is wrong; and 1,500 more")
    assert str(RefusedError(faults[:1])) == "amount '0': is wrong"
