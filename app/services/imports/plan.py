"""Plans an import: reads and judges a whole file, writing nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import thread_time
from typing import Any

from app.domain.events.catalogue import FundEstablished
from app.domain.events.model import Draft
from app.domain.state.state import FundState
from app.domain.terms import Terms
from app.services.import_files.faults import (
    WHOLE,
    ImportFaultsError,
    RowFault,
    TooManyFaultsError,
    placed,
)
from app.services.import_files.file import Sheet, read_sheet
from app.services.import_files.rows import Progress, RowParser
from app.services.imports.implied_terms import implied_terms
from app.services.imports.validate_rows import RowValidation
from app.services.sheets import PARTS

LONGEST_JUDGING = 120  # seconds of the processor; 100,000 events take some twenty
_NO_ROWS = (
    "the file has a header and no rows: add a row below it for each event, as the rows of the "
    "template show"
)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """A file without a fault: the facts to append, and the fund that they make."""

    drafts: list[Draft]
    terms: Terms
    terms_given: bool  # the file establishes the fund itself
    state: FundState  # as it stands today
    notes: list[str]  # on how cells were read that can be read in two ways


@dataclass(frozen=True, slots=True)
class ImportAnswers:
    """What is said of a file beside it.

    `terms` may leave out any key, and are refused beside terms of the file
    unless they are `spare`; `mapping` leads from headings of the file to columns of an import;
    rows whose content is in `accepted_duplicates` are second facts where they are duplicates.
    """

    terms: Mapping[str, Any] | None = None
    mapping: Mapping[str, str] | None = None
    accepted_duplicates: Collection[str] = ()
    spare: bool = False


def plan_import(
    content: bytes,
    terms: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
    mapping: Mapping[str, str] | None = None,
) -> ImportPlan:
    """Plan the import of a file, CSV or XLSX. Raises ImportFaultsError with every fault."""
    return plan_as_given(content, ImportAnswers(terms, mapping), progress)


def plan_as_given(
    content: bytes,
    given: ImportAnswers,
    progress: Progress | None = None,
    read: Callable[[int], None] | None = None,
) -> ImportPlan:
    """Plan an import with all that can be said of it. Raises ImportFaultsError with every fault.

    `read` is told of rows while the file is read, before `progress` is told of them as judged.
    """
    until = thread_time() + LONGEST_JUDGING
    sheet = read_sheet(content, given.mapping, _in_time(read, until))
    count = len(sheet.lines)
    drafting = RowParser(sheet, _in_time(_part(progress, count, 0), until))
    plan = None
    with suppress(TooManyFaultsError):  # they are noted
        plan = _plan(sheet, drafting, given, _in_time(_part(progress, count, count), until))
    faults = [fault for fault in drafting.faults if fault.column not in sheet.blamed]
    if faults or sheet.faults or plan is None:
        found = [placed(fault, sheet.places) for fault in (*sheet.faults, *faults)]
        raise ImportFaultsError(found, drafting.day_notes(sheet.places) + sheet.notes)
    return plan


def _in_time(report: Callable[[int], None] | None, until: float) -> Callable[[int], None]:
    """Tell of each row, and end where the file takes more of the processor than any history."""

    def counted(done: int) -> None:
        if thread_time() > until:
            reason = (
                f"judging the file took more than {LONGEST_JUDGING} seconds: see whether rows "
                f"repeat over and over, or {PARTS}"
            )
            raise ImportFaultsError([RowFault(1, WHOLE, "", reason)])
        if report:
            report(done)

    return counted


def _part(progress: Progress | None, count: int, before: int) -> Callable[[int], None] | None:
    """Report one of two goes through the rows as a half of the whole."""
    if progress is None:
        return None
    return lambda done: progress((before + done) // 2, count)


def _plan(
    sheet: Sheet, drafting: RowParser, given: ImportAnswers, progress: Callable[[int], None] | None
) -> ImportPlan | None:
    """Read the rows and judge them together; None where something is at fault, which is noted."""
    if not sheet.lines:
        drafting.faults.append(RowFault(1, WHOLE, "", _NO_ROWS))
        return None
    if drafting.establishes and given.terms and not given.spare:
        reason = "the file has terms already: leave --terms out"
        raise ImportFaultsError([RowFault(sheet.lines[0].row, "terms", "", reason)])
    drafts = drafting.drafts()
    opening = None
    if not drafting.establishes:
        terms = given.terms or {}
        if "inception_on" in terms or drafting.are_recent(drafts):
            opening = implied_terms(drafts, terms, drafting.faults)
    drafting.check_recorded_at(drafts)
    judging = RowValidation(
        sheet.lines, drafting.offset, drafting.faults, given.accepted_duplicates
    )
    if opening:
        judging.admit_opening(opening)
    judging.admit_rows(drafts, progress)
    whole = ([opening] if opening else []) + [draft for draft in drafts if draft]
    if not whole or not isinstance(whole[0].payload, FundEstablished):
        return None
    established = whole[0].payload.terms
    drafting.check_currency(established.currency)
    if drafting.faults or sheet.faults:
        return None
    notes = drafting.day_notes(sheet.places) + sheet.notes
    return ImportPlan(whole, established, drafting.establishes, judging.state(), notes)
