"""Reads the rows of an import file one by one, and keeps every fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.domain.events.catalogue import EventType
from app.domain.events.drafts import Draft
from app.services.imports.cells import CellReader
from app.services.imports.faults import ImportFaultsError, RowFault, stop_at_many
from app.services.imports.file import Line
from app.services.imports.row import draft_of

Progress = Callable[[int, int], None]  # rows done, of how many


class Drafting:
    """Reads the rows one by one and keeps every fault."""

    def __init__(self, lines: list[Line], progress: Callable[[int], None] | None) -> None:
        """Take the rows; `progress` is told of each one that was read."""
        self._lines = lines
        self._progress = progress
        self._cells = CellReader(lines)
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
                self._progress(place + 1)
            stop_at_many(self.faults, line.row)
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
                stop_at_many(self.faults, line.row)
            latest = max(latest or draft.recorded_at, draft.recorded_at)

    def check_currency(self, currency: str) -> None:
        """See that no amount stands with the sign of a currency that is not the fund's."""
        self.faults.extend(self._cells.foreign(currency))

    def day_notes(self, places: Mapping[str, tuple[str, str]]) -> list[str]:
        """Say in which order days were read that the order of other cells decides."""
        return [
            f"Dates in column {places[column][0]} ({places[column][1]}) are read as {order.name}, "
            f"as {order.shown} shows"
            for column, order in self._cells.day_orders()
        ]

    def _draft(self, line: Line, place: int, sequences: Mapping[int, int]) -> Draft | None:
        try:
            return draft_of(line, place, sequences, self._cells)
        except ImportFaultsError as error:
            self.faults.extend(error.faults)
            return None
