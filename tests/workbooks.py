"""XLSX files for tests: real ones, and ones that are not what they seem."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell


def workbook(*rows: Sequence[object], title: str = "Sheet", formats: dict[str, str] | None = None,
             more: Iterable[str] = ()) -> bytes:  # fmt: skip
    """Make a workbook with one sheet of rows; `formats` by cell, `more` sheets that are empty."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for place, shown in (formats or {}).items():
        cell = sheet[place]
        assert isinstance(cell, Cell)
        cell.number_format = shown
    for name in more:
        book.create_sheet(name)
    return saved(book)


def saved(book: Workbook) -> bytes:
    """Return a workbook as a file."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(
    content: bytes, name: str, part: bytes | None, packed: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """Put a part of an archive in the place of another, or add or drop it."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        if part is not None:
            new.writestr(name, part, packed)
    return file.getvalue()


def part_of(content: bytes, name: str) -> bytes:
    """Return a part of an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def with_strings(content: bytes, strings: bytes) -> bytes:
    """Add shared texts to a workbook, each in `<si>`, to which cells of the kind s refer."""
    types = part_of(content, "[Content_Types].xml")
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    entry = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%b"/></Types>' % kind
    content = with_part(content, "[Content_Types].xml", types.replace(b"</Types>", entry))
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    table = b'<?xml version="1.0"?><sst xmlns="%b">%b</sst>' % (main, strings)
    return with_part(content, "xl/sharedStrings.xml", table, zipfile.ZIP_STORED)
