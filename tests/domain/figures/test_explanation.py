"""Every figure explains itself, on random logs: its parts, contributions, flows and tiers."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings

from app.domain.events.model import Event
from app.domain.figures.carry import split_of
from app.domain.figures.contributions import (
    FUND_AMOUNTS,
    HOLDING_AMOUNTS,
    Amount,
    Contribution,
    contributions_onto,
)
from app.domain.figures.explanation import EXPLAINED, explain
from app.domain.figures.figures import AMOUNTS, RATES, RATIOS, figures_of
from app.domain.money import EXACT, ZERO
from app.domain.state.fold import fold_onto, in_fold_order, in_force, state_at
from app.domain.state.state import FundState
from app.domain.viewpoint import Viewpoint
from tests.domain.random_logs import DAYS, PLACES, Log, ledgers, viewpoint_of


def _contributions(log: list[Event], at: Viewpoint, amount: Amount) -> list[Contribution]:
    ordered = in_fold_order(in_force(log, at.through), at.as_of)
    return list(contributions_onto(FundState(), ordered, amount))


def _sum(contributions: list[Contribution]) -> Decimal:
    return sum((each.amount for each in contributions), ZERO)


def test_every_figure_can_be_explained() -> None:
    assert set(EXPLAINED) == {*AMOUNTS, *RATIOS, *RATES}


@given(ledgers(), PLACES)
@settings(max_examples=200)
def test_contributions_sum_to_the_amount_and_by_company_to_what_it_has(
    log: Log, place: tuple[date, float]
) -> None:
    at = viewpoint_of(log, place)
    state = state_at(log[0].events, at)
    figures = figures_of(state, at.as_of)
    for name, amount in FUND_AMOUNTS.items():
        found = _contributions(log[0].events, at, amount)
        assert _sum(found) == getattr(figures, name)
        assert all(each.sequence <= at.through and each.amount for each in found)
    for name, amount in HOLDING_AMOUNTS.items():
        by_company: Counter[str] = Counter()
        for each in _contributions(log[0].events, at, amount):
            assert each.company_id
            by_company[each.company_id] += each.amount  # type: ignore[assignment]
        for company_id, holding in state.holdings.items():
            assert by_company[company_id] == getattr(holding, name)


@given(ledgers(), PLACES)
@settings(max_examples=200)
def test_companies_add_what_they_gained_to_nav(log: Log, place: tuple[date, float]) -> None:
    at = viewpoint_of(log, place)
    state = state_at(log[0].events, at)
    by_company: Counter[str] = Counter()
    for each in _contributions(log[0].events, at, FUND_AMOUNTS["nav"]):
        if each.company_id:
            by_company[each.company_id] += each.amount  # type: ignore[assignment]
    for company_id, holding in state.holdings.items():
        gained = holding.realised_gain + holding.income + holding.unrealised_gain
        assert by_company[company_id] == gained


@given(ledgers(), PLACES, DAYS)
@settings(max_examples=200)
def test_contributions_can_be_told_from_any_day_on(
    log: Log, place: tuple[date, float], first: date
) -> None:
    at = viewpoint_of(log, place)
    ordered = in_fold_order(in_force(log[0].events, at.through), at.as_of)
    before = [event for event in ordered if event.effective_on < first]
    since = ordered[len(before) :]
    for amount in FUND_AMOUNTS.values():
        wanted = [
            each for each in _contributions(log[0].events, at, amount) if each.effective_on >= first
        ]
        if amount.types:
            some = [event for event in since if event.event_type in amount.types]
            assert list(contributions_onto(FundState(), some, amount)) == wanted
        else:
            state = fold_onto(FundState(), before)
            assert list(contributions_onto(state, since, amount)) == wanted


@given(ledgers(), PLACES)
@settings(max_examples=200)
def test_parts_sum_to_the_figure_and_sides_divide_to_it(
    log: Log, place: tuple[date, float]
) -> None:
    at = viewpoint_of(log, place)
    state = state_at(log[0].events, at)
    figures = figures_of(state, at.as_of)
    for name in AMOUNTS:
        told = explain(state, figures, at.as_of, name)
        if told.parts:
            assert sum((part.amount for part in told.parts), ZERO) == told.value
    for name in RATIOS:
        told = explain(state, figures, at.as_of, name)
        over = sum((part.amount for part in told.parts), ZERO)
        assert told.denominator
        assert (told.value is None) == (told.denominator.amount <= 0)
        assert told.value is None or told.value == over / told.denominator.amount


@given(ledgers(), PLACES)
@settings(max_examples=300)
def test_present_values_sum_to_nothing_and_flows_to_the_profit(
    log: Log, place: tuple[date, float]
) -> None:
    at = viewpoint_of(log, place)
    state = state_at(log[0].events, at)
    figures = figures_of(state, at.as_of)
    for name, profit in (
        ("net_irr", figures.distributed - figures.paid_in + figures.net_nav),
        ("gross_irr", figures.proceeds - figures.invested + figures.total_value),
    ):
        told = explain(state, figures, at.as_of, name)
        assert sum((each.amount for each in told.flows), ZERO) == profit
        if told.value is not None:
            worth = [each.present_value or 0 for each in told.flows]
            assert abs(sum(worth)) <= max(0.01, 1e-9 * sum(map(abs, worth)))


@given(ledgers(), PLACES)
@settings(max_examples=300)
def test_tiers_share_out_the_whole_profit_and_the_account_sums_to_the_preferred_return(
    log: Log, place: tuple[date, float]
) -> None:
    at = viewpoint_of(log, place)
    state = state_at(log[0].events, at)
    told = explain(state, figures_of(state, at.as_of), at.as_of, "accrued_carry")
    assert told.tiers
    if state.terms is None:
        assert not told.split
        return
    assert told.split == tuple(split_of(told.tiers, state.terms.carry))
    with localcontext(EXACT):
        assert sum((tier.to_gp for tier in told.split), ZERO) == told.tiers.earned
        to_partners = sum((tier.to_partners for tier in told.split), ZERO)
        apart = abs(to_partners + told.tiers.earned - told.tiers.profit)
    assert apart < Decimal("1e-30"), "a quotient has no end"
    assert all(tier.to_gp >= 0 for tier in told.split)
    assert sum((day.grown for day in told.hurdle), ZERO) == told.tiers.preferred_return


def test_an_unknown_figure_is_no_figure() -> None:
    state = FundState()
    day = date(2020, 1, 1)
    with pytest.raises((KeyError, AttributeError)):
        explain(state, figures_of(state, day), day, "nonsense")
