"""Import files that are made to cost as much as they can, by what is too much in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from tests.workbooks import part_of, with_part, with_strings, workbook

_HEADER = "effective_on,event_type,company,amount,investor,note\n"
_START = "2010-01-05,COMMITMENT_MADE,,5000000,Alma,\n"
_SHEET = "xl/worksheets/sheet1.xml"
_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MB = 2**20


def _csv(*rows: str, header: str = _HEADER) -> bytes:
    return (header + _START + "".join(rows)).encode()


def _companies(count: int) -> str:
    return "".join(f"2010-01-06,COMPANY_ADDED,Company number {n},,,\n" for n in range(count))


def _xlsx(rows: bytes, strings: bytes = b"") -> bytes:
    """Make a workbook whose sheet has these rows below its header."""
    content = workbook(("effective_on", "event_type", "note"))
    sheet = part_of(content, _SHEET).replace(b"</sheetData>", rows + b"</sheetData>")
    content = with_part(content, _SHEET, sheet, zipfile.ZIP_STORED)
    return with_strings(content, strings) if strings else content


def _cell_texts(text: str, count: int) -> str:
    return f"2010-02-01,INVESTMENT_MADE,Acme,{text},,\n" * count


def _many_parts(count: int) -> bytes:
    """Make an archive of so many empty parts."""
    file = io.BytesIO(workbook(("a",)))
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(count):
            archive.writestr(f"{number}", b"")
    return file.getvalue()


def _many_sheets(count: int) -> bytes:
    content = workbook(("a",))
    sheet = b'<sheet name="%d" sheetId="2" r:id="rId1"/>'
    sheets = b"".join(sheet % number for number in range(count))
    book = part_of(content, "xl/workbook.xml").replace(b"</sheets>", sheets + b"</sheets>")
    book = book.replace(
        b"<workbook ",
        b'<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ',
    )
    return with_part(content, "xl/workbook.xml", book)


def _shared_formulas(count: int) -> bytes:
    first = b'<row><c r="A2"><f t="shared" si="0">%b</f><v>1</v></c></row>' % (b"A1+" * 30_000)
    others = (
        b'<row r="%d"><c r="A%d"><f t="shared" si="0"/><v>1</v></c></row>' % (row, row)
        for row in range(3, count)
    )
    return _xlsx(first + b"".join(others))


_LONG_STRING = b"<si><t>" + b"_x0041_" * 18_000 + b"</t></si>"
_GP_ROWS = "".join(f"2010-01-06,COMMITMENT_MADE,{n},Manager {n},gp\n" for n in range(1, 40_000))

TABLES: dict[str, Callable[[], bytes]] = {
    "csv: 3 million rows of garbage": lambda: _csv("x,y\n" * (3 * _MB)),
    "csv: 150,000 rows of nothing but faults": lambda: _csv("a,b,c,d,e,f\n" * 150_000),
    "csv: 12 million blank rows": lambda: _csv("\n" * (12 * _MB)),
    "csv: 2 million headings": lambda: ",".join(f"h{n:x}" for n in range(2 * _MB)).encode(),
    "csv: 300 headings": lambda: ",".join(f"the heading no {n}" for n in range(300)).encode(),
    "csv: 12 million cells in a row": lambda: _csv("," * (12 * _MB)),
    "csv: a cell of 12 MB": lambda: _csv("2010-02-01,x,,,,", '"', "a" * (12 * _MB), '"\n'),
    "csv: a quote that nothing closes": lambda: _csv('2010-02-01,x,,,,"', "a,b\n" * (3 * _MB)),
    "csv: a heading of 120,000 brackets": lambda: b"effective_on,event_type," + b"(" * 120_000,
    "csv: numbers with 4,000 spaces in them": lambda: _csv(
        _cell_texts("1" + " " * 4000 + "x", 3000)
    ),
    "csv: numbers with 90 spaces in them": lambda: _csv(_cell_texts("1" + " " * 90 + "x", 100_000)),
    "csv: a number of 5,000 digits": lambda: _csv(
        f"{'9' * 5000},2010-02-01,CAPITAL_CALLED,5\n",
        header="sequence,effective_on,event_type,amount\n1,2010-01-05,CAPITAL_CALLED,5\n",
    ),
    "csv: allocations of 9,000 keys": lambda: _csv(
        (
            "2010-02-01,CAPITAL_CALLED,5,"
            '"{' + ",".join(f'""{n:x}"":""1""' for n in range(9000)) + '}"\n'
        )
        * 100,
        header="effective_on,event_type,amount,allocations\n",
    ),
    "csv: terms of 9,000 keys": lambda: _csv(
        ('2010-02-01,TERMS_AMENDED,,"{' + ",".join(f'""{n:x}"":1' for n in range(9000)) + '}"\n')
        * 100,
        header="effective_on,event_type,amount,terms\n",
    ),
    "csv: 8,000 unknown companies beside 20,000": lambda: _csv(
        _companies(20_000),
        "".join(f"2010-02-01,INVESTMENT_MADE,Company number x{n},5,,\n" for n in range(8000)),
    ),
    "csv: 40,000 GP commitments": lambda: _csv(
        _GP_ROWS, header="effective_on,event_type,amount,investor,partner\n"
    ),
    "csv: 70 columns of short cells": lambda: _csv(
        ("2010-02-01,x," + ",".join("ab" for _ in range(70)) + "\n") * 120_000,
        header="effective_on,event_type," + ",".join(f"note{n}" for n in range(70)) + "\n",
    ),
    "xlsx: 4 million empty rows": lambda: _xlsx(b"<row/>" * (4 * _MB)),
    "xlsx: 2 million rows with a height": lambda: _xlsx(b'<row ht="9"/>' * (2 * _MB)),
    "xlsx: a million columns": lambda: _xlsx(b"<row>" + b"<c><v>1</v></c>" * _MB + b"</row>"),
    "xlsx: 50,000 empty cells in each row": lambda: _xlsx(
        (b"<row>" + b"<c/>" * 50_000 + b"</row>") * 140
    ),
    "xlsx: 250,000 empty cells in a row": lambda: _xlsx(b"<row>" + b"<c/>" * 250_000 + b"</row>"),
    "xlsx: a row of 64 MB, packed": lambda: with_part(
        workbook(("a",)), _SHEET, b"<worksheet>" + b"<a/>" * (16 * _MB), zipfile.ZIP_DEFLATED
    ),
    "xlsx: a million shared strings": lambda: _xlsx(
        b"", b"".join(b"<si><t>%x</t></si>" % n for n in range(_MB))
    ),
    "xlsx: one long shared string in every cell": lambda: _xlsx(
        b'<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>' * 30_000,
        _LONG_STRING,
    ),
    "xlsx: a text of 28 MB": lambda: _xlsx(
        b'<row><c t="inlineStr"><is><t>' + b"abcdefgh" * (7 * _MB // 2) + b"</t></is></c></row>"
    ),
    "xlsx: 600,000 texts": lambda: _xlsx(
        (b"<row>" + b'<c t="inlineStr"><is><t>a</t></is></c>' * 3 + b"</row>") * 200_000
    ),
    "xlsx: shared formulas": lambda: _shared_formulas(20_000),
    "xlsx: days that are none": lambda: _xlsx(b'<row><c s="1"><v>99999999</v></c></row>' * 200_000),
    "xlsx: 300,000 parts": lambda: _many_parts(300_000),
    "xlsx: 60,000 sheets": lambda: _many_sheets(60_000),
}
