"""The names that companies bore: at an event, and now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.domain.events.catalogue import EventType
from app.domain.events.model import Event


@dataclass(frozen=True, slots=True)
class Naming:
    """That a company was called so from a day on, as far as that was known."""

    company_id: str
    name: str
    effective_on: date
    sequence: int
    voided_by: int | None = None


class CompanyNames:
    """Every name of some companies, for events that name them as they were added for ever."""

    def __init__(self, namings: Iterable[Naming] = ()) -> None:
        """Sort the names by when they took effect."""
        self._by_company: dict[str, list[Naming]] = {}
        for naming in sorted(namings, key=lambda each: (each.effective_on, each.sequence)):
            self._by_company.setdefault(naming.company_id, []).append(naming)

    def knows(self, company_id: str) -> bool:
        """Return whether one of them is a company of this id."""
        return company_id in self._by_company

    def at(self, company_id: str, on: date, through: int) -> str:
        """Name a company on a day, as known at a sequence; empty where nobody knew it."""
        known = [each for each in self._by_company.get(company_id, ()) if _stood(each, through)]
        borne = [each for each in known if each.effective_on <= on]
        # What is dated before the company was added is of the company as it was added.
        return borne[-1].name if borne else known[0].name if known else ""

    def of(self, event: Event, on: date, through: int) -> str:
        """Name the company of an event as it was called then, and as it is called at a viewpoint.

        A renaming tells the new name itself. Empty for an event that is about no company.
        """
        if not event.company_id:
            return ""
        renames = event.event_type is EventType.COMPANY_UPDATED and "new_name" in event.payload
        known_then = event.sequence - 1 if renames else event.sequence
        stored = str(event.payload.get("company", ""))
        then = self.at(event.company_id, event.effective_on, known_then) or stored
        now = self.at(event.company_id, on, through) or then
        names = {then, event.payload["new_name"]} if renames else {then}
        return then if now in names else f"{then} (now {now})"


def _stood(naming: Naming, through: int) -> bool:
    voided = naming.voided_by is not None and naming.voided_by <= through
    return naming.sequence <= through and not voided
