"""Spreadsheets: read as they are, written so that they are read as what was written."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from app.services.sheets import (
    FORMATS,
    Format,
    Number,
    SheetRow,
    UnreadableFileError,
    Value,
    letter,
    read_rows,
    write_rows,
)
from app.services.sheets.formula_escape import guarded, unguarded
from app.services.sheets.number_formats import shown_with
from app.services.sheets.writer import CellTooLongError
from tests.workbooks import part_of, saved, with_part, workbook

SHEET = "xl/worksheets/sheet1.xml"
A_TEXT = st.text(st.characters(codec="utf-8"), max_size=40) | st.text(
    "'=+-@\t\r\n\",;_x0041 é", max_size=8
)


def read(content: bytes) -> list[tuple[int, list[str]]]:
    return [(row.row, row.cells) for row in read_rows(content) if not row.is_blank]


def written(rows: list[tuple[Value, ...]], to: Format) -> bytes:
    file = io.BytesIO()
    write_rows(rows, file, to)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\nc,d e\n",
        b"a,b\r\nc,d e\r\n",
        b"a,b\rc,d e\r",
        b"a;b\nc;d e",
        b"a\tb\nc\td e\n",
        b"a|b\nc|d e\n",
        b'"a","b"\n"c","d e"\n',
        b"sep=;\r\na;b\r\nc;d e\r\n",
        b"\xef\xbb\xbfa,b\nc,d e\n",
        "a,b\nc,d e\n".encode("utf-16"),
        b"\xfe\xff" + "a;b\nc;d e\n".encode("utf-16-be"),
        workbook(("a", "b"), ("c", "d e")),
    ],
)
def test_one_table_is_read_from_every_format(content: bytes) -> None:
    assert read(content) == [(1, ["a", "b"]), (2, ["c", "d e"])]


def test_quotes_hold_separators_and_line_breaks_and_rows_are_numbered_as_in_a_spreadsheet() -> None:
    content = b'a,b\n\n"1,5\nand, more","said ""so"""\n\nlast,row\n'
    assert read(content) == [
        (1, ["a", "b"]),
        (3, ["1,5\nand, more", 'said "so"']),
        (5, ["last", "row"]),
    ]
    content = workbook(("a", "b"), (), ("1,5\nand, more", 'said "so"'), (), ("last", "row"))
    assert [row for row, _ in read(content)] == [1, 3, 5]


def test_commas_in_numbers_do_not_make_a_file_comma_separated() -> None:
    assert read(b"date;amount\n2012;1.234,50\n2013;7,5\n")[1] == (2, ["2012", "1.234,50"])


