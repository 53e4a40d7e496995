"""What a valuation round is about and what it comes to, and two people in one grid."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.domain.valuations.cell_merge import Conflict, merge
from app.domain.valuations.rounds import Mark, quarter_ends, to_be_valued, totals
from tests.domain.ledger import fund
from tests.ledgers import company, investment, mark, raw

MARK = ("acme", "mark")
NOTE = ("acme", "note")


def exit_of(name: str, kind: str = "full_exit", **more: str) -> dict[str, object]:
    return raw("PROCEEDS_RECEIVED", "2011-01-15", company=name, amount="700", kind=kind, **more)


def test_what_is_sold_and_owes_nothing_is_not_valued() -> None:
    names = ("Zeta", "acme", "Sold", "Escrow", "Zero", "Parts", "Never")
    state = fund(
        *(company(name) for name in names),
        *(investment("500", name=name) for name in names if name != "Never"),
        mark("0", name="Zero"),
        exit_of("Sold"),
        exit_of("Escrow", escrow_held="50"),
        exit_of("Parts", "partial_exit", fraction_sold="1"),
    ).state()
    assert [each.name for each in to_be_valued(state.holdings.values())] == [
        "acme", "Escrow", "Zero", "Zeta",
    ]  # fmt: skip


def test_a_round_sums_up_with_what_keeps_its_value() -> None:
    state = fund(
        company(), company("Bolt"), investment("1000"), investment("300", name="Bolt"),
        mark("400", name="Bolt"),
    ).state()  # fmt: skip
    acme, bolt = to_be_valued(state.holdings.values())
    sums = totals(state, [Mark(acme, Decimal(1500))])
    assert (sums.marks, sums.sum_of_marks) == (1, 1500)
    assert (sums.value_before, sums.value_after) == (1400, 1900)
    assert sums.nav_after - sums.nav_before == 500
    assert sums.change == Decimal(500) / 100
    assert Mark(bolt, Decimal(400)).repeats(date(2010, 12, 31))
    assert not Mark(bolt, Decimal(401)).repeats(date(2010, 12, 31))
    assert not Mark(acme, Decimal(1000)).repeats(date(2010, 3, 1)), "at cost is no mark"


@pytest.mark.parametrize(
    ("value", "steep"), [("5000", False), ("5000.01", True), ("0", False), ("100000", True)]
)
def test_steep_is_above_five_times(value: str, *, steep: bool) -> None:
    [acme] = to_be_valued(fund(company(), investment("1000")).state().holdings.values())
    assert Mark(acme, Decimal(value)).is_steep is steep


@pytest.mark.parametrize(
    ("value", "faint"), [("10", False), ("9.99", True), ("0", False), ("1.5", True)]
)
def test_faint_is_below_a_hundredth_and_no_write_off(value: str, *, faint: bool) -> None:
    [acme] = to_be_valued(fund(company(), investment("1000")).state().holdings.values())
    assert Mark(acme, Decimal(value)).is_faint is faint


def test_from_zero_nothing_is_steep() -> None:
    state = fund(company(), investment("1000"), mark("0")).state()
    [acme] = to_be_valued(state.holdings.values())
    from_zero = Mark(acme, Decimal(100))
    assert not from_zero.is_steep
    assert from_zero.change is None


def test_quarter_ends_run_backwards_and_hold_both_ends() -> None:
    ends = quarter_ends(date(2010, 9, 30), date(2011, 3, 31))
    assert ends == [date(2011, 3, 31), date(2010, 12, 31), date(2010, 9, 30)]
    assert quarter_ends(date(2010, 10, 1), date(2011, 3, 30)) == [date(2010, 12, 31)]
    assert quarter_ends(date(2011, 1, 1), date(2011, 3, 30)) == []


def test_quarter_ends_stop_where_the_calendar_begins() -> None:
    ends = quarter_ends(date.min, date(1, 9, 30))
    assert ends[:3] == [date(1, 9, 30), date(1, 6, 30), date(1, 3, 31)]
    assert len(ends) == len(set(ends))


@pytest.mark.parametrize(
    ("base", "mine", "kept", "author", "expected"),
    [
        ("", "1", "", "", "written"),
        ("1", "", "1", "ben", "written"),
        ("1", "1", "2", "ben", "taken"),
        ("1", "1", "", "ben", "taken"),
        ("1", "2", "2", "ben", "same"),
        ("", "2", "1", "ben", "conflict"),
        ("1", "", "2", "ben", "conflict"),
        ("1", "2", "", "ben", "conflict"),
        ("", "2", "1", "me", "written"),
    ],
)
def test_of_two_texts_none_is_lost(
    base: str, mine: str, kept: str, author: str, expected: str
) -> None:
    found = merge({MARK: base}, {MARK: mine}, {MARK: kept}, {MARK: author}, "me")
    conflicts = [Conflict(MARK, mine, kept, author)] if expected == "conflict" else []
    assert found.conflicts == conflicts
    assert found.written == ({MARK: mine} if expected == "written" else {})
    assert found.taken == ({MARK: kept} if expected == "taken" else {})


def test_cells_that_were_not_shown_stay() -> None:
    found = merge({}, {MARK: "1"}, {NOTE: "theirs"}, {NOTE: "ben"}, "me")
    assert (found.written, found.taken, found.conflicts) == ({MARK: "1"}, {}, [])
