"""Cells as people write them: numbers, days, answers and words, and what says two things."""

from __future__ import annotations

import pytest

from app.services.import_files.cells import CellReader
from app.services.import_files.dates import DayOrder, read_day
from app.services.import_files.file import Line
from app.services.import_files.numbers import UnreadableCellError
from app.services.sheets import Number
from app.services.sheets.number_formats import ShownWith


def read(cell: str, column: str = "amount", *others: str) -> object:
    lines = [Line(row, row - 1, {column: each}) for row, each in enumerate((cell, *others), 2)]
    return CellReader(lines).read(2, column, cell)


def alone() -> list[DayOrder]:
    """Stand for a column whose other cells say nothing."""
    return []


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1250000", "1250000"),
        ("1250000.50", "1250000.50"),
        ("1,250,000", "1250000"),
        ("1,250,000.5", "1250000.5"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1.250.000", "1250000"),
        ("1 250 000,50", "1250000.50"),
        ("1\u00a0250\u202f000", "1250000"),
        ("1'250'000.50", "1250000.50"),
        ("12,5", "12.5"),
        (".5", "0.5"),
        ("0.125", "0.125"),
        ("0,125", "0.125"),
        ("1234.567", "1234.567"),
        ("1.2340", "1.2340"),
        ("(1,234.50)", "-1234.50"),
        ("-5", "-5"),
        ("\u22125", "-5"),
        ("+5", "5"),
        ("$1,250,000", "1250000"),
        ("($5)", "-5"),
        ("-$5", "-5"),
        ("$-5.00", "-5.00"),
        ("€ 1.234,50", "1234.50"),
        ("1.234,50 €", "1234.50"),
        ("USD 12", "12"),
        ("12 USD", "12"),
        ("US$12", "12"),
        ("'12", "12"),
        ("$ (4,000.00)", "-4000.00"),  # as accounting formats write it
        ("€ (1.234,50)", "-1234.50"),
        ("$ -", "0"),
        ("$–", "0"),
        ("- €", "0"),
        ("5.00-", "-5.00"),
        ("1,250.00-", "-1250.00"),
        ("5.00- €", "-5.00"),
        ("12,34,567", "1234567"),
        ("1,23,456", "123456"),
        ("₹ 1,00,00,000.50", "10000000.50"),
    ],
)
def test_a_number_is_read_however_it_is_written(cell: str, number: str) -> None:
    assert read(cell) == number


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (
            "1,234",
            "can be 1234 or 1.234, and no other cell of the column says which: write 1234 or",
        ),
        ("1.234", "can be 1.234 or 1234, and no other cell of the column says which: write 1.2340"),
        ("(1,234)", "can be -1234 or -1.234"),
        ("500,000", "can be 500000 or 500.000"),
        ("1,23,45", "is not a plain number: write digits with a point"),
        ("-", "is a dash, which can mean 0 or nothing: write 0, or leave the cell empty"),
        ("—", "is a dash"),
        ("-5-", "is not a plain number"),
        ("(5-)", "is not a plain number"),
        ("$ ($5)", "is not a plain number"),
        ("1,2345,678", "is not a plain number"),
        ("1.2.3", "is not a plain number"),
        ("1e5", "is not a plain number"),
        ("5oo", "is not a plain number"),
        ("1.25m", "is not a plain number"),
        ("(5", "is not a plain number"),
        ("-(5)", "is not a plain number"),
        ("--5", "is not a plain number"),
        ("$5 USD", "is not a plain number"),
        ("abc 5", "is not a plain number"),
        ("\u0665", "is not a plain number"),
        ("12%", "is in per cent, and this column holds amounts"),
    ],
)
def test_a_number_that_is_none_or_two_is_refused_with_its_readings(cell: str, told: str) -> None:
    with pytest.raises(UnreadableCellError, match=told):
        read(cell)


@pytest.mark.parametrize(
    ("cell", "others", "number"),
    [
        ("500,000", ["1,250,000"], "500000"),
        ("500,000", ["12.50"], "500000"),
        ("1.234", ["12.50"], "1.234"),
        ("1.234", ["7,5"], "1234"),
        ("1,234", ["1.000.000", "12"], "1.234"),
        ("500,000", ["12.50", "7,5"], None),
        ("500,000", ["1250", "1,234", "words"], None),
        ("500,000", [Number("12.5")], None),
    ],
)
def test_the_rest_of_the_column_says_what_stands_before_the_decimals(
    cell: str, others: list[str], number: str | None
) -> None:
    if number is not None:
        assert read(cell, "amount", *others) == number
    else:
        with pytest.raises(UnreadableCellError, match="no other cell of the column says which"):
            read(cell, "amount", *others)


def test_a_number_cell_of_a_workbook_is_what_it_is() -> None:
    assert read(Number("1.234")) == "1.234"
    with pytest.raises(UnreadableCellError, match="has more than 6 decimals: round it with =ROUND"):
        read(Number("0.30000000000000004"))
    assert read(Number("0.333333333333"), "ownership") == "0.333333333333"


