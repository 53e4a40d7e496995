"""The address of a timeline page: its filters, as typed and as understood."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self, TypeVar
from uuid import UUID

from flask import request, url_for

from app.domain.errors import BeyondKnowledgeError
from app.domain.viewpoint import parse_day
from app.services.reads.timeline import event_type_named
from app.store.log.timeline import Filters

DAYS = ("start", "end", "recorded_start", "recorded_end")
FIELDS = ("type", "company", *DAYS, "adjustment", "after")
_MENDS = dict.fromkeys(DAYS, "write a date such as 2012-03-31") | {"type": "choose one of the list"}
_Read = TypeVar("_Read")
# Enough events newer than the one that is looked for, so that it does not stand alone.
_NEWER = 5


@dataclass(frozen=True, slots=True)
class TimelineAddress:
    """Which part of a fund's log a page shows."""

    fund_id: UUID
    given: Mapping[str, str]  # the filters as they were typed, without the empty ones
    filters: Filters  # as far as they make sense
    faults: Mapping[str, str]  # by filter: what is wrong and how to mend it

    @classmethod
    def from_request(cls, fund_id: UUID) -> Self:
        """Read the address at work. Raises BeyondKnowledgeError for a cursor that is none."""
        texts = {name: request.args.get(name, "").strip() for name in FIELDS}
        given = {name: text for name, text in texts.items() if text}
        faults: dict[str, str] = {}
        days = {name: _read(given, name, _day_of(name), faults) for name in DAYS}
        for start, end in (DAYS[:2], DAYS[2:]):
            if (first := days[start]) and (last := days[end]) and last < first:
                faults[end] = f"lies before {first}: choose that day or a later one"
        filters = Filters(
            **days,
            event_type=_read(given, "type", event_type_named, faults),
            company=given.get("company"),
            before=_sequence("before", request.args.get("before", "").strip()),
            after=_sequence("after", given.get("after", "")),
            adjustments="adjustment" in given,
        )
        return cls(fund_id, given, filters, faults)

    @property
    def url(self) -> str:
        """Write the address."""
        parameters: dict[str, Any] = {**self.given, "before": self.filters.before}
        return url_for("timeline.index", fund_id=self.fund_id, **parameters)

    def older(self, cursor: int | None) -> Self:
        """Go on below a sequence; to the newest events without one."""
        return replace(self, filters=replace(self.filters, before=cursor))

    def unfiltered(self) -> Self:
        """Show the whole log, from its newest event."""
        return replace(self, given={}, filters=Filters(), faults={})

    def about(self, company: str) -> Self:
        """Ask for another company, and else for the same."""
        return replace(self, given={**self.given, "company": company}).older(None)

    def around(self, sequence: int) -> str:
        """Write the address of one event, among its neighbours."""
        return f"{self.unfiltered().older(sequence + _NEWER + 1).url}#event-{sequence}"


def _day_of(name: str) -> Callable[[str], date]:
    return lambda text: parse_day(text, name)


def _read(
    given: Mapping[str, str], name: str, read: Callable[[str], _Read], faults: dict[str, str]
) -> _Read | None:
    """Read a filter, and note how to mend it where that is not possible."""
    try:
        return read(given[name]) if name in given else None
    except BeyondKnowledgeError:
        faults[name] = _MENDS[name]
        return None


def _sequence(name: str, text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit():
        raise BeyondKnowledgeError(name, text, "write a sequence of the log, such as 120")
    return int(text[:18])
