"""Import files as people have them: CSV and XLSX, headings of others, faults as a file."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from app.domain.events.catalogue import EventType
from app.domain.events.labels import EVENT_NAMES, event_type_called
from app.services.import_files.faults import ImportFaultsError, faults_file
from app.services.import_files.file import read_headings
from app.services.import_files.heading_units import unit_of
from app.services.import_files.mapping import propose_mapping
from app.services.import_files.template import template_rows
from app.services.imports.write_fund import ImportPlan, plan_import
from app.services.sheets import FORMATS, Format, write_rows
from tests.workbooks import workbook

HEADER = ("effective_on", "event_type", "company", "investor", "amount", "new_valuation")
ROWS: list[tuple[object, ...]] = [
    (date(2010, 1, 1), "Commitment", None, "Alma LP", 1000, None),
    (date(2010, 1, 15), "Capital call", None, None, 500.25, None),
    (date(2010, 2, 1), "COMPANY_ADDED", "Acme", None, None, None),
    (date(2010, 2, 1), "investment", "Acme", None, 400, None),
    (date(2010, 12, 31), "Valuation", "Acme", None, None, 600.1),
]
FOREIGN = "Transaction date;Type;Portfolio company;LP name;Amount (USD);Fair value;Internal"
MAPPED = {
    "Transaction date": "effective_on",
    "type": "event_type",
    "Portfolio company": "company",
    "LP name": "investor",
    "Amount (USD)": "amount",
    "Fair value": "new_valuation",
    "Internal": "-",
}
FOREIGN_ROWS = """
01.01.2010;Commitment;;Alma LP;1.000,00;;a
15.01.2010;Capital call;;;500,25;;b
01 Feb 2010;Company added;Acme;;;;c
01 Feb 2010;Investment;Acme;;400;;d
31.12.2010;Valuation;Acme;;;600,10;e
""".strip()


def facts(plan: ImportPlan) -> list[tuple[object, ...]]:
    return [
        (draft.event_type, draft.effective_on, draft.payload.model_dump(exclude_none=True))
        for draft in plan.drafts[1:]
    ]


def refused(content: bytes, mapping: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ImportFaultsError) as error:
        plan_import(content, mapping=mapping)
    return [str(fault) for fault in error.value.faults]


def text(rows: str = FOREIGN_ROWS, header: str = FOREIGN) -> bytes:
    return f"{header}\n{rows}\n".encode()


def test_a_workbook_and_a_foreign_csv_file_say_the_same() -> None:
    plan = plan_import(workbook(HEADER, *ROWS))
    assert str(plan.terms.size) == "1E+3"
    assert facts(plan_import(text(), mapping=MAPPED)) == facts(plan)


def test_faults_are_named_by_row_heading_letter_value_and_mend() -> None:
    assert refused(text(FOREIGN_ROWS.replace("500,25", "5oo")), MAPPED) == [
        (
            "row 3, column Amount (USD) (E) '5oo': is not a plain number: write digits with a "
            "point for decimals, such as 1250000.50, and -5 or (5) for what is negative"
        )
    ]
    rows = FOREIGN_ROWS.replace("01.01.2010", "03.01.2010").replace("15.01.2010", "01/15/2010")
    assert refused(text(rows), MAPPED) == [
        (
            "row 2, column Transaction date (A) '03.01.2010': can be 3 Jan 2010 or "
            "1 Mar 2010, and the column has days of both kinds (01/15/2010 in row 3 and "
            "31.12.2010 in row 6): write 2010-01-03 or 2010-03-01"
        )
    ]


def test_a_plan_tells_by_which_order_of_another_cell_days_were_read() -> None:
    plan = plan_import(text(FOREIGN_ROWS.replace("01.01.2010", "03.01.2010")), mapping=MAPPED)
    assert plan.drafts[1].effective_on == date(2010, 1, 3)
    assert plan.notes == [
        (
            "Dates in column Transaction date (A) are read as day/month/year, "
            "as 15.01.2010 in row 3 shows"
        )
    ]


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        ((1, 4), "=2*250", "row 3, column amount (E) '=2*250': is a formula: copy the column"),
        ((1, 4), "#REF!", "row 3, column amount (E) '#REF!': is an error of the spreadsheet"),
        ((1, 4), "1,234", "row 3, column amount (E) '1,234': can be 1234 or 1.234"),
        ((1, 4), 1 / 3, "row 3, column amount (E) '0.3333333333333333': has more than 6 decimals"),
        ((1, 4), -5, "row 3, column amount (E) '-5': must be 0 or more"),
        ((1, 4), "€5", "row 3, column amount (E) '€5': is in €, and the fund is in USD"),
        ((1, 0), 40193, "row 3, column effective_on (A) '40193': is a number; if it is how"),
        ((1, 0), None, "row 3, column effective_on (A): is required: the day it was true"),
        ((1, 1), "Cal", "row 3, column event_type (B) 'Cal': is not a type of event"),
        ((4, 2), "Acmee", "row 6, column company (C) 'Acmee': is no company of this fund: did"),
    ],
)
def test_a_bad_cell_of_a_workbook_is_one_fault(
    place: tuple[int, int], value: object, told: str
) -> None:
    rows = [list(row) for row in ROWS]
    rows[place[0]][place[1]] = value
    [fault] = refused(workbook(HEADER, *rows))
    assert fault.startswith(told)


def test_a_formula_in_the_header_or_beyond_it_is_refused() -> None:
    content = workbook((*HEADER, "=1"), *ROWS)
    assert refused(content) == [
        "row 1, column cell (G) '=1': is a formula: copy the column and paste it as values"
    ]
    rows = [(*row, "=A1") for row in ROWS[:1]] + list(ROWS[1:])
    assert refused(workbook(HEADER, *rows)) == [
        "row 2, column cell (G) '=A1': is a formula: copy the column and paste it as values"
    ]


@pytest.mark.parametrize(
    ("heading", "told"),
    [
        ("AMOUNT", "row 1, column AMOUNT (G): is amount, as column amount (E) is: keep one"),
        ("amount", "row 1, column amount (G): stands in the header twice, in columns E and G"),
        ("Ownershp", "row 1, column Ownershp (G): is not a column of an import: did you mean"),
    ],
)  # fmt: skip
def test_a_heading_that_is_there_twice_or_unknown_is_refused(heading: str, told: str) -> None:
    [fault] = refused(workbook((*HEADER, heading), *ROWS))
    assert fault.startswith(told)


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ({"Transaction day": "effective_on"}, "column Transaction day: is mapped and not in the"),
        (MAPPED | {"Internal": "nte"}, "Internal 'nte': is mapped to what is no column of an"),
        (MAPPED | {"Internal": "amount"}, "Internal (G): is amount, as column Amount (USD) (E) is"),
    ],
)  # fmt: skip
def test_a_mapping_that_does_not_fit_is_refused(mapping: dict[str, str], told: str) -> None:
    assert any(told in fault for fault in refused(text(), mapping))


def test_headings_may_stand_in_any_case_with_spaces_and_below_blank_rows() -> None:
    header = [f"  {name.replace('_', ' ').title()} " for name in HEADER]
    content = workbook((), (), header, *ROWS)
    assert facts(plan_import(content)) == facts(plan_import(workbook(HEADER, *ROWS)))
    rows = [*ROWS[:1], ("x", *ROWS[1][1:]), *ROWS[2:]]
    assert refused(workbook((), (), header, *rows))[0].startswith("row 5, column effective_on (A)")


def test_the_mapping_of_a_foreign_header_is_proposed() -> None:
    found = {each.heading: (each.column, each.how) for each in propose_mapping(FOREIGN.split(";"))}
    assert found == {
        "Transaction date": ("effective_on", "synonym"),
        "Type": ("event_type", "synonym"),
        "Portfolio company": ("company", "synonym"),
        "LP name": ("investor", "synonym"),
        "Amount (USD)": ("amount", "synonym"),
        "Fair value": ("new_valuation", "synonym"),
        "Internal": (None, "unknown"),
    }
    assert read_headings(text()) == FOREIGN.split(";")


def test_no_column_is_proposed_twice_and_likeness_comes_last() -> None:
    headings = ["Date", "effective_on", "Effective dat", "Ammount", "", "Valuation", "Fair value"]
    assert [each.column for each in propose_mapping(headings)] == [
        None, "effective_on", None, "amount", None, "new_valuation", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("Investment", EventType.INVESTMENT_MADE),
        ("capital call", EventType.CAPITAL_CALLED),
        ("CAPITAL CALLS", EventType.CAPITAL_CALLED),
        ("Distribution", EventType.DISTRIBUTION_MADE),
        ("Valuation", EventType.VALUATION_UPDATED),
        ("valuation_updated", EventType.VALUATION_UPDATED),
        ("Follow-on", EventType.INVESTMENT_MADE),
        ("", None),
        ("Lunch", None),
    ],
)
def test_types_go_by_the_names_that_people_give_them(word: str, meant: EventType | None) -> None:
    assert event_type_called(word) == meant


def test_every_name_that_pages_show_is_taken() -> None:
    assert {event_type_called(name.upper()) for name in EVENT_NAMES.values()} == set(EventType)


def test_faults_are_a_file_in_which_nothing_is_a_formula() -> None:
    with pytest.raises(ImportFaultsError) as error:
        plan_import(
            text(FOREIGN_ROWS.replace("500,25", "=5+5")), {"carry": {"rate": "9"}}, None, MAPPED
        )
    rows = list(csv.reader(io.StringIO(faults_file(error.value.faults).decode("utf-8-sig"))))
    assert rows[0] == ["row", "column", "letter", "value", "reason"]
    assert [row[:4] for row in rows[1:]] == [
        ["terms", "carry.rate", "", "9"],
        ["3", "Amount (USD)", "E", "'=5+5"],
    ]


@pytest.mark.parametrize("to", FORMATS)
def test_the_template_shows_every_type_and_can_be_imported_as_it_is(to: Format) -> None:
    file = io.BytesIO()
    write_rows(template_rows(), file, to)
    plan = plan_import(file.getvalue())
    assert {draft.event_type for draft in plan.drafts} == set(EventType)


def test_who_recorded_a_row_elsewhere_is_kept_beside_who_imports_it() -> None:
    plan = plan_import(workbook((*HEADER, "attributed_to"), *[(*row, "Maya") for row in ROWS]))
    assert [draft.payload.attributed_to for draft in plan.drafts] == [None, *["Maya"] * 5]
    assert all(draft.recorded_by is None for draft in plan.drafts)


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("Amount ($m)", "in millions of $"),
        ("Amount ($000s)", "in thousands of $"),
        ("Amount [£]", "in £"),
        ("Amount (in thousands)", "in thousands"),
        ("commitment_mm", "in millions"),
        ("Amount (EUR)", "in EUR"),
        ("amount_usd", "in USD"),
        ("Amount, $", "in $"),
        ("Fair value $m", "in millions of $"),
        ("Commitments CHFm", "in millions of CHF"),
        ("NAV (USD mm)", "in millions of USD"),
        ("Amount (USD '000)", "in thousands of USD"),
        ("Betrag (Mio. €)", "in millions of €"),
        ("Betrag (T€)", "in thousands of €"),
        ("Market value (bn)", "in billions"),
        ("Amount (local)", "in local currency"),
        ("Amount (local currency)", "in local currency"),
        ("Ownership (%)", "in per cent"),
        ("Fraction sold %", "in per cent"),
        ("amount", ""),
        ("Series M", ""),
        ("Company (name)", ""),
        ("price_per_share", ""),
    ],
)
def test_a_heading_names_the_unit_of_its_numbers(heading: str, words: str) -> None:
    unit = unit_of(heading)
    assert (str(unit) if unit else "") == words


def _units_file(heading: str, amount: str = "9.5") -> bytes:
    rows = [
        ("effective_on", "event_type", "investor", heading),
        ("2016-01-10", "COMMITMENT_MADE", "Harbour", amount),
        ("2016-02-29", "CAPITAL_CALLED", "", amount),
    ]
    return "\n".join(",".join(row) for row in rows).encode()


@pytest.mark.parametrize(
    ("heading", "amount", "read"),
    [
        ("Amount ($m)", "9.5", "9500000"),
        ("Amount ($m)", "9.500000", "9500000"),
        ("Amount (in thousands)", "1.25", "1250"),
        ("Amount ($000s)", "$1.25", "1250"),
        ("Amount (USD)", "9.5", "9.5"),
        ("amount_mm", "(0.5)", None),
        ("Amount (bn)", "0.0000001", "100"),
    ],
)
def test_numbers_below_a_unit_are_read_in_full_and_it_is_said(
    heading: str, amount: str, read: str | None
) -> None:
    content = _units_file(heading, amount)
    if read is None:
        with pytest.raises(ImportFaultsError, match="amount_mm"):
            plan_import(content, None, None, {heading: "amount"})
        return
    plan = plan_import(content, None, None, {heading: "amount"})
    amounts = [draft.payload.model_dump()["amount"] for draft in plan.drafts[1:]]
    assert amounts == [Decimal(read)] * 2
    scaled = [note for note in plan.notes if "multiplied by" in note]
    assert len(scaled) == (read != amount)


def test_numbers_of_a_workbook_are_scaled_as_those_of_text() -> None:
    rows = [("effective_on", "event_type", "investor", "Amount ($m)")]
    rows.append(("2016-01-10", "COMMITMENT_MADE", "Harbour", 0.1))  # type: ignore[arg-type]
    plan = plan_import(workbook(*rows), None, None, {"Amount ($m)": "amount"})
    assert plan.drafts[1].payload.model_dump()["amount"] == 100_000


@pytest.mark.parametrize(
    ("heading", "told"),
    [
        ("Amount (EUR)", "is in EUR, and the fund is in USD"),
        ("Amount [£]", "is in £, and the fund is in USD"),
        ("Amount (€m)", "is in millions of €, and the fund is in USD"),
        ("Amount (local)", "map it to local_amount"),
        ("Amount (%)", "is in per cent"),
    ],
)
def test_a_heading_that_names_what_amounts_are_not_in_is_refused(heading: str, told: str) -> None:
    with pytest.raises(ImportFaultsError, match="row 1") as refused:
        plan_import(_units_file(heading), None, None, {heading: "amount"})
    assert told in str(refused.value)


def test_shares_below_per_cent_are_divided_by_a_hundred_unless_they_say_so_themselves() -> None:
    rows = """
