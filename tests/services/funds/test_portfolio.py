"""The list of funds on a day: found, in order, added up, and the same as each fund by itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from app.domain.accounts.roles import Role
from app.services.funds import many_logs, nav_curves, portfolio, positions
from app.services.funds.portfolio import FundOrder, Portfolio, PortfolioRequest
from app.services.reads import nav_history, period_closes
from app.store.accounts import memberships
from app.store.accounts.people import Person
from tests.ledgers import (
    Raw,
    called,
    committed,
    company,
    investment,
    look,
    mark,
    new_fund,
    raw,
    record,
    void,
)
from tests.people import member, somebody
from tests.statements import statements

TODAY = date(2020, 6, 30)
LIFE = [committed("Alma", "100"), called("100"), company(), investment("80"), mark("130")]
SOLD = raw("PROCEEDS_RECEIVED", "2012-06-30", company="Acme", amount="300", kind="full_exit")
PAID = raw("DISTRIBUTION_MADE", "2012-07-31", amount="320")


@pytest.fixture
def reader(engine: Engine) -> Person:
    return somebody(engine, admin=True)


@pytest.fixture
def mark_of() -> str:
    """Return a part of the names of a test's own funds."""
    return uuid4().hex


def _close(day: str, on: str, **more: Any) -> Raw:  # noqa: ANN401 - any JSON
    return raw("PERIOD_CLOSED", on, closed_through=day, **more)


def _load(engine: Engine, reader: Person, search: str, **wanted: Any) -> Portfolio:  # noqa: ANN401
    given: dict[str, Any] = {"as_of": TODAY, "search": search} | wanted
    request = PortfolioRequest(**given)
    return portfolio.load_portfolio(engine, request, reader)


def _names(found: Portfolio) -> list[str]:
    return [each.fund.name.split()[0] for each in found.funds]


@pytest.mark.parametrize("short", [500, 0], ids=["at once", "one by one"])
@pytest.mark.parametrize("as_of", ["2009-12-31", "2010-06-30", "2010-12-31", "2013-01-01"])
def test_each_fund_is_what_it_is_by_itself(
    engine: Engine,
    reader: Person,
    mark_of: str,
    monkeypatch: pytest.MonkeyPatch,
    as_of: str,
    short: int,
) -> None:
    monkeypatch.setattr(many_logs, "_SHORT", short)
    day = date.fromisoformat(as_of)
    funds = [
        new_fund(engine, *events, name=f"{number} {mark_of}")
        for number, events in enumerate([[], LIFE, [*LIFE, SOLD, PAID], [*LIFE, void(6)]])
    ]
    found = _load(engine, reader, mark_of, as_of=day)
    assert {each.fund.id for each in found.funds} == set(funds)
    for each in found.funds:
        alone = look(engine, each.fund.id, as_of)
        if alone.state.terms is None:
            assert each.condition == "not_begun"
            continue
        assert each.position
        assert each.position.figures == alone.figures
        assert each.position.terms == alone.state.terms


def test_what_is_recorded_later_is_seen_at_once(
    engine: Engine, reader: Person, mark_of: str
) -> None:
    fund = new_fund(engine, *LIFE, name=mark_of)
    assert _load(engine, reader, mark_of).totals[0].pooled.paid_in == 100
    record(engine, fund, called("25", "2011-01-01"))
    assert _load(engine, reader, mark_of).totals[0].pooled.paid_in == 125
    record(engine, fund, void(7))
    assert _load(engine, reader, mark_of).totals[0].pooled.paid_in == 100


def test_many_short_logs_are_read_in_one_statement_and_then_no_more(
    engine: Engine, mark_of: str
) -> None:
    person = somebody(engine)
    for number in range(5):
        fund = new_fund(engine, *LIFE, name=f"{number} {mark_of}")
        with engine.begin() as connection:
            memberships.grant(connection, fund, person.id, Role.VIEWER)
    with statements(engine) as sent:
        assert len(_load(engine, person, "").funds) == 5
    assert len(sent) == 4, "the ends of the logs, the funds, the closes, the facts"
    with statements(engine) as sent:
        _load(engine, person, "", order=FundOrder.named("-nav"))
    assert len(sent) == 1


def test_only_funds_of_the_reader_are_listed_and_counted(engine: Engine, mark_of: str) -> None:
    theirs = new_fund(engine, *LIFE, name=f"theirs {mark_of}")
    new_fund(engine, *LIFE, name=f"other {mark_of}")
    person = member(engine, theirs, "viewer")
    found = _load(engine, person, mark_of)
    assert _names(found) == ["theirs"]
    assert found.totals[0].pooled.funds == 1
    assert _load(engine, somebody(engine), mark_of).funds == []


