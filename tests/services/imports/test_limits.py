"""Files that hold too much are refused before they cost much: with what, how much, and the mend."""

from __future__ import annotations

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.import_files.columns import COLUMNS
from app.services.import_files.faults import MOST_FAULTS, ImportFaultsError, RowFault
from app.services.import_files.mapping import _CLOSE, _KNOWN, _candidates
from app.services.imports import plan, report
from app.services.imports.plan import plan_import
from app.services.imports.report import sample
from app.services.sheets import UnreadableFileError, limits, read_rows
from app.services.sheets.limits import LONGEST_CELL, LONGEST_ROW, MOST_COLUMNS
from tests.workbooks import part_of, with_part, with_strings, workbook

SHEET = "xl/worksheets/sheet1.xml"
START = "effective_on,event_type,amount,investor\n2010-01-05,COMMITMENT_MADE,500,Alma\n"


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableFileError) as refused:
        for _ in read_rows(content):
            pass
    return str(refused.value)


def faults(content: str | bytes) -> list[RowFault]:
    with pytest.raises(ImportFaultsError) as refused:
        plan_import(content.encode() if isinstance(content, str) else content)
    return refused.value.faults


def with_rows(rows: bytes) -> bytes:
    content = workbook(("a", "b"))
    sheet = part_of(content, SHEET).replace(b"</sheetData>", rows + b"</sheetData>")
    return with_part(content, SHEET, sheet)


@pytest.mark.parametrize("to", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("limit", "most", "told"),
    [
        ("MOST_ROWS", 3, "row 4: the file has more than 3 rows, and this row is beyond: import"),
        ("MOST_CELLS", 7, "row 4: the file has more than 7 filled cells"),
        ("MOST_CHARACTERS", 80, "row 4: the file has more than 80 characters"),
        ("MOST_LINES", 4, "row 5: the file has more than 4 rows, blank ones included: delete"),
    ],
)
def test_a_file_may_hold_so_much_and_no_more(
    limit: str, most: int, told: str, to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, limit, most)
    rows = [("effective_on", "event_type")] + [("2010-01-05", "INCOME_RECEIVED")] * (3)
    within = rows[:-1]
    if limit == "MOST_LINES":
        rows, within = [*rows, ("", ""), ("", "")], [*within, ("", "")]

    def content(table: list[tuple[str, str]]) -> bytes:
        text = "".join(f"{','.join(row)}\n" for row in table)
        return workbook(*table) if to == "xlsx" else text.encode()

    assert told in refusal(content(rows))
    assert len(list(read_rows(content(within)))) >= 3


def test_blank_rows_of_a_workbook_count_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_LINES", 1000)
    assert "more than 1,000 rows, blank ones included" in refusal(with_rows(b"<row/>" * 1000))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (f"a,b\n{'x' * (LONGEST_CELL + 1)},c\n", "row 2: has a cell of more than 131,072 char"),
        (f'a,b\n"{"x," * LONGEST_CELL}', "row 2: has a cell of more than 131,072 characters"),
        (f"a,b\n{',' * (LONGEST_ROW + 1)}\n", "row 2: has more than 1,000,000 characters"),
        (f'a,b\n{(chr(34) + "x" * 99_999 + chr(34) + ",") * 11}', "row 2: has more than 1,000,000"),
    ],
)  # fmt: skip
def test_a_row_or_a_cell_that_is_too_long_is_named(content: str, told: str) -> None:
    assert told in (said := refusal(content.encode()))
    assert "shorten" in said
    assert "or close the quote" in said


def test_a_cell_of_a_workbook_that_is_too_long_is_named() -> None:
    text = b"x" * (LONGEST_CELL + 1)
    rows = b'<row><c t="inlineStr"><is><t>' + text + b"</t></is></c></row>"
    assert "row 2: has a cell of more than 131,072 characters: shorten" in refusal(with_rows(rows))


def test_a_row_of_a_workbook_without_an_end_is_given_up() -> None:
    rows = b'<row><c t="inlineStr"><is><t>' + b"abcdefgh" * 2_000_000 + b"</t></is></c></row>"
    content = with_rows(rows)
    loose = with_part(content, SHEET, part_of(content, SHEET), zipfile.ZIP_STORED)
    assert "row 1: after this one comes a row of more than 8 MB of XML: delete" in refusal(loose)


