"""Reads the header of an import file: which column holds what."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from app.domain.payloads import PAYLOADS
from app.services.import_faults import WHOLE, ImportFaultsError, RowFault

ENVELOPE_COLUMNS = ("effective_on", "event_type", "recorded_at", "sequence", "correlation_id")
REQUIRED_COLUMNS = ("effective_on", "event_type")
JSON_COLUMNS = ("terms", "allocations")
PAYLOAD_COLUMNS = tuple(
    dict.fromkeys(name for model in PAYLOADS.values() for name in model.model_fields)
)
_COLUMNS = (*ENVELOPE_COLUMNS, *PAYLOAD_COLUMNS)
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, slots=True)
class Header:
    """The columns by their place: empty where no name stands, None where nobody knows it."""

    columns: tuple[str | None, ...]
    faults: list[RowFault]

    @property
    def missing(self) -> set[str]:
        """The columns that every file has, and this one has not."""
        return set(REQUIRED_COLUMNS).difference(self.columns)


def check_separator(text: str) -> None:
    """Refuse a file that is empty, or separated by something else than commas.

    Raises ImportFaultsError.
    """
    first = text.lstrip().partition("\n")[0]
    if not first:
        reason = "the file is empty: begin with a header such as effective_on,event_type,amount"
        raise ImportFaultsError([RowFault(1, WHOLE, "", reason)])
    name = next((_SEPARATORS[sign] for sign in _SEPARATORS if sign in first), None)
    if first.lower().startswith("sep="):
        more = f", and save the file with commas, not {name}" if name else ""
        reason = f"this line is for spreadsheets only: take it out{more}"
    elif name and "," not in first:
        reason = f"the file is separated by {name}: save it with commas"
    else:
        return
    raise ImportFaultsError([RowFault(1, WHOLE, "", reason)])


def read_header(names: list[str]) -> Header:
    """Find the column that each name means, in any case.

    A name that is nearly that of a column which is not there is a fault, and is taken for it, so
    that the rows can be judged as they are meant.
    """
    cleaned = [name.strip() for name in names]
    plain = [name.lower().replace(" ", "_") for name in cleaned]
    columns: list[str | None] = []
    faults: list[RowFault] = []
    for name, column in zip(cleaned, plain, strict=True):
        if column in columns and column:
            faults.append(RowFault(1, name, "", "stands in the header twice: keep one"))
            columns.append(None)
        elif column in _COLUMNS or not column:
            columns.append(column)
        else:
            near = difflib.get_close_matches(column, _COLUMNS, 1)
            mend = f"did you mean {near[0]}?" if near else f"use any of {', '.join(_COLUMNS)}"
            faults.append(RowFault(1, name, "", f"is not a column of an import: {mend}"))
            columns.append(near[0] if near and near[0] not in (*plain, *columns) else None)
    header = Header(tuple(columns), faults)
    faults += [
        RowFault(1, name, "", "is missing from the header: add this column")
        for name in REQUIRED_COLUMNS
        if name in header.missing
    ]
    return header
