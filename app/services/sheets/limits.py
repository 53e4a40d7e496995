"""How much of a spreadsheet is read: rows, columns, cells and text, whatever the file holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.services.sheets.cells import CellFault, SheetRow, UnreadableFileError

# A history of 100,000 events has about 1,200,000 cells and 20,000,000 characters.
MOST_ROWS = 200_000  # that hold anything
MOST_LINES = 1_048_576  # blank rows among them: as many as a sheet of XLSX can have
MOST_COLUMNS = 256
MOST_CELLS = 3_000_000
MOST_CHARACTERS = 40_000_000
LONGEST_CELL = 131_072  # characters; the CSV reader's own limit
LONGEST_ROW = 1_000_000  # characters of a record of CSV
PARTS = "import the first years, and record the later events through the API, in batches"


def within_limits(rows: Iterable[SheetRow]) -> Iterator[SheetRow]:
    """Pass rows on until there is too much of anything. Raises UnreadableFileError then."""
    filled = cells = characters = 0
    for line, row in enumerate(rows, 1):
        if line > MOST_LINES:
            reason = (
                f"the file has more than {MOST_LINES:,} rows, blank ones included: delete those"
            )
            raise UnreadableFileError(row.row, reason)
        lengths = [length for cell in row.cells if (length := len(cell))]
        filled += bool(lengths)
        cells += len(lengths)
        characters += sum(lengths)
        if filled > MOST_ROWS:
            raise _too_much(row, f"{MOST_ROWS:,} rows")
        if cells > MOST_CELLS:
            raise _too_much(row, f"{MOST_CELLS:,} filled cells")
        if characters > MOST_CHARACTERS:
            raise _too_much(row, f"{MOST_CHARACTERS:,} characters")
        if lengths and max(lengths) > LONGEST_CELL:
            raise UnreadableFileError(row.row, long_cell())
        yield _narrowed(row) if len(row.cells) > MOST_COLUMNS else row


def long_cell() -> str:
    """Say that a cell holds too much."""
    return (
        f"has a cell of more than {LONGEST_CELL:,} characters: shorten it, or close the quote "
        "that may be open here"
    )


def _too_much(row: SheetRow, most: str) -> UnreadableFileError:
    reason = f"the file has more than {most}, and this row is beyond: {PARTS}"
    return UnreadableFileError(row.row, reason)


def beyond_the_columns(index: int, value: object) -> CellFault:
    """Refuse what stands beyond the last column that is read."""
    reason = f"stands beyond column {MOST_COLUMNS}: delete what is not needed"
    return CellFault(index, str(value)[:50], reason)


def _narrowed(row: SheetRow) -> SheetRow:
    """Leave out the columns beyond the last, and refuse the first cell that holds anything."""
    beyond = enumerate(row.cells[MOST_COLUMNS:], MOST_COLUMNS)
    first = [beyond_the_columns(index, cell) for index, cell in beyond if cell.strip()][:1]
    return row._replace(cells=row.cells[:MOST_COLUMNS], faults=(*row.faults, *first))