def test_of_cells_beyond_the_last_column_the_first_is_refused_and_none_is_kept() -> None:
    [_, row] = read_rows(b"a,b\n" + b"," * MOST_COLUMNS + b"x" + b",y" * 5000 + b"\n")
    assert len(row.cells) == MOST_COLUMNS
    [fault] = row.faults
    assert (fault.index, fault.value) == (MOST_COLUMNS, "x")
    assert fault.reason == "stands beyond column 256: delete what is not needed"
    [_, row] = read_rows(with_rows(b"<row>" + b"<c><v>1</v></c>" * 5000 + b"</row>"))
    assert (len(row.cells), len(row.faults)) == (MOST_COLUMNS, 1)


def test_a_shared_formula_is_not_worked_out_for_each_cell() -> None:
    formula = b"A1+" * 10_000
    first = b'<row><c r="A2"><f t="shared" si="0">%b</f><v>1</v></c></row>' % formula
    others = b'<row><c><f t="shared" si="0"/><v>1</v></c></row>'
    [_, one, two] = read_rows(with_rows(first + others))
    assert [fault.value for row in (one, two) for fault in row.faults] == [
        "=" + "A1+" * 16 + "A1",
        "=",
    ]


def test_shared_texts_are_read_with_their_runs_and_without_how_they_are_spoken() -> None:
    strings = (
        b'<si><t>a</t></si><si><r><t>b</t></r><r><t xml:space="preserve"> c</t></r>'
        b"<rPh><t>spoken</t></rPh></si><si><t>_x005F_x0041_</t></si>"
    )
    cells = b"".join(b'<c t="s"><v>%d</v></c>' % place for place in range(3))
    content = with_strings(with_rows(b"<row>" + cells + b"</row>"), strings)
    assert list(read_rows(content))[1].cells == ["a", "b c", "_x0041_"]


def test_shared_texts_are_read_as_far_as_they_are_asked_for() -> None:
    cells = b'<row><c t="s"><v>1</v></c></row><row><c t="s"><v>0</v></c></row>'
    content = with_strings(with_rows(cells), b"<si><t>a</t></si><si><t>b</t></si><si><broken")
    assert [row.cells for row in read_rows(content)][1:] == [["b"], ["a"]]
    assert "is no sound XLSX" in refusal(with_rows(b'<row><c t="s"><v>0</v></c></row>'))


def test_a_day_that_is_none_is_a_fault_of_its_cell_and_not_a_warning() -> None:
    content = workbook(("a",), (40_000,), formats={"A2": "yyyy-mm-dd"})
    sheet = part_of(content, SHEET).replace(b"40000", b"99999999")
    [_, row] = read_rows(with_part(content, SHEET, sheet))
    assert "is an error of the spreadsheet" in row.faults[0].reason


def test_an_archive_of_very_many_parts_is_refused_before_they_are_listed() -> None:
    content = workbook(("a",))
    for number in range(5_001):
        content += b"PK\x01\x02%d" % number
    assert "holds more than 5,000 parts" in refusal(content)


def test_of_very_many_sheets_a_few_are_named() -> None:
    content = workbook(("a",), more=[f"Sheet {n}" for n in range(2, 52)])
    said = refusal(content)
    assert "the file has 51 sheets (Sheet, Sheet 2, " in said
    assert "Sheet 10, …): name the one" in said


def test_a_heading_that_is_too_long_is_refused_with_its_column() -> None:
    content = b"effective_on," + b"(" * 120_000
    with pytest.raises(UnreadableFileError, match=r"120,000 characters in column B, and one may"):
        sample(content)
    [fault] = faults(content)
    assert "a heading of 120,000 characters in column B" in fault.reason


def test_a_look_that_takes_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "_LONGEST_LOOK", -1)
    with pytest.raises(UnreadableFileError, match="takes too long to look at: delete empty rows"):
        sample(START.encode())


def test_empty_cells_of_a_workbook_count_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.sheets.workbook._MOST_ELEMENTS", 1_000)
    rows = (b"<row>" + b"<c/>" * 100 + b"</row>") * 12
    assert "cells and rows, empty ones included: delete the empty ones" in refusal(with_rows(rows))


