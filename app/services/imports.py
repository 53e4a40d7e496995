"""Imports a fund's history from a file: all rows or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from app.domain.admission import Admission
from app.domain.errors import Fault, FundNameTakenError, RefusedError, UnknownFundError
from app.domain.events import Draft, parse_draft
from app.domain.fields import name_key
from app.domain.log_index import LogIndex
from app.domain.payloads import CommitmentMade, EventType, FundEstablished
from app.domain.terms import Terms
from app.services.founding import found_fund
from app.services.import_cells import CellReader
from app.services.import_faults import (
    TERMS,
    WHOLE,
    ImportFaultsError,
    RowFault,
    placed,
    terms_fault,
)
from app.services.import_file import Line, Sheet, read_sheet
from app.services.import_rows import draft_of, row_fault
from app.store import registry
from app.store.log import Author
from app.store.registry import Fund

_NO_SIZE = (
    "is not known: no row is a COMMITMENT_MADE with an amount: add the commitments, or give the "
    "size in the terms"
)

_PART = 5_000  # events that are written at a time

Progress = Callable[[int, int], None]  # rows done, of how many


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """A file without a fault: the facts to append, and the terms that the fund will have."""

    drafts: list[Draft]
    terms: Terms
    terms_given: bool  # the file establishes the fund itself


def plan_import(
    content: bytes,
    terms: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
    mapping: Mapping[str, str] | None = None,
) -> ImportPlan:
    """Read and judge a whole file, CSV or XLSX, writing nothing.

    `terms` may leave out any key; `mapping` leads from headings of the file to
    columns of an import. Raises ImportFaultsError with every fault.
    """
    sheet = read_sheet(content, mapping)
    drafting = _Drafting(sheet.lines, progress)
    plan = _plan(sheet, drafting, terms or {})
    faults = [fault for fault in drafting.faults if fault.column not in sheet.blamed]
    if faults or sheet.faults or plan is None:
        raise ImportFaultsError([placed(fault, sheet.places) for fault in (*sheet.faults, *faults)])
    return plan


def _plan(sheet: Sheet, drafting: _Drafting, terms: Mapping[str, Any]) -> ImportPlan | None:
    """Read the rows and judge them together; None where something is at fault, which is noted."""
    if not sheet.lines:
        drafting.faults.append(RowFault(1, WHOLE, "", "the file has no rows: add the events"))
        return None
    given, offset = drafting.establishes, drafting.offset
    if given and terms:
        reason = "the file has terms already: leave --terms out"
        raise ImportFaultsError([RowFault(sheet.lines[0].row, "terms", "", reason)])
    drafts = drafting.drafts()
    opening = None if given else _opening(drafts, terms, drafting.faults)
    drafting.check_recorded_at(drafts)
    _admit(opening, drafts, sheet.lines, offset, drafting.faults)
    whole = ([opening] if opening else []) + [draft for draft in drafts if draft]
    if not whole or not isinstance(whole[0].payload, FundEstablished):
        return None
    established = whole[0].payload.terms
    drafting.check_currency(established.currency)
    return ImportPlan(whole, established, given)


def check_name(engine: Engine, name: str) -> None:
    """See that a name is free. Raises FundNameTakenError."""
    try:
        with engine.connect() as connection:
            registry.find_by_name(connection, name)
    except UnknownFundError:
        return
    raise FundNameTakenError(name)


def import_fund(
    engine: Engine,
    name: str,
    plan: ImportPlan,
    importer: UUID,
    progress: Progress | None = None,
) -> Fund:
    """Make a fund of a plan; whoever imports it becomes its GP.

    Raises FundNameTakenError; nothing is written then.
    """
    author = Author(str(importer), "import", may_adjust=True)
    with engine.begin() as connection:
        parts = _parts(plan.drafts, progress)
        return found_fund(connection, name, parts, author, gp=importer)


def _parts(drafts: list[Draft], progress: Progress | None) -> Iterator[list[Draft]]:
    """Divide a history; what is recorded now is one batch, for all of it is known at one moment."""
    size = _PART if drafts[0].recorded_at else len(drafts)
    for done in range(0, len(drafts), size):
        if progress:
            progress(done, len(drafts))
        yield drafts[done : done + size]
    if progress:
        progress(len(drafts), len(drafts))


class _Drafting:
    """Reads the rows one by one and keeps every fault."""

    def __init__(self, lines: list[Line], progress: Progress | None) -> None:
        self._lines = lines
        self._progress = progress
        self._cells = CellReader([line.cells for line in lines])
        first = lines[0].cells.get("event_type") if lines else ""
        self.establishes = first == EventType.FUND_ESTABLISHED  # the file does, in its first row
        self.offset = 0 if self.establishes else 1  # how many events come before the first row's
        self.faults: list[RowFault] = []

    def drafts(self) -> list[Draft | None]:
        """Read each row; None where it is at fault."""
        sequences: dict[int, int] = {}
        drafts = []
        for place, line in enumerate(self._lines):
            drafts.append(self._draft(line, place, sequences))
            sequences[line.number] = place + 1 + self.offset
            if self._progress:
                self._progress(place + 1, len(self._lines))
        return drafts

    def check_recorded_at(self, drafts: list[Draft | None]) -> None:
        """See that all rows say when they were recorded, in order, or that none does."""
        first = "recorded_at" in self._lines[0].cells
        latest = None
        for line, draft in zip(self._lines, drafts, strict=True):
            cell = line.cells.get("recorded_at", "")
            if bool(cell) != first:
                reason = "is on some rows and not on others: give it on every row or on none"
                self.faults.append(RowFault(line.row, "recorded_at", cell, reason))
                return
            if draft is None or draft.recorded_at is None:
                continue
            if latest and draft.recorded_at < latest:
                reason = "lies before that of a row above: sort the rows by recorded_at"
                self.faults.append(RowFault(line.row, "recorded_at", cell, reason))
            latest = max(latest or draft.recorded_at, draft.recorded_at)

    def check_currency(self, currency: str) -> None:
        """See that no amount stands with the sign of a currency that is not the fund's."""
        self.faults.extend(self._cells.foreign(currency))

    def _draft(self, line: Line, place: int, sequences: Mapping[int, int]) -> Draft | None:
        try:
            return draft_of(line, place, sequences, self._cells)
        except ImportFaultsError as error:
            self.faults.extend(error.faults)
            return None


