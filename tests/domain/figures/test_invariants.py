"""What holds of every log and every viewpoint, tried on random ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.events.catalogue import EventType
from app.domain.figures.figures import AMOUNTS, figures_of
from app.domain.figures.irr import HIGHEST_ALONE, LOWEST
from app.domain.state.fold import state_at
from app.domain.viewpoint import Viewpoint
from tests.domain.figures.plain_reading import PlainReading
from tests.domain.ledger import Ledger
from tests.domain.random_logs import (
    CARRY,
    DAYS,
    LATER,
    PLACES,
    START,
    Log,
    ledgers,
    types_of,
    viewpoint_of,
)
from tests.ledgers import called, company, established, investment, mark


def _fractions(shares: Mapping[str, Decimal | None]) -> dict[str, Fraction | None]:
    return {name: None if count is None else Fraction(count) for name, count in shares.items()}


def test_random_logs_have_events_of_every_type() -> None:
    seen: set[str] = set()

    @given(ledgers())
    @settings(max_examples=400, database=None, derandomize=True)
    def look(log: Log) -> None:
        seen.update(types_of(log[0].events))

    look()
    assert seen == set(EventType)


@given(ledgers(), PLACES)
@settings(max_examples=600)
def test_fold_and_figures_agree_with_a_plain_reading(log: Log, place: tuple[date, float]) -> None:
    at = viewpoint_of(log, place)
    plain = PlainReading(log[0].events, at.as_of, at.through)
    state = state_at(log[0].events, at)
    figures = figures_of(state, at.as_of)
    expected = plain.figures()
    assert {name: Fraction(getattr(figures, name)) for name in AMOUNTS} == expected
    for company_id in plain.companies:
        held, wanted = state.holdings[company_id], plain.holding(company_id)
        assert Fraction(held.fair_value) == wanted["F"]
        assert Fraction(held.remaining_cost) == wanted["K"]
        assert Fraction(held.realised_gain) == wanted["R"]
        assert Fraction(held.income) == wanted["Y"]
        assert Fraction(held.reserve_left) == wanted["reserve_left"]
        stake = wanted["ownership"]
        assert held.ownership is None if stake is None else Fraction(held.ownership or 0) == stake
        assert _fractions(held.shares) == wanted["shares"]


@given(CARRY, st.integers(900, 2500), st.one_of(DAYS, LATER.filter(lambda day: day > START)))
@settings(max_examples=300)
def test_carry_agrees_with_a_plain_reading_around_its_hurdle(
    carry: dict[str, str], value: int, day: date
) -> None:
    ledger = Ledger()
    ledger.record(
        established(carry=carry),
        called("1000", "2010-01-01"),
        company(on="2010-01-01"),
        investment("1000", "2010-01-01"),
        mark(str(value), "2010-01-02"),
    )
    figures = figures_of(state_at(ledger.events, Viewpoint(day, 5)), day)
    expected = PlainReading(ledger.events, day, 5).figures()["accrued_carry"]
    assert Fraction(figures.accrued_carry) == expected


@given(ledgers(), PLACES)
@settings(max_examples=200)
def test_a_rate_makes_its_flows_worth_nothing(log: Log, place: tuple[date, float]) -> None:
    at = viewpoint_of(log, place)
    plain = PlainReading(log[0].events, at.as_of, at.through)
    figures = figures_of(state_at(log[0].events, at), at.as_of)
    for rate, flows, last in (
        (figures.net_irr, plain.partner_flows(), Fraction(figures.net_nav)),
        (figures.gross_irr, plain.deal_flows(), Fraction(figures.total_value)),
    ):
        if rate is None:
            continue
        assert LOWEST <= float(rate) <= HIGHEST_ALONE
        flows[at.as_of] = flows.get(at.as_of, Fraction(0)) + last
        first = min(flows)
        worth = [
            float(flow) * (1 + float(rate)) ** (-(day - first).days / 365)
            for day, flow in flows.items()
        ]
        assert abs(sum(worth)) <= 1e-6 * sum(map(abs, worth))


@given(ledgers(), PLACES)
@settings(max_examples=200)
def test_what_is_recorded_later_changes_no_answer(log: Log, place: tuple[date, float]) -> None:
    at = viewpoint_of(log, place)
    known_then = log[0].events[: at.through]
    assert state_at(log[0].events, at) == state_at(known_then, at)


@given(ledgers(), PLACES)
@settings(max_examples=100)
def test_no_amount_is_ever_a_float(log: Log, place: tuple[date, float]) -> None:
    at = viewpoint_of(log, place)
    state = state_at(log[0].events, at)
    assert not [value for value in _values(state) if isinstance(value, float)]
    figures = figures_of(state, at.as_of)
    assert {type(getattr(figures, name)) for name in AMOUNTS} == {Decimal}


def _values(value: object) -> Iterator[object]:
    """Return all that is anywhere in a state."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _values(getattr(value, field.name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _values(key)
            yield from _values(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _values(item)
    else:
        yield value
