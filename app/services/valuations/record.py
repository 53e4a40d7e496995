"""Records a valuation round as one batch, by whoever may, and takes it back as one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine
from uuid_utils.compat import uuid7

from app.domain.admission.rules.approval import Approval
from app.domain.errors import ValuationRoundError
from app.domain.events.catalogue import EventType
from app.domain.events.model import Draft
from app.domain.money import plain_text
from app.domain.valuations.rounds import Mark
from app.services.recording import batches
from app.services.recording.batches import Author, Batch
from app.services.valuations import drafts
from app.services.valuations.rounds import RoundOpening
from app.store import valuation_drafts
from app.store.log import timeline
from app.store.log.timeline import Filters
from app.store.valuation_drafts import ValuationDraft


@dataclass(frozen=True, slots=True)
class RecordRequest:
    """What is to be recorded of a round: marks, which of those are told again, and by whom."""

    opening: RoundOpening
    marks: Sequence[Mark]
    again: Collection[str]  # ids of the companies whose mark is told a second time
    author: Author
    person_id: UUID

    @property
    def recorded(self) -> list[Mark]:
        """The marks that the log does not hold already, and those that are told again."""
        as_of = self.opening.as_of
        return [
            mark
            for mark in self.marks
            if mark.holding.company_id in self.again or not mark.repeats(as_of)
        ]


@dataclass(frozen=True, slots=True)
class UndoRequest:
    """Why a recorded round is taken back, by whom, and whether its books are closed."""

    reason: str
    closed: bool
    author: Author
    person_id: UUID


def record(
    engine: Engine, fund_id: UUID, draft_id: UUID, version: int, what: RecordRequest
) -> ValuationDraft:
    """Record a round; one that is recorded already is given as it is.

    Whoever records what others prepared, and submitted, approves it.

    Raises ValuationRoundError for a round that was changed since it was looked at or is discarded,
    RefusedError for what the log does not take, NotAllowedError.
    """
    with engine.begin() as connection:
        draft = valuation_drafts.find_draft(connection, fund_id, draft_id, lock=True)
        if draft is None or draft.status == "discarded":
            raise ValuationRoundError("This round was discarded: nothing was recorded.")
        if draft.status == "recorded":
            return draft
        drafts.check_version(draft, version)
        if not what.recorded:
            raise ValuationRoundError("There is no new mark to record: nothing was recorded.")
        batch = _batch(draft, what)
        appended = batches.append(connection, fund_id, batch)
        outcome = {
            "first_sequence": appended.first_sequence,
            "last_sequence": appended.last_sequence,
        }
        return valuation_drafts.change(
            connection, draft, what.person_id, status="recorded", **outcome
        )


def undo(engine: Engine, fund_id: UUID, draft_id: UUID, what: UndoRequest) -> ValuationDraft:
    """Void all marks of a recorded round, and open the round again as it was typed.

    Raises ValuationRoundError, and NotAllowedError for what somebody else recorded.
    """
    with engine.begin() as connection:
        draft = valuation_drafts.find_draft(connection, fund_id, draft_id, lock=True)
        if draft is None or draft.status != "recorded":
            raise ValuationRoundError("This round is not recorded (any more): nothing was undone.")
        if voids := _voids(connection, draft, what.reason, closed=what.closed):
            key = f"valuation round {draft.id} {draft.version} undone"
            batches.append(connection, fund_id, Batch(voids, what.author, key))
        status = "discarded" if drafts.is_taken(connection, draft) else "draft"
        return valuation_drafts.change(connection, draft, what.person_id, status=status)


def _batch(draft: ValuationDraft, what: RecordRequest) -> Batch:
    raws = [
        _event(mark, what.opening, drafts.preparer(draft, mark.holding.company_id))
        for mark in what.recorded
    ]
    marks = _together(batches.parse_drafts(raws))
    key = f"valuation round {draft.id} {draft.version}"
    approval = _approval(draft, what)
    return Batch(marks, what.author, key, allow_duplicate=bool(what.again), approval=approval)


def _approval(draft: ValuationDraft, what: RecordRequest) -> Approval:
    """Return whether whoever records a round is a second person, who may approve it."""
    is_own = str(what.person_id) in drafts.preparers(draft)
    if is_own or draft.status != "submitted" or not what.author.may_adjust:
        return Approval.NONE
    return Approval.SECOND_PERSON


def _event(mark: Mark, opening: RoundOpening, prepared_by: str) -> dict[str, Any]:
    payload = {
        "company": mark.holding.name,
        "company_id": mark.holding.company_id,
        "new_valuation": plain_text(mark.value),
        "ownership": None if mark.ownership is None else plain_text(mark.ownership),
        "method": mark.method,
        "fair_value_level": mark.fair_value_level,
        "note": mark.note,
        "prepared_by": prepared_by,
        "adjustment": True if opening.is_closed else None,
    }
    return {
        "event_type": EventType.VALUATION_UPDATED.value,
        "effective_on": opening.as_of.isoformat(),
        "payload": {name: value for name, value in payload.items() if value is not None},
    }


def _voids(
    connection: Connection, draft: ValuationDraft, reason: str, *, closed: bool
) -> list[Draft]:
    """Draw up the voids of the marks of a round that are in force still."""
    assert draft.first_sequence is not None
    assert draft.last_sequence is not None
    count = draft.last_sequence - draft.first_sequence + 1
    logged = timeline.newest(
        connection, draft.fund_id, Filters(before=draft.last_sequence + 1), count
    )
    adjustment = {"adjustment": True} if closed else {}
    raws = [
        {
            "event_type": EventType.EVENT_VOIDED.value,
            "payload": {"voids": each.event.sequence, "reason": reason, **adjustment},
        }
        for each in reversed(logged)
        if each.voided_by is None
    ]
    return _together(batches.parse_drafts(raws))


def _together(drafts: Sequence[Draft]) -> list[Draft]:
    """Return drafts one correlation id."""
    together = uuid7()
    return [draft._replace(correlation_id=together) for draft in drafts]
