"""What a log passes through: the same as states read day by day say."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings

from app.domain.alerts.walk import walk
from app.domain.state.fold import in_fold_order, in_force, state_at
from app.domain.state.state import FundState
from app.domain.viewpoint import Viewpoint
from tests.domain.ledger import Ledger
from tests.domain.random_logs import DAYS, ledgers
from tests.ledgers import Raw

Log = tuple[Ledger, list[Raw]]


@given(ledgers(), DAYS)
@settings(max_examples=150)
def test_it_agrees_with_states_read_day_by_day(log: Log, as_of: date) -> None:
    events, through = log[0].events, len(log[0].events)
    ordered = in_fold_order(in_force(events, through), as_of)
    found = walk(ordered)

    def state(day: date) -> FundState:
        return state_at(events, Viewpoint(day, through))

    assert found.state.nav == state(as_of).nav
    days = sorted({each.effective_on for each in ordered})
    cash = [state(day).cash for day in days]
    assert (found.lowest_cash.amount if found.lowest_cash else None) == min(cash, default=None)
    drawn = [state(day).borrowings > 0 for day in days]
    since = None
    for day, is_drawn in zip(days, drawn, strict=True):
        since = (since or day) if is_drawn else None
    assert (found.drawn_since.on if found.drawn_since else None) == since
    called = {each.effective_on for each in ordered if each.event_type == "CAPITAL_CALLED"}
    unfunded = [state(day).unfunded for day in called]
    low = found.lowest_unfunded
    assert (low.amount if low else None) == min(unfunded, default=None)
    for company_id, mark in found.last_marks.items():
        marks = [
            each.effective_on
            for each in ordered
            if each.event_type == "VALUATION_UPDATED" and each.payload["company_id"] == company_id
        ]
        assert mark.effective_on == max(marks)
        if marks.count(mark.effective_on) == 1:
            eve = state(mark.effective_on - timedelta(days=1)).holdings.get(company_id)
            same_day = [
                each
                for each in ordered
                if each.effective_on == mark.effective_on
                and each.payload.get("company_id") == company_id
            ]
            if len(same_day) == 1 and eve:
                assert mark.before == eve.fair_value
