"""Figures over time: what they are on each day, and on which days they are told."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.figures.figures import RATES, RATIOS, figures_of
from app.domain.figures.series import FIGURES, FLOWS, STEPS, Days, Series, Step, series_onto
from app.domain.state.fold import in_fold_order, in_force, state_at
from app.domain.state.state import FundState
from app.domain.viewpoint import Viewpoint
from tests.domain.ledger import Ledger
from tests.domain.random_logs import START, ledgers
from tests.ledgers import Raw, called, established, raw

Log = tuple[Ledger, list[Raw]]
SPAN = st.tuples(st.integers(-40, 1500), st.integers(0, 900)).map(
    lambda days: (START + timedelta(days=days[0]), START + timedelta(days=sum(days)))
)


def _series(ledger: Ledger, through: int, step: Step, first: date, last: date) -> Series:
    ordered = in_fold_order(in_force(ledger.events, through), last)
    days = Days(step, first, last).of(ordered)
    return series_onto(FundState(), ordered, first - timedelta(days=1), days)


@given(ledgers(), st.floats(0, 1), st.sampled_from(["event", "month", "quarter"]), SPAN)
@settings(max_examples=80)
def test_a_series_is_what_states_at_its_days_are(
    log: Log, share: float, step: Step, span: tuple[date, date]
) -> None:
    ledger, through = log[0], round(share * len(log[0].events))
    series = _series(ledger, through, step, *span)
    for index, day in enumerate(series.dates):
        figures = figures_of(state_at(ledger.events, Viewpoint(day, through)), day)
        for name in FIGURES:
            assert series.figures[name][index] == getattr(figures, name), (name, day)
        for name in (*RATIOS, *RATES):
            assert series.reasons[name][index] == figures.reasons.get(name), (name, day)


@given(ledgers(), st.floats(0, 1), SPAN)
@settings(max_examples=50)
def test_flows_sum_to_the_difference_between_two_states(
    log: Log, share: float, span: tuple[date, date]
) -> None:
    ledger, through = log[0], round(share * len(log[0].events))
    opening, closing = (
        state_at(ledger.events, Viewpoint(day, through))
        for day in (span[0] - timedelta(days=1), span[1])
    )
    moved = {
        "calls": closing.paid_in - opening.paid_in,
        "distributions": closing.distributed - opening.distributed,
        "investments": closing.invested - opening.invested,
        "proceeds": closing.proceeds - opening.proceeds,
        "expenses": closing.expenses - opening.expenses,
    }
    for step in STEPS:
        series = _series(ledger, through, step, *span)
        assert {name: sum(series.flows[name]) for name in FLOWS} == moved, step
        if series.dates:
            assert series.net_cash_flow[-1] == closing.distributed - closing.paid_in


def test_the_days_of_each_step() -> None:
    first, last = date(2020, 1, 31), date(2020, 7, 2)
    ledger = Ledger()
    ledger.record(
        established("2020-01-01"), called("10", "2020-01-30"), called("10", "2020-02-29"),
        called("10", "2020-02-29", occurrence=2), called("1", "2020-07-02"),
        called("1", "2020-07-03"),
    )  # fmt: skip
    found = {step: Days(step, first, last).of(ledger.events) for step in STEPS}
    assert len(found.pop("day")) == (last - first).days + 1
    assert {step: [str(day) for day in days] for step, days in found.items()} == {
        "event": ["2020-02-29", "2020-07-02"],
        "month": ["2020-01-31", "2020-02-29", "2020-03-31", "2020-04-30", "2020-05-31",
                  "2020-06-30", "2020-07-02"],
        "quarter": ["2020-03-31", "2020-06-30", "2020-07-02"],
    }  # fmt: skip


@pytest.mark.parametrize("step", ["day", "month", "quarter"])
def test_steps_cover_a_span_without_gap_or_overlap(step: Step) -> None:
    for length in range(200):
        first = date(2019, 11, 28) + timedelta(days=length)
        days = Days(step, first, first + timedelta(days=length)).of([])
        assert days[-1] == first + timedelta(days=length)
        assert days == sorted(set(days))


def test_the_calls_and_distributions_of_each_quarter_draw_the_j_curve() -> None:
    ledger = Ledger()
    ledger.record(
        established(),
        called("100", "2010-02-01"),
        called("50", "2010-05-01"),
        raw("DISTRIBUTION_MADE", "2010-06-30", amount="20"),
        raw("DISTRIBUTION_MADE", "2010-12-31", amount="200"),
    )
    series = _series(ledger, 5, "quarter", date(2010, 1, 1), date(2010, 12, 31))
    assert series.flows["calls"] == [100, 50, 0, 0]
    assert series.flows["distributions"] == [0, 20, 0, 200]
    assert series.net_cash_flow == [Decimal(-100), Decimal(-130), Decimal(-130), Decimal(70)]
