"""Judges the rows of an import file against each other, as the log would take them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from app.domain.admission.admission import Admission
from app.domain.admission.log_index import LogIndex
from app.domain.admission.rules.approval import Approval
from app.domain.errors import Fault, RefusedError
from app.domain.events.model import Draft, Fact
from app.domain.fields import name_key
from app.domain.state.fold import state_at
from app.domain.state.state import FundState
from app.domain.viewpoint import Viewpoint
from app.services.import_files.faults import RowFault, stop_at_many, terms_fault
from app.services.import_files.file import Line
from app.services.import_files.rows import row_fault


class RowValidation:
    """Admits the rows one after the other; `offset` events come before the first row's."""

    def __init__(
        self,
        lines: list[Line],
        offset: int,
        faults: list[RowFault],
        accepted_duplicates: Collection[str] = (),
    ) -> None:
        """Begin an empty log.

        Duplicates whose content is in `accepted_duplicates` are second facts. What is wrong is
        added to `faults`.
        """
        now = datetime.now(UTC)
        self._lines, self._offset, self._accepted_duplicates = (
            lines,
            offset,
            frozenset(accepted_duplicates),
        )
        self._index = LogIndex()
        self._admission = Admission(
            self._index, now=now, may_adjust=True, approval=Approval.HISTORY
        )
        self._today = now.date()
        self._broken_names: set[str] = set()
        self._alike: Counter[bytes] = Counter()
        self.faults = faults

    def admit_opening(self, opening: Draft) -> None:
        """Admit what establishes the fund before the first row."""
        try:
            self._admission.admit(opening)
        except RefusedError as error:
            self.faults.extend(terms_fault(fault) for fault in error.faults)

    def admit_rows(
        self, drafts: list[Draft | None], progress: Callable[[int], None] | None = None
    ) -> None:
        """Admit every row that could be read, and number the second facts among them.

        Rows at fault already bring no further faults along. The cells of each row are given up when
        it is judged: of a long file, they and the log would be too much to have at hand.
        """
        self._index.head = self._offset
        self._broken_names = {
            _key(line)
            for draft, line in zip(drafts, self._lines, strict=True)
            if draft is None and "company" in line.cells
        }
        for index, line in enumerate(self._lines):
            content = self._content(line)
            if draft := drafts[index]:
                drafts[index] = self._admitted(draft, index, content)
            line.cells.clear()
            # A row at fault keeps its place, so that voids find their rows.
            self._index.head = self._offset + index + 1
            if progress:
                progress(index + 1)
            stop_at_many(self.faults, line.row)
        if all(drafts) and not self.faults:  # else what mends it may be in a row at fault
            self._check_whole()

    def state(self) -> FundState:
        """Fold what was admitted into the fund as it stands today."""
        log = (
            Fact(entry.sequence, entry.event_type, entry.effective_on, entry.payload)
            for entry in self._index.entries.values()
        )
        return state_at(log, Viewpoint(self._today, self._index.head))

    def _content(self, line: Line) -> str:
        """Tell a row by what it says, and by how many said so before; not by where it stands."""
        said = sha256(repr(sorted(line.cells.items())).encode()).digest()
        self._alike[said] += 1
        return f"{said.hex()}-{self._alike[said]}"

    def _admitted(self, draft: Draft, index: int, content: str) -> Draft:
        line, is_second = self._lines[index], content in self._accepted_duplicates
        try:
            admitted = self._admission.admit(draft, index, allow_duplicate=is_second)
        except RefusedError as error:
            self.faults.extend(
                self._duplicate_fault(fault, line, content)
                if fault.code == "twin"
                else row_fault(line, self._by_row(fault))
                for fault in error.faults
                if not (fault.code == "unknown_company" and _key(line) in self._broken_names)
            )
            return draft
        occurrence = admitted.payload.get("occurrence")
        if is_second and occurrence:
            update = {"occurrence": occurrence}
            return draft._replace(payload=draft.payload.model_copy(update=update))
        return draft

    def _check_whole(self) -> None:
        """Refuse what the fund, as all rows leave it, cannot have or do without."""
        try:
            self._admission.check_whole()
        except RefusedError as error:
            self.faults.extend(self._fault_in_whole(fault) for fault in error.faults)

    def _fault_in_whole(self, fault: Fault) -> RowFault:
        """Name the row, and what it voids by the file's own numbering."""
        line = self._lines[fault.position]
        if fault.field != "voids":
            return row_fault(line, fault)
        target = self._lines[int(fault.value) - 1 - self._offset]
        return RowFault(line.row, fault.field, str(target.number), fault.reason)

    def _by_row(self, fault: Fault) -> Fault:
        """Name an event that stands in the way by its row in the file."""
        if fault.sequence is None:
            return fault
        row = self._lines[fault.sequence - 1 - self._offset].row
        return replace(fault, reason=fault.reason.replace(f"event {fault.sequence}", f"row {row}"))

    def _duplicate_fault(self, fault: Fault, line: Line, content: str) -> RowFault:
        """Say of which row another one is the duplicate."""
        assert fault.sequence is not None
        first = self._lines[fault.sequence - 1 - self._offset].row
        reason = f"says the same as row {first}: delete it, or put 2 in a column named occurrence"
        row_fault = RowFault(line.row, "event_type", fault.value, reason)
        return replace(row_fault, duplicate_of=first, content=content)


def _key(line: Line) -> str:
    return name_key(line.cells.get("company", ""))