def test_a_header_is_looked_for_in_the_first_thousand_rows() -> None:
    assert sample(b"\n" * 900 + b"a,b\n")[0] == ["a", "b"]
    assert sample(b"\n" * 1000 + b"a,b\n") == []


@given(st.text(st.sampled_from("abcdefghij klmnopqrstuvwxyz0é"), max_size=40))
def test_what_is_left_out_of_the_comparison_cannot_be_close(words: str) -> None:
    from difflib import SequenceMatcher  # noqa: PLC0415

    left_out = {known for known, _, _ in _KNOWN} - set(_candidates(words))
    assert not any(SequenceMatcher(None, known, words).ratio() >= _CLOSE for known in left_out)


def test_every_column_is_among_what_headings_are_compared_with() -> None:
    names = {column.replace("_", " ") for column in COLUMNS}
    assert names <= {known for known, _, _ in _KNOWN}


def test_faults_are_told_up_to_a_number_and_the_last_says_where_judging_ended() -> None:
    told = faults(START + "2010-01-06,CAPITAL_CALLED,x,\n" * (MOST_FAULTS + 50))
    assert len(told) == MOST_FAULTS + 1
    assert told[-1].row == MOST_FAULTS + 3
    assert told[-1].reason.startswith(
        "10,000 errors were found above, and nothing was checked from"
    )


def test_faults_of_duplicates_end_judging_too() -> None:
    told = faults(START + "2010-01-06,CAPITAL_CALLED,5,\n" * (MOST_FAULTS + 50))
    assert len(told) == MOST_FAULTS + 1
    assert told[-1].reason.startswith("10,000 errors were found")


def test_faults_of_foreign_currencies_are_counted_where_they_are_too_many() -> None:
    rows = "".join(f"2010-01-06,CAPITAL_CALLED,€{n},\n" for n in range(1, MOST_FAULTS + 90))
    told = faults(START + rows)
    assert len(told) == MOST_FAULTS + 1
    assert "more faults, in this row and below, are not listed" in told[-1].reason


def test_a_fault_shows_the_beginning_of_a_long_cell() -> None:
    [fault] = faults(START + f"2010-01-06,CAPITAL_CALLED,5,\n2010-01-06,{'x' * 100_000},5,\n")
    assert len(fault.value) == 201
    assert len(str(fault)) < 1_500


@pytest.mark.parametrize(
    ("header", "cell", "told"),
    [
        ("amount", "1" + " " * 99_000 + "x", "has 99,002 characters, and a number has 100 at most"),
        ("amount", "1" + " " * 90 + "x", "is not a plain number"),
        ("sequence", "9" * 5_000, "must be a number of its own"),
        ("voids", "9" * 5_000, "has 5,000 characters, and a whole number has 100 at most"),
        ("voids", "9" * 50, "is not a row above this one"),
        ("shares", "9" * 5_000, "has 5,000 characters, and a number has 100 at most"),
        ("allocations", '"{' + '""a"":1,' * 10_000 + '""b"":1}"', "has more than 10,000 entries"),
        ("allocations", "[" * 5_000, "must be JSON"),
    ],
)  # fmt: skip
def test_a_cell_that_would_take_long_to_read_is_refused(header: str, cell: str, told: str) -> None:
    content = f"effective_on,event_type,{header}\n2010-01-05,COMMITMENT_MADE,{cell}\n"
    assert any(told in fault.reason for fault in faults(content))


def test_entries_of_json_count_in_the_whole_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.import_files.file._MOST_ENTRIES", 50)
    row = '2010-01-05,CAPITAL_CALLED,"{' + '""a"":1,' * 20 + '""b"":1}"\n'
    [fault] = faults("effective_on,event_type,allocations\n" + row * 3)
    assert (fault.row, fault.column) == (4, "-")
    assert "more than 50 entries in its cells of JSON" in fault.reason


def test_a_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "LONGEST_JUDGING", -1)
    [fault] = faults(START)
    assert fault.reason.startswith("judging the file took more than -1 seconds: see whether rows")


def test_a_small_archive_that_unpacks_to_much_is_refused() -> None:
    content = with_part(workbook(("a",)), "xl/media/x", bytes(8 * 2**20), zipfile.ZIP_DEFLATED)
    assert "unpacks to" in refusal(content)
