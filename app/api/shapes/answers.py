"""The shapes of what the API answers of funds and their logs, but for states and snapshots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator

from app.domain.events.catalogue import EventType
from app.services.documents.answer import (
    Answer,
    Cursor,
    Day,
    Id,
    Instant,
    Row,
    Sequence,
    within,
)
from app.services.documents.state import Figures
from app.services.funds.positions import FundCondition
from app.store.log import timeline


class Fund(Answer):
    """A fund."""

    id: Id
    name: str


class ListedFund(Answer):
    """A fund on the day asked for, with all that is known of it now.

    One that begins later, or whose ledger cannot be read, has neither terms nor figures.
    """

    id: Id = within("fund", "id")
    name: str = within("fund", "name")
    condition: FundCondition
    through: int = within("head", "through", ge=0, description="The last event of its log.")
    currency: str | None = within("position", "terms", "currency", default=None)
    vintage_year: int | None = within("position", "terms", "vintage_year", default=None)
    inception_on: Day | None = within("position", "terms", "inception_on", default=None)
    closed_through: Day | None = within(
        "position", "closed_through", default=None, description="The last day of its closed books."
    )
    figures: Figures | None = within("position", "figures", default=None)  # type: ignore[valid-type]
    reasons: dict[str, str] = within(
        "position",
        "figures",
        "reasons",
        default_factory=dict,
        description="Why a figure is null or says little.",
    )


class Funds(Answer):
    """A page of funds, as they stood on `as_of`."""

    as_of: Day
    funds: list[ListedFund]
    next_cursor: Id | None


class Established(Fund):
    """A fund that was established, with the head of its log."""

    id: Id = within("fund", "id")
    name: str = within("fund", "name")
    head: Sequence


@dataclass(slots=True)
class LoggedEvent(Row):
    """An event as it stands in the log."""

    sequence: Sequence
    id: Id
    event_type: EventType
    effective_on: Day
    recorded_at: Instant
    recorded_by: str
    source: str
    correlation_id: Id | None
    causation_id: Id | None
    loaded_at: Instant | None
    payload: dict[str, Any]


@dataclass(slots=True)
class TimelineEvent(LoggedEvent):
    """An event, and the one that voided it."""

    voided_by: Sequence | None


def _timeline_events(entries: list[timeline.LoggedEvent]) -> list[TimelineEvent]:
    read = LoggedEvent.reader()
    return [TimelineEvent(*(*read(entry.event), entry.voided_by)) for entry in entries]


class Timeline(Answer):
    """A page of the log, the newest event first."""

    events: Annotated[list[TimelineEvent], BeforeValidator(_timeline_events)] = within("entries")
    next_cursor: Cursor | None


class Recorded(Answer):
    """Events that were recorded."""

    first_sequence: Sequence
    last_sequence: Sequence
    events: list[LoggedEvent]
