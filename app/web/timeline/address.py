"""The address of a timeline page: its filters, as typed and as understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self
from uuid import UUID

from flask import url_for

from app.domain.errors import BeyondKnowledgeError
from app.services.reads.timeline import event_type_named
from app.store.log.timeline import Filters
from app.web.shared.filters import FilterField, FilterForm, not_before, read_day, read_sequence

_DAY = "write a date such as 2012-03-31"
_SEQUENCE = "write a sequence of the log, such as 120"
# Enough events newer than the one that is looked for, so that it does not stand alone.
_NEWER = 5


class TypesField(FilterField):
    """Types of event, of which an address may name several."""

    chosen: Sequence[str] = ()  # as they were typed

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read them all. Raises ValueError where one is no type."""
        named = (str(each).strip()[: self.longest] for each in valuelist)
        self.chosen = [each for each in named if each]
        self.typed = ", ".join(self.chosen)
        self.data = ()
        try:
            self.data = tuple(dict.fromkeys(map(event_type_named, self.chosen)))
        except BeyondKnowledgeError as error:
            raise ValueError(self._mend) from error


class TimelineForm(FilterForm):
    """Which events are asked for, and from where on."""

    type = TypesField(mend="choose from the list", default=())
    company = FilterField()
    start = FilterField(read_day, mend=_DAY)
    end = FilterField(read_day, [not_before("start")], mend=_DAY)
    recorded_start = FilterField(read_day, mend=_DAY)
    recorded_end = FilterField(read_day, [not_before("recorded_start")], mend=_DAY)
    adjustment = FilterField(bool, default=False)
    after = FilterField(read_sequence, mend=_SEQUENCE)
    before = FilterField(read_sequence, mend=_SEQUENCE)

    @property
    def given(self) -> dict[str, Any]:
        """The filters as they were typed, without the empty ones; of types a list."""
        types = {"type": self.type.chosen} if self.type.chosen else {}
        return super().given | types

    @property
    def filters(self) -> Filters:
        """The filters as far as they make sense."""
        asked = self.data
        return Filters(
            event_types=asked.pop("type"),
            company_in_part=True,
            adjustments=asked.pop("adjustment"),
            **asked,
        )


@dataclass(frozen=True, slots=True)
class TimelineAddress:
    """Which part of a fund's log a page shows."""

    fund_id: UUID
    given: Mapping[str, Any]  # the filters as they were typed, without the empty ones
    filters: Filters  # as far as they make sense
    faults: Mapping[str, str]  # by filter: what is wrong and how to mend it

    @classmethod
    def from_request(cls, fund_id: UUID) -> Self:
        """Read the address at work. Raises BeyondKnowledgeError for a cursor that is none."""
        asked = TimelineForm.from_address().checked("before", "after")
        return cls(fund_id, asked.given, asked.filters, asked.faults)

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
