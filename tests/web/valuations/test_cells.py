"""Cells of a valuation round as people type them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.state.state import Holding
from app.web.valuations.cells import cells_of, read_row, rest_unchanged

ACME = Holding("id", "Acme", fair_value=Decimal(1_500_000), remaining_cost=Decimal(1_000_000))
FREE = Holding("id", "Free", fair_value=Decimal(10))


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1.8m", 1_800_000), ("1,800,000", 1_800_000), ("$1.8 million", 1_800_000), ("0", 0),
        ("1.5x", 1_500_000), ("1.5 ×", 1_500_000), ("2X", 2_000_000), ("0x", 0),
        ("0.333333x", 333_333), ("unchanged", 1_500_000), ("Unchanged", 1_500_000),
        ("=", 1_500_000),
    ],
)  # fmt: skip
def test_marks_are_read_as_amounts_and_multiples(typed: str, value: Decimal) -> None:
    read = read_row(ACME, {"mark": typed}, "USD")
    assert read.mark, read.faults
    assert read.mark.value == value


@pytest.mark.parametrize(
    ("cells", "field", "told"),
    [
        ({"mark": "abc"}, "mark", "“abc” is not an amount"),
        ({"mark": "€5"}, "mark", "is not in USD"),
        ({"mark": "-5"}, "mark", "is negative: a fair value is 0 or more"),
        ({"mark": "axx"}, "mark", "is not an amount"),
        ({"mark": "5 or 6x"}, "mark", "“5 or 6x” is not a multiple: write it like 1.5x"),
        ({"mark": "5", "unchanged": "yes"}, "mark", "say two things"),
        ({"note": "later"}, "mark", "Write a mark, or choose Unchanged"),
        ({"mark": "5", "ownership": "120%"}, "ownership", "write 0 to 100%"),
        ({"mark": "5", "ownership": "0.125"}, "ownership", "can be 0.125% or 12.5%"),
        ({"mark": "5", "ownership": "a"}, "ownership", "is not a percentage"),
        ({"mark": "5", "method": "guess"}, "method", "is not on the list"),
        ({"mark": "5", "level": "4"}, "level", "is not on the list"),
        ({"mark": "5", "note": "\u202e"}, "note", "cannot be seen"),
        ({"mark": "5", "note": "x" * 5000}, "note", "at most 4000 characters"),
    ],
)
def test_what_cannot_be_read_says_why_beside_its_cell(
    cells: dict[str, str], field: str, told: str
) -> None:
    read = read_row(ACME, cells, "USD")
    assert read.mark is None
    assert told in read.faults[field]


def test_all_wrong_cells_are_told_at_once() -> None:
    read = read_row(ACME, {"mark": "a", "ownership": "b", "level": "c"}, "USD")
    assert read.faults.keys() == {"mark", "ownership", "level"}


def test_an_empty_row_is_no_mark() -> None:
    read = read_row(ACME, {"mark": " ", "note": ""}, "USD")
    assert (read.mark, read.faults) == (None, {})


def test_a_multiple_needs_cost_that_remains() -> None:
    assert "nothing of the cost remains" in read_row(FREE, {"mark": "2x"}, "USD").faults["mark"]


def test_the_rest_of_the_row_comes_along() -> None:
    cells = {
        "unchanged": "yes", "ownership": "9.5", "method": "net_assets", "level": "2", "note": "ok",
    }  # fmt: skip
    mark = read_row(ACME, cells, "USD").mark
    assert mark
    assert mark.unchanged
    assert (mark.ownership, mark.method, mark.fair_value_level, mark.note) == (
        Decimal("0.095"), "net_assets", 2, "ok",
    )  # fmt: skip


def test_a_mark_keeps_the_method_and_the_level_of_the_prior_one_unless_it_says_others() -> None:
    marked = replace(ACME, method="market_multiple", fair_value_level=3)
    kept = read_row(marked, {"unchanged": "yes"}, "USD").mark
    said = read_row(marked, {"unchanged": "yes", "method": "net_assets"}, "USD").mark
    new = read_row(marked, {"mark": "2m"}, "USD").mark
    other = read_row(marked, {"mark": "2m", "level": "2"}, "USD").mark
    assert kept
    assert said
    assert new
    assert other
    assert (kept.method, kept.fair_value_level) == ("market_multiple", 3)
    assert (said.method, said.fair_value_level) == ("net_assets", 3)
    assert (new.method, new.fair_value_level) == ("market_multiple", 3)
    assert (other.method, other.fair_value_level) == ("market_multiple", 2)


def test_rest_unchanged_ticks_only_rows_that_are_empty() -> None:
    cells = cells_of({"mark.a": "5", "note.b": "typed", "mark.x": "not shown"}, ["a", "b", "c"])
    assert rest_unchanged(cells) == {("c", "unchanged"): "yes"}
