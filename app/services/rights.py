"""What writers may record by their role, beyond what the log itself takes from anybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import Connection

from app.domain.errors import Fault, NotAllowedError, RefusedError
from app.domain.events import Draft
from app.domain.payloads import PERIOD_EVENTS, EventType, EventVoided
from app.store import fund_settings, history
from app.store.batches import Batch

_FOR_GPS = dict.fromkeys(PERIOD_EVENTS, "is for a GP: ask one to close or reopen the books") | {
    EventType.TERMS_AMENDED: "is for a GP: ask one to amend the terms"
}
_NEEDS_APPROVAL = (
    "needs the approval of a GP in this fund: mark it in a round under Valuations and submit that, "
    "or ask a GP"
)


def check_rights(connection: Connection, fund_id: UUID, batch: Batch) -> None:
    """See that the writer may record all of a batch.

    Raises NotAllowedError with every fault; RefusedError where programs name another author.
    """
    if named := list(_other_authors(batch)):
        raise RefusedError(named)
    if batch.author.may_adjust:
        return
    if faults := list(_faults(connection, fund_id, batch)):
        raise NotAllowedError(faults)


def _faults(connection: Connection, fund_id: UUID, batch: Batch) -> Iterator[Fault]:
    targets = _targets(batch.drafts)
    voided = history.events_numbered(connection, fund_id, set(targets.values())) if targets else []
    authors = {event.sequence: event.recorded_by for event in voided}
    marks = {event.sequence for event in voided if event.event_type is EventType.VALUATION_UPDATED}
    marked = [
        position
        for position, draft in enumerate(batch.drafts)
        if draft.event_type is EventType.VALUATION_UPDATED or targets.get(position) in marks
    ]
    if marked and fund_settings.valuations_need_approval(connection, fund_id):
        for position in marked:
            value = batch.drafts[position].event_type.value
            yield Fault("event_type", value, _NEEDS_APPROVAL, position, "role")
    for position, draft in enumerate(batch.drafts):
        kind = draft.event_type
        if kind in _FOR_GPS:
            yield Fault("event_type", kind.value, _FOR_GPS[kind], position, "role")
        target = targets.get(position)
        if target in authors and authors[target] != batch.author.recorded_by:
            reason = "was recorded by somebody else: ask them or a GP to void it"
            yield Fault("voids", str(target), reason, position, "role")


def _other_authors(batch: Batch) -> Iterator[Fault]:
    """Find who is named as the author of what comes by the API: its author is who sends it."""
    for position, draft in enumerate(batch.drafts):
        if batch.author.source == "api" and (named := draft.payload.attributed_to):
            reason = "is for imported files only: leave it out, who sends an event is known"
            yield Fault("attributed_to", named, reason, position)


def _targets(drafts: Sequence[Draft]) -> dict[int, int]:
    """Give what is voided, by place in the batch."""
    return {
        position: draft.payload.voids
        for position, draft in enumerate(drafts)
        if isinstance(draft.payload, EventVoided)
    }
