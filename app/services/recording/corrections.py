"""Takes events back: which stand together, who may void one, and how a batch is undone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Engine

from app.domain.events.catalogue import PERIOD_EVENTS, EventType
from app.domain.events.event_json import JsonObject
from app.domain.events.model import Event
from app.services.reads import approvals
from app.services.recording import batches, previews
from app.services.recording.batches import Appended, Author, Batch
from app.store.accounts import people
from app.store.log import stored_events, timeline

UNDONE = "undone"
_STANDS = PERIOD_EVENTS | {
    EventType.EVENT_VOIDED,
    EventType.FUND_ESTABLISHED,
    EventType.APPROVAL_CHANGED,
}


@dataclass(frozen=True, slots=True)
class Correctable:
    """An event, with what a person needs to know before they take it back."""

    event: Event
    void: Event | None  # what took it out of force
    together: list[Event]  # what was recorded with it, or belongs to it
    names: dict[str, str]  # of the people who recorded these
    closed_through: date | None

    @property
    def is_closed(self) -> bool:
        """Whether it lies in closed books."""
        return self.closed_through is not None and self.event.effective_on <= self.closed_through


def may_take_back(event: Event, author: Author, *, needs_approval: bool = False) -> bool:
    """Return whether somebody may void an event by its type and by who recorded it.

    Where marks need approval, only a GP voids one.
    """
    if event.event_type in _STANDS:
        return False
    if needs_approval and event.event_type is EventType.VALUATION_UPDATED:
        return author.may_adjust
    return author.may_adjust or (
        event.recorded_by == author.recorded_by and event.event_type is not EventType.TERMS_AMENDED
    )


def may_correct(event: Event, author: Author, *, needs_approval: bool) -> bool:
    """Return whether somebody may record an event anew, besides taking it back.

    `needs_approval` says whether what they mark needs somebody else.
    """
    is_mark = event.event_type is EventType.VALUATION_UPDATED
    return may_take_back(event, author) and not (is_mark and needs_approval)


def find_correctable(engine: Engine, fund_id: UUID, sequence: int) -> Correctable | None:
    """Look at an event; None where the log has none of that number. Raises UnknownFundError."""
    closed = previews.ground(engine, fund_id).closed_through
    with engine.connect() as connection:
        found = stored_events.events_numbered(connection, fund_id, {sequence})
        if not found:
            return None
        [event] = found
        void = next(iter(timeline.voids_of(connection, fund_id, {sequence})), None)
        together = timeline.together_with(connection, fund_id, event)
        authors = {each.recorded_by for each in (event, *([void] if void else []), *together)}
        prepared_by = approvals.preparer_of(event)
        names = people.names(connection, authors | ({prepared_by} if prepared_by else set()))
    return Correctable(event, void, together, names, closed)


def void_of(event: Event, reason: str, *, closed: bool) -> JsonObject:
    """Write the void of an event, as an adjustment where its books are closed."""
    payload: JsonObject = {"voids": event.sequence, "reason": reason}
    if closed:
        payload["adjustment"] = True
    return {"event_type": EventType.EVENT_VOIDED.value, "payload": payload}


def undo(engine: Engine, fund_id: UUID, first: int, last: int, author: Author) -> Appended:
    """Take a batch back: void what it said, the last first, and say again what it voided.

    Doing it twice does it once. Raises RefusedError and NotAllowedError.
    """
    closed = previews.ground(engine, fund_id).closed_through
    with engine.connect() as connection:
        batch = stored_events.events_through(connection, fund_id, last, first=first)
        targets = {each.payload["voids"] for each in batch if "voids" in each.payload}
        voided = stored_events.events_numbered(connection, fund_id, targets) if targets else []
    drafts = batches.parse_drafts(list(_undoing(batch, voided, closed)))
    key = f"undo {first} to {last}"
    return batches.record_events(engine, fund_id, Batch(drafts, author, key))


def _undoing(
    batch: Sequence[Event], voided: Sequence[Event], closed: date | None
) -> Iterator[JsonObject]:
    for event in reversed(batch):
        if event.event_type is not EventType.EVENT_VOIDED:
            yield void_of(event, UNDONE, closed=closed is not None and event.effective_on <= closed)
    for event in voided:
        yield _again(event, closed)


def _again(event: Event, closed: date | None) -> JsonObject:
    """Say an event once more: the log numbers it as one more occurrence by itself."""
    left_out = {"occurrence", "adjustment"}
    if event.event_type is EventType.COMPANY_ADDED:
        left_out.add("company_id")  # an id is given once
    payload = {name: value for name, value in event.payload.items() if name not in left_out}
    if closed is not None and event.effective_on <= closed:
        payload["adjustment"] = True
    return {
        "event_type": event.event_type.value,
        "effective_on": event.effective_on.isoformat(),
        "payload": payload,
    }