@pytest.mark.parametrize(("cell", "share"), [("12.5%", "0.125"), ("100 %", "1"), ("0.5", "0.5")])
def test_a_share_may_stand_in_per_cent(cell: str, share: str) -> None:
    assert read(cell, "ownership") == share


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2012-12-31", "2012-12-31"),
        ("2012/12/31", "2012-12-31"),
        ("2012-12-31T00:00:00", "2012-12-31"),
        ("31/12/2012", "2012-12-31"),
        ("12/31/2012", "2012-12-31"),
        ("31.12.2012", "2012-12-31"),
        ("5/5/2012", "2012-05-05"),
        ("31 Dec 2012", "2012-12-31"),
        ("31-Dec-2012", "2012-12-31"),
        ("31 december 2012", "2012-12-31"),
        ("3rd Sept. 2012", "2012-09-03"),
        ("Dec 31, 2012", "2012-12-31"),
        ("29 Feb 2012", "2012-02-29"),
    ],
)
def test_a_day_is_read_however_it_is_written(cell: str, day: str) -> None:
    assert read_day(cell, alone) == day


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (
            "03/04/2012",
            "can be 3 Apr 2012 or 4 Mar 2012, .* says which: write 2012-04-03 or 2012-03-04",
        ),
        ("3.4.2012", "can be 3 Apr 2012 or 4 Mar 2012"),
        ("31/12/12", "leaves the century open: write the year with four digits"),
        ("31-Dec-12", "leaves the century open"),
        ("41274", "it means 2012-12-31: format the column as dates, or write 2012-12-31"),
        ("2012-12-31T18:30:00", "has a time of day: write 2012-12-31 alone"),
        ("2012-02-30", "must be a day of the calendar"),
        ("30 Feb 2012", "must be a day of the calendar"),
        ("31/31/2012", "must be a day of the calendar"),
        ("31 Xyz 2012", "must be a day of the calendar"),
        ("31 D 2012", "must be a day of the calendar"),
        ("Q4 2012", "must be a day of the calendar"),
        ("20121231", "must be a day of the calendar"),
    ],
)
def test_a_day_that_is_none_or_two_is_refused_with_its_readings(cell: str, told: str) -> None:
    with pytest.raises(UnreadableCellError, match=told):
        read_day(cell, alone)


@pytest.mark.parametrize(
    ("others", "day"),
    [
        (["1/1/2012", "31/12/2012"], "2012-06-05"),
        (["12/31/2012", "2012-12-31"], "2012-05-06"),
        (["'31.12.2012", "31 Dec 2012"], "2012-06-05"),
    ],
)
def test_the_rest_of_the_column_says_whether_the_day_or_the_month_comes_first(
    others: list[str], day: str
) -> None:
    assert read("05/06/2012", "effective_on", *others) == day


@pytest.mark.parametrize(
    ("others", "why"),
    [
        (["06/07/2012", "5/5/2012", "2012-12-31", "31/31/2012", "31 Dec 2012"], "no other cell"),
        (
            ["12/31/2012", "31/12/2012", "30/12/2012"],
            r"the column has days of both kinds \(12/31/2012 in row 3 and 31/12/2012 in row 4\)",
        ),
    ],
)
def test_a_column_that_shows_no_order_of_days_or_both_decides_nothing(
    others: list[str], why: str
) -> None:
    told = f"can be 5 Jun 2012 or 6 May 2012, and {why}.*: write 2012-06-05 or 2012-05-06"
    with pytest.raises(UnreadableCellError, match=told):
        read("05/06/2012", "effective_on", *others)


def test_each_column_decides_for_itself() -> None:
    lines = [Line(2, 1, {"effective_on": "31/12/2012", "period_end": "05/06/2012"})]
    with pytest.raises(UnreadableCellError, match="no other cell of the column"):
        CellReader(lines).read(2, "period_end", "05/06/2012")


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("in_kind", "TRUE", True),
        ("in_kind", "no", False),
        ("adjustment", "yes", True),
        ("adjustment", "false", None),
        ("kind", "Full exit", "full_exit"),
        ("kind", "Return-of-call", "return_of_call"),
        ("kind", "whatever", "whatever"),
        ("period_months", "3.0", "3"),
        ("allocations", '{"Alma": "5"}', {"Alma": "5"}),
        ("company", "'=Acme", "=Acme"),
        ("company", "''=Acme", "'=Acme"),
        ("company", "'s-Gravenhage", "'s-Gravenhage"),
        ("company", "=Acme", "=Acme"),
        ("company", "-Acme", "-Acme"),
        ("company", "1,234", "1,234"),
    ],
)
def test_other_cells_are_read_as_their_columns_hold_them(
    column: str, cell: str, value: object
) -> None:
    assert read(cell, column) == value


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [("in_kind", "maybe", "must be true or false"), ("terms", "{", "must be JSON")],
)
def test_other_cells_that_cannot_be_read_are_refused(column: str, cell: str, told: str) -> None:
    with pytest.raises(UnreadableCellError, match=told):
        read(cell, column)


@pytest.mark.parametrize("column", ["amount", "new_valuation", "cost_relieved", "price_per_share"])
def test_a_number_that_shows_in_per_cent_is_no_amount(column: str) -> None:
    with pytest.raises(UnreadableCellError, match="is in per cent"):
        read(Number("0.5", ShownWith(percent=True)), column)


@pytest.mark.parametrize("column", ["ownership", "fraction_sold"])
def test_a_share_that_shows_in_per_cent_is_what_the_cell_holds(column: str) -> None:
    assert read(Number("0.5", ShownWith(percent=True)), column) == "0.5"


@pytest.mark.parametrize(
    ("sign", "currency", "taken"),
    [
        ("€", "USD", False),
        ("€", "EUR", True),
        ("CHF", "USD", False),
        ("$", "USD", True),
        ("$", "CAD", True),
        ("$", "EUR", False),
        ("kr", "SEK", True),
    ],
)
def test_a_number_that_shows_a_currency_is_in_it(sign: str, currency: str, *, taken: bool) -> None:
    cell = Number("12.5", ShownWith(sign))
    reader = CellReader([Line(2, 1, {"amount": cell, "local_amount": cell})])
    assert reader.read(2, "amount", cell) == "12.5"
    assert reader.read(2, "local_amount", cell) == "12.5"
    found = [(fault.column, fault.value) for fault in reader.foreign(currency)]
    assert found == ([] if taken else [("amount", f"{sign} 12.5")])