@pytest.mark.parametrize(
    ("content", "row", "told"),
    [
        (b"a,b\nc,\xe9\n", 2, r"is not UTF-8 \(byte 0xe9\): save the file as .CSV UTF-8."),
        (b"a,b\rc,d\re,\xff", 3, "is not UTF-8"),
        ("a,b\n".encode("utf-16-le"), 1, "without its byte order mark: save"),
        ("a,b\n".encode("utf-32"), 1, "is in UTF-32: save"),
        (b"\xff\xfea", 1, "is not UTF-16"),
        (b'a,b\nc,"d\n', 2, "is not proper CSV .*: check the quotes here"),
        (b"%PDF-1.7", 1, "is a PDF: save the spreadsheet"),
        (b"<!DOCTYPE html><table>", 1, "is a web page, whatever its name says"),
        (b"<?xml version='1.0'?><Workbook/>", 1, "is XML: open it in a spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), 1, "old XLS format: .* save it as XLSX"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            1,
            "is protected by a password: take the password off",
        ),
        (b"PK\x03\x04 and so on", 1, "is cut short or damaged"),
        (workbook(("a",))[:-400], 1, "is cut short or damaged"),
        (workbook(("a",), more=("Notes",)), 1, r"has 2 sheets \(Sheet, Notes\): name the one"),
        (with_part(workbook(("a",)), "xl/workbook.bin", b""), 1, "XLSB format"),
        (with_part(workbook(("a",)), "[Content_Types].xml", None), 1, "is a zip archive and no"),
        (with_part(workbook(("a",)), SHEET, b"<worksheet><sheetData><row"), 1, "is no sound XLSX"),
        (with_part(workbook(("a",)), "xl/workbook.xml", b"<x/>"), 1, "is no sound XLSX|0 sheets"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_row_and_mend(
    content: bytes, row: int, told: str
) -> None:
    with pytest.raises(UnreadableFileError, match=told) as refused:
        read(content)
    assert refused.value.row == row


@pytest.mark.parametrize(
    ("name", "size", "packed"),
    [
        ("xl/worksheets/sheet9.xml", 257, zipfile.ZIP_STORED),
        ("xl/worksheets/sheet9.xml", 8, zipfile.ZIP_DEFLATED),
        ("xl/sharedStrings.xml", 25, zipfile.ZIP_STORED),
        ("xl/styles.xml", 5, zipfile.ZIP_STORED),
    ],
)
def test_a_file_that_unpacks_to_too_much_is_refused_before_it_is_opened(
    name: str, size: int, packed: int
) -> None:
    content = with_part(workbook(("a",)), name, bytes(size * 2**20), packed)
    with pytest.raises(UnreadableFileError, match=r"unpacks to \d+ MB, which is more than"):
        read(content)


def test_entities_that_multiply_are_refused() -> None:
    bomb = (
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
    )
    with pytest.raises(UnreadableFileError, match="is no sound XLSX"):
        read(with_part(workbook(("a",)), SHEET, bomb))


@pytest.mark.parametrize("cells", [b"<c/>" * 500_000, b"<c>" * 500_000 + b"</c>" * 500_000])
def test_a_row_of_no_table_is_refused_before_it_fills_the_memory(cells: bytes) -> None:
    content = workbook(("a",))
    endless = part_of(content, SHEET).replace(b"</row>", b"</row><row>" + cells + b"</row>")
    packed = with_part(content, SHEET, endless)
    assert read_until_refused(packed) == [(1, ["a"])]


def read_until_refused(content: bytes) -> list[tuple[int, list[str]]]:
    rows = read_rows(content)
    found: list[tuple[int, list[str]]] = []
    with pytest.raises(UnreadableFileError, match=r"a row of more than 60,000 cells, empty ones"):
        found.extend((row.row, row.cells) for row in rows)
    return found


def test_a_cell_at_the_edge_of_the_sheet_is_no_reason_to_fill_up_all_before_it() -> None:
    content = workbook(("a",))
    sheet = part_of(content, SHEET)
    far = sheet.replace(b"</row>", b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    [_, (row)] = read_rows(with_part(content, SHEET, far))
    assert row.row == 1_048_576
    assert row.cells == []
    assert [(fault.value, fault.reason) for fault in row.faults] == [
        ("1", "stands beyond column 256: delete what is not needed")
    ]


@pytest.mark.parametrize(
    ("value", "shown", "text"),
    [
        (0.1, "General", "0.1"),
        (1234.56, "#,##0.00", "1234.56"),
        (1250000, "General", "1250000"),
        (12.0, "0.00", "12"),
        (1e21, "General", "1000000000000000000000"),
        (0.25, "0%", "0.25"),
        (date(2012, 12, 31), "yyyy-mm-dd", "2012-12-31"),
        (datetime(2012, 12, 31, 18, 30), "yyyy-mm-dd hh:mm", "2012-12-31T18:30:00"),  # noqa: DTZ001
        (41274, "General", "41274"),
        (True, "General", "true"),
        ("'quoted", "General", "'quoted"),
        ("a_x000D_b", "General", "a\rb"),
    ],
)
def test_a_cell_is_read_as_what_it_holds(value: object, shown: str, text: str) -> None:
    [(_, cells)] = read(workbook((value,), formats={"A1": shown}))
    assert cells == [text]
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    assert isinstance(cells[0], Number) == is_number


def test_the_noise_of_sums_is_read_as_it_stands_in_the_file() -> None:
    content = workbook((0.5,))
    noisy = part_of(content, SHEET).replace(b"<v>0.5</v>", b"<v>0.30000000000000004</v>")
    assert read(with_part(content, SHEET, noisy)) == [(1, ["0.30000000000000004"])]


def test_formulas_and_errors_are_refused_where_they_stand() -> None:
    [row] = read_rows(workbook((1, "=A1*2", "#N/A")))
    assert row.cells == ["1", "", ""]
    assert [(letter(fault.index), fault.value, fault.reason[:12]) for fault in row.faults] == [
        ("B", "=A1*2", "is a formula"),
        ("C", "#N/A", "is an error "),
    ]


def test_the_sheet_named_events_is_read_wherever_it_stands() -> None:
    content = workbook(("a",), title="Events ", more=("Notes", "More"))
    assert read(content) == [(1, ["a"])]


def test_columns_are_named_as_spreadsheets_name_them() -> None:
    assert [letter(index) for index in (0, 25, 26, 51, 52, 701, 702)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip


@given(st.lists(st.lists(A_TEXT, min_size=1, max_size=4), min_size=1, max_size=5))
@pytest.mark.parametrize("to", FORMATS)
def test_any_text_is_read_back_as_it_was_written(to: Format, texts: list[list[str]]) -> None:
    width = max(map(len, texts)) + 1
    rows: list[tuple[Value, ...]] = [("head",) * width]
    rows += [(*row, *[""] * (width - len(row))) for row in texts]
    back = {row.row: row.cells for row in read_rows(written(rows, to))}
    for number, row in enumerate(rows, 1):
        cells = [unguarded(cell) for cell in back[number]]
        assert cells + [""] * (width - len(cells)) == list(row)


def test_lines_within_quotes_say_nothing_of_the_separator() -> None:
    content = b'head,head\nx,"a;\nb;\nc;\nd;\ne;"\n'
    assert [row.cells for row in read_rows(content)] == [
        ["head", "head"],
        ["x", "a;\nb;\nc;\nd;\ne;"],
    ]


@given(st.text("'=+-@\t\ra", max_size=6))
def test_no_text_that_is_written_begins_a_formula(text: str) -> None:
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("to", FORMATS)
def test_numbers_never_get_an_apostrophe_and_keep_every_digit(to: Format) -> None:
    numbers = [
        Decimal(text)
        for text in (
            "-5",
            "0.1",
            "-1.234",
            "123456789012345678.123456",
            "1250000",
            "99999999999.99",
        )
    ]
    [(_, cells)] = read(written([tuple(numbers)], to))
    assert [Decimal(cell) for cell in cells] == numbers
    if to == "csv":
        assert cells[2] == "-1.2340"  # else it could be 1234 with a separator of thousands
    else:
        assert [isinstance(cell, Number) for cell in cells] == [True, True, True, False, True, True]


def test_days_are_cells_of_days_where_spreadsheets_have_them() -> None:
    [(_, cells)] = read(written([(date(2012, 12, 31), date(1899, 1, 1), None, True)], "xlsx"))
    assert cells == ["2012-12-31", "1899-01-01", "", "true"]


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "=1", "x" * 32_767])
def test_text_that_looks_like_something_else_is_text(text: str) -> None:
    if text == "x" * 32_767:
        with pytest.raises(CellTooLongError, match=r"row 1: a text of 32,768 .*: choose CSV"):
            written([(text + "x",)], "xlsx")
    [row] = read_rows(written([(text,)], "xlsx"))
    assert [unguarded(cell) for cell in row.cells] == [text]


def test_macros_are_left_alone() -> None:
    content = with_part(workbook(("a",)), "xl/vbaProject.bin", b"macros")
    assert read(content) == [(1, ["a"])]


def rows_of(content: bytes) -> list[SheetRow]:
    return list(read_rows(content))


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("General", ("", False)),
        ("0.00", ("", False)),
        ("0%", ("", True)),
        ("0.00%;[Red]-0.00%", ("", True)),
        ("0.00\\ \\%", ("", False)),  # the sign is only text: 50 shows as 50 %
        ("[$€-407] #,##0.00", ("€", False)),
        ('#,##0.00 "€"', ("€", False)),
        ('_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-', ("€", False)),
        ('"CHF" #,##0.00', ("CHF", False)),
        ("[$CHF-807]\\ #,##0.00", ("CHF", False)),
        ("[$£-809]#,##0.00", ("£", False)),
        ("$#,##0.00", ("$", False)),
        ("[$US$-409]#,##0", ("US$", False)),
        ('#,##0 "kr"', ("kr", False)),
        ('#,##0,,"m"', ("", False)),
        ('0.0"x"', ("", False)),
        ('"SEKTOR" 0', ("", False)),
        ('0;"€"0', ("", False)),  # of what is negative
        ("[>=1000000]0.0,,;0", ("", False)),
        ('"' * 5_000, ("", False)),
    ],
)
def test_a_number_format_shows_a_currency_or_per_cent(code: str, shown: tuple[str, bool]) -> None:
    assert shown_with(code) == shown


def test_a_number_keeps_what_its_cell_shows_beside_it() -> None:
    formats = {"A1": "#,##0.00\\ [$€-1]", "B1": "0%", "D1": "0.0%"}
    [row] = rows_of(workbook([1.5, 0.5, 7, 0.25, "x"], formats=formats))
    assert row.cells == ["1.5", "0.5", "7", "0.25", "x"]
    shown = [each.shown for each in row.cells if isinstance(each, Number)]
    assert shown == [("€", False), ("", True), ("", False), ("", True)]


@pytest.mark.parametrize(
    ("merged", "row"),
    [(["E6:E7"], 6), (["A1:C1"], 1), (["B2:B4", "D3:E3"], 2), (["ZZ900:ZZ901"], 900)],
)
def test_merged_cells_are_refused_by_their_ranges(merged: list[str], row: int) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for number in range(8):
        sheet.append([number] * 6)
    for each in merged:
        sheet.merge_cells(each)
    with pytest.raises(UnreadableFileError, match="are merged cells") as refused:
        rows_of(saved(book))
    assert refused.value.row == row
    assert all(each in refused.value.reason for each in merged)


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_not_read_in_the_place_of_one_that_is_seen(state: str) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["seen"])
    other = book.create_sheet("notes")
    other.append(["not seen"])
    other.sheet_state = state
    assert [row.cells for row in rows_of(saved(book))] == [["seen"]]
    other.title = "Events"
    with pytest.raises(UnreadableFileError, match="“Events” is hidden"):
        rows_of(saved(book))


def test_hidden_rows_are_told_of() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for number in range(4):
        sheet.append([number])
    sheet.row_dimensions[2].hidden = True
    assert [row.is_hidden for row in rows_of(saved(book))] == [False, True, False, False]


def test_a_strict_workbook_is_called_what_it_is() -> None:
    content = workbook(["a"])
    strict = part_of(content, "xl/workbook.xml").replace(
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    with pytest.raises(UnreadableFileError, match="Strict Open XML: save it as Excel Workbook"):
        rows_of(with_part(content, "xl/workbook.xml", strict))
