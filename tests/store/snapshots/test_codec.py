"""States as bytes: nothing is lost, and equal logs give equal bytes."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.figures.figures import figures_of
from app.domain.state.fold import fold_onto, in_fold_order, in_force, state_at
from app.domain.viewpoint import Viewpoint
from app.store.snapshots.codec import decode, encode
from tests.domain.ledger import Ledger
from tests.domain.random_logs import DAYS, ledgers
from tests.ledgers import Raw

END = date(2019, 12, 31)


@given(ledgers(), st.floats(0, 1))
@settings(max_examples=200)
def test_a_state_comes_back_as_it_was_written(log: tuple[Ledger, list[Raw]], share: float) -> None:
    at = Viewpoint(END, round(share * len(log[0].events)))
    state = state_at(log[0].events, at)
    again = decode(encode(state))
    assert figures_of(again, END) == figures_of(state, END)
    assert encode(again) == encode(state)
    assert again == state


@given(ledgers(), st.floats(0, 1), DAYS)
@settings(max_examples=200)
def test_a_state_written_on_a_day_and_folded_on_equals_a_full_fold(
    log: tuple[Ledger, list[Raw]], share: float, day: date
) -> None:
    through = round(share * len(log[0].events))
    content = encode(state_at(log[0].events, Viewpoint(day, through)))
    later = [event for event in in_force(log[0].events, through) if event.effective_on > day]
    folded_on = fold_onto(decode(content), in_fold_order(later, END))
    full = state_at(log[0].events, Viewpoint(END, through))
    assert encode(folded_on) == encode(full)
    assert folded_on == full