effective_on,event_type,company,new_valuation,Own. (%)
2016-01-10,COMPANY_ADDED,Acme,,
2016-02-29,VALUATION_UPDATED,Acme,5,0.5
2016-03-31,VALUATION_UPDATED,Acme,6,12.5%
2016-06-30,VALUATION_UPDATED,Acme,7,12.5
""".strip()
    plan = plan_import(rows.encode(), {"size": "1000"}, None, {"Own. (%)": "ownership"})
    shares = [str(draft.payload.model_dump()["ownership"]) for draft in plan.drafts[2:]]
    assert shares == ["0.005", "0.125", "0.125"]


def test_a_currency_of_each_row_is_compared_with_that_of_the_fund() -> None:
    rows = """
effective_on,event_type,investor,amount,Currency
2016-01-10,COMMITMENT_MADE,Harbour,9,usd
2016-02-29,CAPITAL_CALLED,,4,{}
2016-03-29,CAPITAL_CALLED,,3,
""".strip()
    assert len(plan_import(rows.format("USD").encode()).drafts) == 4
    with pytest.raises(ImportFaultsError) as refused:
        plan_import(rows.format("EUR").encode())
    assert [(fault.row, fault.column, fault.value) for fault in refused.value.faults] == [
        (3, "currency", "EUR")
    ]


def test_what_is_proposed_names_the_unit_and_local_amounts_are_no_amounts() -> None:
    headings = ["Amount ($m)", "Amount (local)", "Currency", "Own. (%)"]
    found = [
        (each.column, str(each.unit) if each.unit else "") for each in propose_mapping(headings)
    ]
    assert found == [
        ("amount", "in millions of $"),
        ("local_amount", ""),
        ("currency", ""),
        ("ownership", "in per cent"),
    ]


TITLES: dict[str, str] = {
    "one title": "Cash flows of Alma Fund II\n",
    "a title, a date and a blank row": "Alma Fund II;;;\nAs of;31.12.2010;;\n;;;\n",
    "a line of the wrong words": "Fund;Alma Fund II;Currency;USD\n",
    "a sum above its column": ";;;;9000;;\n",
}


@pytest.mark.parametrize("above", TITLES.values(), ids=TITLES)
def test_what_stands_above_the_headings_is_left_out_with_a_word(above: str) -> None:
    content = f"{above}{FOREIGN}\n{FOREIGN_ROWS}".encode()
    row = above.count("\n") + 1
    plan = plan_import(content, mapping=MAPPED)
    assert facts(plan) == facts(plan_import(f"{FOREIGN}\n{FOREIGN_ROWS}".encode(), mapping=MAPPED))
    assert f"The headings are taken from row {row}; left out above them: row 1" in plan.notes[0]
    assert read_headings(content) == FOREIGN.split(";")


def test_a_title_above_headings_that_nobody_knows_is_left_out_too() -> None:
    content = b"Kapitalkonten\nDatum;Art;Betrag\n01.01.2010;Abruf;5\n"
    assert read_headings(content) == ["Datum", "Art", "Betrag"]


def test_faults_below_titles_name_the_rows_of_the_file() -> None:
    assert refused(b"Alma Fund II\n\neffective_on,event_type,amount\n2010-01-01,Nothing,5\n")[
        0
    ].startswith("row 4")


@pytest.mark.parametrize("first", [FOREIGN, "Datum;Art;Betrag", "effective_on;event_type"])
def test_the_first_row_is_the_header_where_none_below_looks_more_like_one(first: str) -> None:
    content = f"{first}\n2010-01-01;Capital call;5\n".encode()
    assert read_headings(content) == first.split(";")
    assert read_headings(b"") == []
