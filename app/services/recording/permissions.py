"""What writers may record by their role, beyond what the log itself takes from anybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import Connection

from app.domain.errors import Fault, NotAllowedError, RefusedError
from app.domain.events.catalogue import PERIOD_EVENTS, EventType, EventVoided
from app.domain.events.model import Draft
from app.store.admission.batches import Batch
from app.store.log import stored_events

_FOR_GPS = dict.fromkeys(PERIOD_EVENTS, "is for a GP: ask one to close or reopen the books") | {
    EventType.TERMS_AMENDED: "is for a GP: ask one to amend the terms",
    EventType.APPROVAL_CHANGED: "is for a GP: ask one to change whether marks need approval",
}
# Who sends an event, and who prepared or approved it, is known here.
_SET_HERE = ("attributed_to", "prepared_by", "self_approved")


def check_rights(connection: Connection, fund_id: UUID, batch: Batch) -> None:
    """See that the writer may record all of a batch.

    Raises NotAllowedError with every fault; RefusedError where programs say who did what. Whether
    marks are approved as the fund asks for, the log itself sees to.
    """
    if said := list(_set_elsewhere(batch)):
        raise RefusedError(said)
    if batch.author.may_adjust:
        return
    if faults := list(_faults(connection, fund_id, batch)):
        raise NotAllowedError(faults)


def _faults(connection: Connection, fund_id: UUID, batch: Batch) -> Iterator[Fault]:
    targets = _targets(batch.drafts)
    voided = (
        stored_events.events_numbered(connection, fund_id, set(targets.values())) if targets else []
    )
    authors = {event.sequence: event.recorded_by for event in voided}
    for position, draft in enumerate(batch.drafts):
        kind = draft.event_type
        if kind in _FOR_GPS:
            yield Fault("event_type", kind.value, _FOR_GPS[kind], position, "role")
        target = targets.get(position)
        if target in authors and authors[target] != batch.author.recorded_by:
            reason = "was recorded by somebody else: ask them or a GP to void it"
            yield Fault("voids", str(target), reason, position, "role")


def _set_elsewhere(batch: Batch) -> Iterator[Fault]:
    """Find what is said by the API of who did what: its author is who sends it."""
    if batch.author.source != "api":
        return
    reason = "is for imported files only: leave it out, who sends an event is known"
    for position, draft in enumerate(batch.drafts):
        for name in _SET_HERE:
            if said := getattr(draft.payload, name, None):
                yield Fault(name, str(said).lower() if said is True else said, reason, position)


def _targets(drafts: Sequence[Draft]) -> dict[int, int]:
    """Return what is voided, by place in the batch."""
    return {
        position: draft.payload.voids
        for position, draft in enumerate(drafts)
        if isinstance(draft.payload, EventVoided)
    }
