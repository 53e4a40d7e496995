"""Voiding an event: what it would change, and the reason that the log keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from flask import request
from sqlalchemy import Engine

from app.auth import route_rules
from app.domain.errors import IdempotencyConflictError, RefusedError
from app.domain.events.catalogue import EventType
from app.domain.events.labels import EVENT_NAMES
from app.services.reads import approvals
from app.services.recording import batches, corrections, previews
from app.services.recording.batches import Appended, Batch
from app.services.recording.corrections import Correctable
from app.web.record.effects import Changes, changes
from app.web.record.follow_up_questions import AskedForm
from app.web.record.refusals import refusal
from app.web.shared import event_slugs, payload_fields
from app.web.shared.payload_fields import PayloadField


@dataclass
class Voiding:
    """An event that is to be voided, and what stands against it."""

    engine: Engine
    fund_id: UUID
    found: Correctable
    asked: AskedForm
    currency: str
    needs_approval: bool = False  # whether what the reader marks needs somebody else
    refusals: list[str] = field(default_factory=list)
    changes: list[Changes] = field(default_factory=list)

    @classmethod
    def read(cls, engine: Engine, fund_id: UUID, found: Correctable) -> Self:
        """Read the request at work, and fold the log without the event."""
        asked = AskedForm(request.form if request.method == "POST" else None)
        asked.reason.label.text = "Reason for voiding"
        currency = previews.ground(engine, fund_id).currency
        needs_approval = approvals.needed_by(engine, fund_id, route_rules.author("form"))
        voiding = cls(engine, fund_id, found, asked, currency, needs_approval)
        if voiding.may:
            voiding._look()
        return voiding

    @property
    def name(self) -> str:
        """What happened, as people call it."""
        return EVENT_NAMES[self.found.event.event_type]

    @property
    def may(self) -> bool:
        """Whether the event can be voided by who looks at it."""
        event, author = self.found.event, route_rules.author("form")
        return self.found.void is None and corrections.may_take_back(
            event, author, needs_approval=self.needs_approval
        )

    @property
    def is_refused(self) -> bool:
        """Whether something was sent that the log did not take."""
        return request.method == "POST"

    @property
    def has_form(self) -> bool:
        """Whether the event can be corrected, not only voided."""
        event, author = self.found.event, route_rules.author("form")
        has_form = event_slugs.type_of(event_slugs.slug(event.event_type)) is not None
        return has_form and corrections.may_correct(
            event, author, needs_approval=self.needs_approval
        )

    @property
    def awaits_approval(self) -> bool:
        """Whether the event is a mark, which the reader may not record anew alone."""
        is_mark = self.found.event.event_type is EventType.VALUATION_UPDATED
        return is_mark and self.needs_approval

    @property
    def fields(self) -> list[PayloadField]:
        """Return all that the event carries."""
        return payload_fields.payload_fields(self.found.event, self.currency, self.found.names)

    def record(self) -> Appended | None:
        """Void it, if there is a reason."""
        if not self.may:
            return self._replayed()
        if not self.asked.reason.data or not self.asked.reason.data.strip():
            self.asked.reason.errors = [
                "Write the reason for voiding: it is kept in the audit trail."
            ]
            return None
        return self._record()

    def _replayed(self) -> Appended | None:
        """Return the void again to whoever sent it twice; for others, refuse it."""
        return self._record() if self.found.void and self.asked.reason.data else None

    def _record(self) -> Appended | None:
        try:
            batch = self._batch(str(self.asked.reason.data))
            return batches.record_events(self.engine, self.fund_id, batch)
        except IdempotencyConflictError:
            self.refusals = ["It was voided before, for another reason."]
        except RefusedError as error:
            self.refusals = [refusal(fault) for fault in error.faults]
        return None

    def _look(self) -> None:
        try:
            batch = self._batch("undone")
            effects = previews.effects(self.engine, self.fund_id, batch)
            self.changes = [changes(each, self.currency) for each in effects]
        except RefusedError as error:
            self.refusals = [refusal(fault) for fault in error.faults]

    def _batch(self, reason: str) -> Batch:
        raw = corrections.void_of(self.found.event, reason, closed=self.found.is_closed)
        key = f"form {self.asked.sent_key}"
        return Batch(batches.parse_drafts([raw]), route_rules.author("form"), key)
