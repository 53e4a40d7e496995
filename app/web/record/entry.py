"""One event on its way into the log: what is typed, what that asks for, and what the log says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self, TypeVar
from uuid import UUID

from flask import request
from sqlalchemy import Engine

from app.auth import route_rules
from app.domain.errors import Fault, IdempotencyConflictError, RefusedError
from app.domain.events.catalogue import EventType
from app.domain.events.model import Event
from app.services.recording import batches, previews
from app.services.recording.batches import Appended, Batch
from app.services.recording.previews import Effect, FormDefaults
from app.web.record import forms
from app.web.record.batch import Batching, Part, Role
from app.web.record.follow_up_questions import AskedForm, Questions
from app.web.record.forms import EventForm
from app.web.record.refusals import refusal
from app.web.shared.filters import FilterField, FilterForm

_Done = TypeVar("_Done")
_SENT_BEFORE = (
    "This form was recorded before, with other answers; nothing more was recorded. If this is one "
    "more event, press Record again."
)
_SAME_MARK = "The mark of the day says this already: then it includes it."
# After these a fair value is another one, unless a mark of the same day says it.
_MOVES_VALUE = {"partial_exit", "escrow"}


class StartFilters(FilterForm):
    """What the address of an empty form fills in; what cannot be read is left out."""

    on = FilterField(date.fromisoformat)
    company = FilterField()


@dataclass
class Entry:
    """A form of an event, new or in the place of `target`, before a fund as it stands."""

    engine: Engine
    fund_id: UUID
    ground: FormDefaults
    form: EventForm
    asked: AskedForm
    target: Event | None = None
    unknown_company: str = ""
    mark: Event | None = None  # that of the same day, where it matters whether it includes this
    refusals: list[str] = field(default_factory=list)  # what belongs to no field
    duplicate: int | None = None  # the event in the log that says the same
    voided_meanwhile: bool = False
    effects: list[Effect] = field(default_factory=list)
    recorded: Appended | None = None

    @classmethod
    def read(
        cls, engine: Engine, fund_id: UUID, event_type: EventType, target: Event | None = None
    ) -> Self:
        """Read what the request at work brings: a form, or where one begins."""
        ground = previews.ground(engine, fund_id)
        meta = {"currency": ground.currency}
        given = forms.answers(target) if target else _begun()
        sent = request.form if request.method == "POST" else None
        form = forms.typed(event_type, sent, ground.currency, **given)
        asked = AskedForm(sent, meta=meta)
        asked.new_mark.label.text += f", {ground.currency}"
        added = form.named_company if asked.new_company.data else ""
        entry = cls(engine, fund_id, ground, form, asked, target, added)
        entry.mark = entry._find_mark()
        return entry

    @property
    def event_type(self) -> EventType:
        """What happened."""
        return self.form.event_type

    @property
    def questions(self) -> Questions:
        """What is asked of what is typed, as far as it is judged yet."""
        days = [self.form.day, self.target.effective_on if self.target else None]
        closed = route_rules.may("gp") and any(self._batching.is_closed(day) for day in days)
        return Questions(
            self.unknown_company, self.ground.closed_through if closed else None, self.mark
        )

    @property
    def is_asked_anew(self) -> bool:
        """Whether the page does not ask yet what is to be asked."""
        return (self.asked.seen.data or "") != self.questions.names

    def preview(self) -> None:
        """See what recording it would change, or why it would be refused."""
        if self._is_complete():
            shown = self._attempt(lambda batch: previews.effects(self.engine, self.fund_id, batch))
            self.effects = shown or []

    def record(self, *, allow_duplicate: bool) -> int | None:
        """Record it; the event's sequence, or None where it is refused."""
        if not (self._is_complete() and self._is_answered()):
            return None
        self.recorded = self._attempt(
            lambda batch: batches.record_events(self.engine, self.fund_id, batch),
            allow_duplicate=allow_duplicate,
        )
        if self.recorded is None:
            return None
        index = [part.role for part in self._parts()].index("event")
        return self.recorded.first_sequence + index

    def _is_complete(self) -> bool:
        return all([self.form.validate(), self.asked.validate()])

    def _is_answered(self) -> bool:
        """See that what must be answered is; say so where it is not."""
        if self.target and not (self.asked.reason.data or "").strip():
            _refuse(
                self.asked.reason,
                "Write the reason for the correction: it is kept in the audit trail.",
            )
        if self.target and self.form.says_the_same_as(self.target):
            self.refusals.append("Nothing is different: change what is wrong, or void it instead.")
        if self.mark and not self.asked.mark_includes.data:
            _refuse(self.asked.mark_includes, "Say whether the mark includes it.")
        if self._tells_mark and self.asked.new_mark.data is None:
            _refuse(self.asked.new_mark, "Write the fair value, such as 1,250,000 or 1.25m.")
        return not (self.refusals or any(each.errors for each in self.asked))

    def _attempt(
        self, do: Callable[[Batch], _Done], *, allow_duplicate: bool = False
    ) -> _Done | None:
        """Do something with what is typed; where it is refused, say why beside the fields."""
        parts = self._parts()
        try:
            drafts = batches.parse_drafts([part.raw for part in parts])
            author = route_rules.author("form")
            key = f"form {self.asked.sent_key}"
            return do(Batch(drafts, author, key, allow_duplicate=allow_duplicate))
        except IdempotencyConflictError:
            self.asked.renew_key()
            self.refusals.append(_SENT_BEFORE)
        except RefusedError as error:
            for fault in error.faults:
                self._place(parts[fault.position].role, fault)
        return None

    def _parts(self) -> list[Part]:
        return list(self._batching.parts())

    @property
    def _batching(self) -> Batching:
        closed = self.ground.closed_through
        return Batching(self.form, self.asked, self.target, closed, self._tells_mark)

    @property
    def _tells_mark(self) -> bool:
        return self.mark is not None and self.asked.mark_includes.data == "no"

    def _find_mark(self) -> Event | None:
        moves = self.event_type is EventType.INVESTMENT_MADE or (
            self.event_type is EventType.PROCEEDS_RECEIVED
            and self.form["kind"].data in _MOVES_VALUE
        )
        company = self.form.named_company
        if not (moves and company and self.form.day) or "\0" in company:  # refused at its field
            return None
        return previews.mark_on(self.engine, self.fund_id, company, self.form.day)

    def _place(self, role: Role, fault: Fault) -> None:
        """Put a refusal where a person looks for it."""
        name = fault.field.partition(".")[0]
        said = refusal(fault, self.form.typed(name))
        if fault.code == "unknown_company":
            self.unknown_company = self.form.named_company
            said = f"{said} If it is a new one, add it below."
        if role == "void" and name == "voids" and self.target:
            self.voided_meanwhile = "voided already" in fault.reason
            self.refusals.append(f"#{self.target.sequence} {fault.reason}.")
        elif role == "company" and name == "company":
            self.asked.new_company.data, self.unknown_company = False, ""
            self.form.refuse("company", f"{said} If it is that one, press Record again.")
        elif role == "mark":
            _refuse(self.asked.new_mark, _SAME_MARK if fault.code == "twin" else said)
        elif fault.code == "twin":
            self.duplicate = fault.sequence
        elif not self.form.refuse(name, said) and said not in self.refusals:
            self.refusals.append(said)


def _begun() -> dict[str, Any]:
    """Fill in what the address says, and today."""
    asked = StartFilters.from_address()
    on = asked.on.data or previews.today()
    return {"effective_on": on, "company": asked.company.typed}


def _refuse(asked: Any, reason: str) -> None:  # noqa: ANN401 - a field
    asked.errors = [*asked.errors, reason]