def test_filters_narrow_list_and_totals_alike(engine: Engine, reader: Person, mark_of: str) -> None:
    made: dict[str, dict[str, Any]] = {
        "usd": {"vintage_year": 2010},
        "eur": {"vintage_year": 2010, "currency": "EUR"},
        "late": {"vintage_year": 2012},
    }
    for name, terms in made.items():
        new_fund(engine, *LIFE, name=f"{name} {mark_of}", **terms)
    new_fund(engine, *LIFE, SOLD, PAID, name=f"old {mark_of}")
    everything = _load(engine, reader, mark_of)
    assert [each.currency for each in everything.totals] == ["USD", "EUR"]
    assert {2010, 2012} <= set(everything.vintages)
    assert {"EUR", "USD"} <= set(everything.currencies)
    for wanted, names in (
        ({"vintage": 2010}, ["eur", "usd", "old"]),
        ({"vintage": 2010, "currency": "USD"}, ["usd", "old"]),
        ({"condition": "open"}, ["eur", "late", "usd"]),
        ({"condition": "wound_up"}, ["old"]),
        ({"vintage": 1999}, []),
    ):
        found = _load(engine, reader, mark_of, **wanted)
        assert _names(found) == names
        assert sum(each.pooled.funds for each in found.totals) == len(names)


def test_every_column_sorts_and_wound_up_funds_stay_below(
    engine: Engine, reader: Person, mark_of: str
) -> None:
    new_fund(engine, *LIFE, name=f"b {mark_of}")
    new_fund(engine, *LIFE, called("900", "2010-02-01"), name=f"a {mark_of}")
    new_fund(engine, committed("Bo", "5000"), name=f"c {mark_of}")  # nothing is paid in
    new_fund(engine, *LIFE, SOLD, PAID, name=f"over {mark_of}")
    new_fund(engine, name=f"later {mark_of}", on="2020-12-01")
    for text, names in (
        ("", "abc"),
        ("-fund", "cba"),
        ("nav", "abc"),
        ("-nav", "cba"),
        ("committed", "cab"),
        ("tvpi", "bac"),
        ("-tvpi", "abc"),
        ("no-such-column", "abc"),
    ):
        found = _load(engine, reader, mark_of, order=FundOrder.named(text))
        assert _names(found) == [*names, "over", "later"], text
    for column in portfolio.COLUMNS:
        order = FundOrder.named(column)
        assert FundOrder.named(order.next_for(column)).turned
        assert _names(_load(engine, reader, mark_of, order=order))[3:] == ["over", "later"]


def test_closed_books_are_those_of_each_fund_by_itself(
    engine: Engine, reader: Person, mark_of: str
) -> None:
    first, second = _close("2020-03-31", "2020-04-20"), _close("2020-06-30", "2020-07-20")
    reopened = raw("PERIOD_REOPENED", "2020-08-01", closed_through="2020-06-30")
    all_open = raw("PERIOD_REOPENED", "2020-08-02", closed_through="2020-03-31")
    lives = [[], [first], [first, second], [first, second, reopened], [first, second, all_open]]
    for number, turns in enumerate(lives):
        fund = new_fund(engine, *LIFE, name=f"{number} {mark_of}")
        for turn in turns:
            record(engine, fund, turn)
    found = _load(engine, reader, mark_of)
    for each in found.funds:
        assert each.position
        expected = period_closes.closed_through(engine, each.fund.id, each.head.through)
        assert each.position.closed_through == expected
    closing = found.totals[0].closing
    assert (closing.quarter, closing.closed, closing.funds) == (TODAY, 1, 5)


def test_currencies_are_never_added(engine: Engine, reader: Person, mark_of: str) -> None:
    for currency in ("USD", "CHF"):
        new_fund(engine, *LIFE, name=f"{currency} {mark_of}", currency=currency)
    totals = _load(engine, reader, mark_of).totals
    assert [(each.currency, each.pooled.nav) for each in totals] == [
        ("CHF", Decimal(150)),
        ("USD", Decimal(150)),
    ]


@pytest.mark.parametrize("short", [500, 0], ids=["at once", "one by one"])
def test_a_curve_is_the_one_of_the_fund_thinned(
    engine: Engine, mark_of: str, monkeypatch: pytest.MonkeyPatch, short: int
) -> None:
    monkeypatch.setattr(many_logs, "_SHORT", short)
    marks = [mark(str(day), f"2011-{day // 28 + 1:02}-{day % 28 + 1:02}") for day in range(150)]
    fund = new_fund(engine, *LIFE, *marks, name=mark_of)
    found = _load(engine, member(engine, fund, "viewer"), mark_of)
    heads = [each.head for each in found.funds]
    (curve,) = nav_curves.nav_curves(engine, heads).values()
    whole = nav_history.nav_strip(engine, fund, heads[0].through).nav
    assert len(whole) > 150
    assert len(curve) <= 61
    assert set(curve) <= set(whole)
    assert (curve[0], curve[-1]) == (whole[0], whole[-1])
    assert list(curve) == sorted(curve)
    with statements(engine) as sent:
        assert nav_curves.nav_curves(engine, heads) == {fund: curve}
    assert sent == []


def test_only_the_last_days_asked_for_are_kept(engine: Engine) -> None:
    fund = new_fund(engine, *LIFE)
    person = member(engine, fund, "viewer")
    for day in range(1, 29):
        _load(engine, person, "", as_of=date(2015, 2, day))
    assert len(positions._days) <= 4  # noqa: SLF001 - what is kept is what it is about
