"""What a dry run has found, as it is kept for those who look: a summary, or the rows at fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from time import thread_time
from typing import Any

from app.domain.events.catalogue import EventType
from app.domain.events.event_json import as_json
from app.domain.figures.figures import figures_of
from app.domain.money import fraction_text, plain_text
from app.services.import_files.faults import TERMS, ImportFaultsError, RowFault
from app.services.import_files.header import headings_of
from app.services.import_files.header_row import from_header_on
from app.services.imports.plan import ImportPlan
from app.services.sheets import SheetRow, UnreadableFileError, read_rows

ROWS_SHOWN = 200  # rows at fault that are shown in place; the file of faults has all
_LONGEST = 120  # characters of a cell or a value that are shown
_SAMPLE = 40  # rows that tell what stands in which column
_LONGEST_LOOK = 2  # seconds of the processor
_HEADER_WITHIN = 1_000  # rows, blank ones included, that are looked through for it

Findings = dict[str, Any]


def of_plan(plan: ImportPlan) -> Findings:
    """Sum up a sound file: what it holds, and the fund that it makes."""
    counts = Counter(draft.event_type for draft in plan.drafts)
    days = [draft.effective_on for draft in plan.drafts if draft.effective_on]
    figures = figures_of(plan.state, datetime.now(UTC).date())
    amounts = {
        name: plain_text(getattr(figures, name)) for name in ("paid_in", "distributed", "nav")
    }
    return {
        "sound": True,
        "events": len(plan.drafts),
        "types": [[kind.value, counts[kind]] for kind in EventType if counts[kind]],
        "first_on": min(days).isoformat(),
        "last_on": max(days).isoformat(),
        "companies": len(plan.state.holdings),
        "terms": as_json(plan.terms),
        "terms_given": plan.terms_given,
        "notes": plan.notes,
        "figures": {**amounts, "tvpi": fraction_text(figures.tvpi)},
    }


def of_faults(error: ImportFaultsError, content: bytes) -> Findings:
    """Put the first faults beside the rows in which they are, with the rows that they are like."""
    faults = error.faults
    in_rows = [fault for fault in faults if fault.row != TERMS]
    rows = list(dict.fromkeys(fault.row for fault in in_rows))
    shown = set(rows[:ROWS_SHOWN])
    duplicates = {
        fault.duplicate_of for fault in in_rows if fault.row in shown and fault.duplicate_of
    }
    return {
        "sound": False,
        "count": len(faults),
        "rows_at_fault": len(rows),
        "duplicates": sorted({fault.row for fault in in_rows if fault.duplicate_of}),
        "contents": {fault.row: fault.content for fault in in_rows if fault.duplicate_of},
        "terms": [_kept(fault) for fault in faults if fault.row == TERMS],
        "faults": [_kept(fault) for fault in in_rows if fault.row in shown],
        "notes": error.notes,
        "header": next(iter(sample(content)), []),
        "rows": {row.row: _cells(row) for row in _numbered(content, shown | duplicates)},
    }


def sample(content: bytes) -> list[list[str]]:
    """Return the header and the first rows of a file; none where it begins with blank rows only.

    Raises UnreadableFileError.
    """
    began = thread_time()
    rows = (row for row in islice(read_rows(content), _HEADER_WITHIN) if _is_quick(row, began))
    first = list(islice(from_header_on(rows)[1], _SAMPLE))
    headings = [[_visible(heading) for heading in headings_of(row)] for row in first[:1]]
    return headings + [_cells(row) for row in first[1:]]


def _is_quick(row: SheetRow, began: float) -> bool:
    """Go on while the look takes no time. Raises UnreadableFileError: somebody waits for it."""
    if thread_time() - began > _LONGEST_LOOK:
        reason = (
            "the file takes too long to look at: delete empty rows, columns and sheets, or save it "
            "as CSV"
        )
        raise UnreadableFileError(row.row, reason)
    return True


def _numbered(content: bytes, wanted: set[int]) -> Iterator[SheetRow]:
    """Read the rows with these numbers, as far as the file can be read."""
    last = max(wanted, default=0)
    try:
        for row in read_rows(content):
            if row.row > last:
                return
            if row.row in wanted:
                yield row
    except UnreadableFileError:
        return


def _cells(row: SheetRow) -> list[str]:
    return [_short(str(cell).strip()) for cell in row.cells]


def _kept(fault: RowFault) -> Findings:
    return {
        "row": fault.row,
        "column": fault.column,
        "letter": fault.letter,
        "value": _short(fault.value),
        "reason": _visible(fault.reason),
        "duplicate_of": fault.duplicate_of,
    }


def _short(text: str) -> str:
    return _visible(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def _visible(text: str) -> str:
    """Write a text so that the database takes it."""
    return text.replace("\0", "\ufffd")
