"""Comparisons of random viewpoints: bridges close, causes sum, effects are those of each event."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from hypothesis import given, settings

from app.domain.figures.bridge import company_steps
from app.domain.figures.comparison import Comparison, Side
from app.domain.figures.contributions import FUND_AMOUNTS
from app.domain.figures.restatement import effects
from app.domain.money import EXACT, ZERO
from app.domain.state.fold import state_at
from app.domain.viewpoint import Viewpoint
from tests.domain.random_logs import PLACES, Log, ledgers, viewpoint_of

Place = tuple[date, float]


def _side(log: Log, at: Viewpoint) -> Side:
    return Side.of(at, state_at(log[0].events, at))


def _comparison(log: Log, one: Place, other: Place) -> Comparison:
    first, last = (viewpoint_of(log, place) for place in (one, other))
    between = Viewpoint(first.as_of, last.through)
    return Comparison(*(_side(log, at) for at in (first, between, last)))


@given(ledgers(), PLACES, PLACES)
@settings(max_examples=300)
def test_every_bridge_closes_and_its_parts_sum_to_the_whole(
    log: Log, one: Place, other: Place
) -> None:
    found = _comparison(log, one, other)
    for bridge in (found.bridge, found.adjustments, found.period):
        assert bridge.opening_net_nav + sum(bridge.steps.values(), ZERO) == bridge.closing_net_nav
    assert found.adjustments.closing_net_nav == found.period.opening_net_nav
    for name, step in found.bridge.steps.items():
        assert step == found.adjustments.steps[name] + found.period.steps[name]


@given(ledgers(), PLACES, PLACES)
@settings(max_examples=300)
def test_companies_sum_to_the_gains_of_the_fund(log: Log, one: Place, other: Place) -> None:
    found = _comparison(log, one, other)
    for gain in ("realised_gain", "holding_income", "unrealised_gain"):
        assert sum((getattr(each, gain) for each in found.companies), ZERO) == getattr(
            found.bridge, gain
        )
    halves = [
        *company_steps(found.before.state, found.between.state),
        *company_steps(found.between.state, found.after.state),
    ]
    assert sum((each.total for each in halves), ZERO) == sum(
        (each.total for each in found.companies), ZERO
    )


@given(ledgers(), PLACES, PLACES)
@settings(max_examples=300)
def test_the_causes_sum_to_the_whole_difference(log: Log, one: Place, other: Place) -> None:
    for figure in _comparison(log, one, other).figures:
        if figure.new_knowledge is not None and figure.new_facts is not None:
            assert EXACT.add(figure.new_knowledge, figure.new_facts) == figure.total


@given(ledgers(), PLACES)
@settings(max_examples=200)
def test_a_viewpoint_compared_with_itself_is_empty(log: Log, place: Place) -> None:
    found = _comparison(log, place, place)
    assert found.is_empty
    assert not found.companies
    assert not any(found.bridge.steps.values())


@given(ledgers(), PLACES, PLACES)
@settings(max_examples=300)
def test_each_event_that_became_known_has_the_effect_that_its_day_then_shows(
    log: Log, one: Place, other: Place
) -> None:
    events = log[0].events
    first, later = viewpoint_of(log, one), viewpoint_of(log, other).through
    for amount in FUND_AMOUNTS.values():
        found = {each.sequence: each.amount for each in effects(events, first, later, amount)}
        shown = [
            amount.of(state_at(events, Viewpoint(first.as_of, through)))
            for through in range(first.through, max(later, first.through) + 1)
        ]
        for step, (was, then) in enumerate(pairwise(shown), 1):
            assert found.pop(first.through + step, ZERO) == then - was
        assert not found