def _opening(
    drafts: list[Draft | None], terms: Mapping[str, Any], faults: list[RowFault]
) -> Draft | None:
    """Establish the fund on the terms given, and what the file implies where they say nothing."""
    sound = [draft for draft in drafts if draft]
    days = [draft.effective_on for draft in sound if draft.effective_on]
    if not days:
        return None
    first: date = min(days)
    raw = {
        "event_type": EventType.FUND_ESTABLISHED.value,
        "effective_on": first.isoformat(),
        "payload": {"terms": _implied(sound, first, terms) | dict(terms)},
    }
    try:
        opening = parse_draft(raw)
    except RefusedError as error:
        whole = len(sound) == len(drafts)
        for fault in error.faults:
            if fault.field != "terms.size" or "size" in terms:
                faults.append(terms_fault(fault))
            elif whole:  # else the commitments may be in the rows at fault
                faults.append(RowFault(TERMS, "size", "", _NO_SIZE))
        return None
    return replace(opening, recorded_at=sound[0].recorded_at)


def _implied(drafts: list[Draft], first: date, terms: Mapping[str, Any]) -> dict[str, Any]:
    """Give the terms that the rows imply."""
    commitments = [
        draft.payload.amount for draft in drafts if isinstance(draft.payload, CommitmentMade)
    ]
    inception = str(terms.get("inception_on", first.isoformat()))
    return {
        "currency": "USD",
        "size": str(sum(commitments, Decimal(0))),
        "vintage_year": int(inception[:4]) if inception[:4].isdigit() else first.year,
        "inception_on": inception,
    }


def _admit(
    opening: Draft | None,
    drafts: list[Draft | None],
    lines: list[Line],
    offset: int,
    faults: list[RowFault],
) -> None:
    """Judge the rows against each other; rows at fault already bring no further faults along."""
    index = LogIndex()
    admission = Admission(index, now=datetime.now(UTC), may_adjust=True)
    if opening:
        try:
            admission.admit(opening)
        except RefusedError as error:
            faults.extend(terms_fault(fault) for fault in error.faults)
    index.head = offset
    broken_names = set(_broken_names(drafts, lines))
    for place, (draft, line) in enumerate(zip(drafts, lines, strict=True), offset + 1):
        if draft:
            try:
                admission.admit(draft)
            except RefusedError as error:
                faults.extend(
                    _twin_fault(fault, lines, offset, line)
                    if fault.sequence
                    else row_fault(line, fault)
                    for fault in error.faults
                    if not (fault.code == "unknown_company" and _key(line) in broken_names)
                )
        index.head = place  # a row at fault keeps its place, so that voids find their rows


def _twin_fault(fault: Fault, lines: list[Line], offset: int, line: Line) -> RowFault:
    """Say of which line a row is the twin; `offset` events come before the first row's."""
    assert fault.sequence is not None
    first = lines[fault.sequence - 1 - offset].row
    reason = f"says the same as row {first}: delete it, or put 2 in a column named occurrence"
    return RowFault(line.row, "event_type", fault.value, reason)


def _broken_names(drafts: list[Draft | None], lines: list[Line]) -> Iterator[str]:
    for draft, line in zip(drafts, lines, strict=True):
        if draft is None and "company" in line.cells:
            yield _key(line)


def _key(line: Line) -> str:
    return name_key(line.cells.get("company", ""))
