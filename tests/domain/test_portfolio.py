"""Several funds as one: sums, pooled ratios and rate, closed books, and which are wound up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import portfolio
from app.domain.figures.irr import xirr
from app.domain.portfolio import POOLED_RATIOS, SUMS, Position
from app.domain.state.fold import state_at
from app.domain.viewpoint import Viewpoint
from tests.domain.ledger import Ledger
from tests.domain.random_logs import DAYS, ledgers
from tests.ledgers import (
    Raw,
    called,
    committed,
    company,
    established,
    investment,
    mark,
    raw,
)

Log = tuple[Ledger, list[Raw]]
CLOSES = st.one_of(st.none(), DAYS)


def _position(ledger: Ledger, as_of: date, closed_through: date | None = None) -> Position:
    state = state_at(ledger.events, Viewpoint(as_of, len(ledger.events)))
    found = portfolio.position_of(state, as_of, closed_through)
    assert found is not None
    return found


@given(ledgers(), DAYS)
@settings(max_examples=200)
def test_pooled_figures_of_one_fund_are_those_of_the_fund(log: Log, as_of: date) -> None:
    one = _position(log[0], as_of)
    pooled = portfolio.pooled([one], as_of)
    for name in (*SUMS, *POOLED_RATIOS, "net_irr"):
        assert getattr(pooled, name) == getattr(one.figures, name), name
    theirs = {name: why for name, why in one.figures.reasons.items() if hasattr(pooled, name)}
    assert pooled.reasons == theirs


@given(st.lists(st.tuples(ledgers(), st.integers(2010, 2012)), max_size=4), DAYS)
@settings(max_examples=100)
def test_the_multiples_of_a_vintage_are_those_of_its_funds_pooled(
    logs: Sequence[tuple[Log, int]], as_of: date
) -> None:
    positions = []
    for (ledger, _), year in logs:
        position = _position(ledger, as_of)
        terms = position.terms.model_copy(update={"vintage_year": year})
        positions.append(replace(position, terms=terms))
    found = portfolio.by_vintage(positions)
    assert [each.year for each in found] == sorted({year for _, year in logs})
    for vintage in found:
        of_year = [each for each in positions if each.terms.vintage_year == vintage.year]
        pooled = portfolio.pooled(of_year, as_of)
        assert (vintage.funds, vintage.tvpi, vintage.dpi) == (
            pooled.funds,
            pooled.tvpi,
            pooled.dpi,
        )


@given(st.lists(ledgers(), min_size=1, max_size=4), DAYS)
@settings(max_examples=100)
def test_pooled_figures_agree_with_a_plain_reading(logs: Sequence[Log], as_of: date) -> None:
    positions = [_position(ledger, as_of) for ledger, _ in logs]
    pooled = portfolio.pooled(positions, as_of)
    assert pooled.funds == len(positions)
    sums = {
        name: sum((Fraction(getattr(each.figures, name)) for each in positions), Fraction(0))
        for name in SUMS
    }
    assert {name: Fraction(getattr(pooled, name)) for name in SUMS} == sums
    if sums["paid_in"] > 0:
        tvpi = (sums["distributed"] + sums["net_nav"]) / sums["paid_in"]
        assert pooled.tvpi == pytest.approx(Decimal(tvpi.numerator) / Decimal(tvpi.denominator))
        assert "tvpi" not in pooled.reasons
    else:
        assert (pooled.tvpi, pooled.reasons["tvpi"]) == (None, "nothing_paid_in")
    days = {day for each in positions for day in each.net_flows}
    flows = {day: sum(each.net_flows.get(day, Decimal(0)) for each in positions) for day in days}
    plain = xirr({day: Decimal(amount) for day, amount in flows.items()}, as_of)
    assert (pooled.net_irr, pooled.reasons.get("net_irr")) == (plain.rate, plain.reason)
    assert portfolio.pooled(positions[::-1], as_of) == pooled


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_the_last_quarter_is_the_last_that_is_over(as_of: date) -> None:
    day = as_of
    while (day + timedelta(days=1)).day != 1 or day.month % 3:
        day -= timedelta(days=1)
    assert portfolio.last_quarter(as_of) == day


@given(st.lists(st.tuples(CLOSES, DAYS, st.booleans()), max_size=6), DAYS)
def test_closed_books_agree_with_a_plain_count(
    funds: list[tuple[date | None, date, bool]], quarter: date
) -> None:
    ledger = Ledger()
    ledger.record(established())
    one = _position(ledger, date(2019, 12, 31))
    positions = [
        replace(
            one,
            terms=one.terms.model_copy(update={"inception_on": inception}),
            closed_through=closed,
            is_wound_up=wound_up,
        )
        for closed, inception, wound_up in funds
    ]
    keeping = [fund for fund in funds if fund[1] <= quarter and not fund[2]]
    found = portfolio.closing(positions, quarter)
    assert found.funds == len(keeping)
    assert found.closed == sum(closed is not None and closed >= quarter for closed, *_ in keeping)


def test_a_fund_that_has_not_begun_has_no_place() -> None:
    ledger = Ledger()
    ledger.record(established())
    state = state_at(ledger.events, Viewpoint(date(2009, 12, 31), 1))
    assert portfolio.position_of(state, date(2009, 12, 31), None) is None


BOUGHT = [committed("Alma", "100"), called("100"), company(), investment("100")]
SOLD = raw("PROCEEDS_RECEIVED", "2012-06-30", company="Acme", amount="300", kind="full_exit")
PAID = raw("DISTRIBUTION_MADE", "2012-07-31", amount="300")
IN_TERM, PAST_TERM = date(2015, 12, 31), date(2020, 1, 1)


@pytest.mark.parametrize(
    ("events", "as_of", "expected"),
    [
        pytest.param([], PAST_TERM, False, id="it never called"),
        pytest.param(BOUGHT, PAST_TERM, False, id="it holds a company"),
        pytest.param([*BOUGHT, SOLD], PAST_TERM, False, id="it holds cash"),
        pytest.param([*BOUGHT, SOLD, PAID], date(2012, 7, 30), False, id="the day before"),
        pytest.param([*BOUGHT, SOLD, PAID], date(2012, 7, 31), True, id="all is paid out"),
        pytest.param([committed("Bo", "9"), *BOUGHT, SOLD, PAID], IN_TERM, False, id="callable"),
        pytest.param(
            [committed("Bo", "9"), *BOUGHT, SOLD, PAID], date(2019, 12, 31), False, id="last day"
        ),
        pytest.param([committed("Bo", "9"), *BOUGHT, SOLD, PAID], PAST_TERM, True, id="past term"),
        pytest.param(
            [*BOUGHT, SOLD, raw("DISTRIBUTION_MADE", "2012-07-31", amount="299.93")],
            PAST_TERM,
            True,
            id="cents are left",
        ),
        pytest.param(
            [*BOUGHT, mark("0", "2012-06-30")], IN_TERM, True, id="all is written down to nothing"
        ),
        pytest.param(
            [
                *BOUGHT,
                SOLD,
                PAID,
                raw("CREDIT_LINE_DRAWN", "2013-01-01", amount="5"),
                raw("EXPENSE_PAID", "2013-01-01", amount="5", category="other"),
            ],
            PAST_TERM,
            False,
            id="it owes a bank",
        ),
        pytest.param(
            [
                *BOUGHT,
                SOLD,
                PAID,
                raw("EXPENSE_ACCRUED", "2013-01-01", amount="5", category="other"),
            ],
            PAST_TERM,
            False,
            id="it owes a bill",
        ),
    ],
)
def test_a_fund_is_wound_up_when_nothing_is_held_owed_or_callable(
    events: list[Raw], as_of: date, *, expected: bool
) -> None:
    ledger = Ledger()
    ledger.record(established(), *events)
    assert _position(ledger, as_of).is_wound_up is expected


def test_an_evergreen_fund_has_no_term_that_could_be_over() -> None:
    ledger = Ledger()
    ledger.record(established(evergreen=True), committed("Bo", "9"), *BOUGHT, SOLD, PAID)
    assert not _position(ledger, PAST_TERM).is_wound_up
