"""The terms of a fund: those in force, how they came about, and how they change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Engine

from app.domain.events.catalogue import EventType
from app.domain.events.model import Event
from app.domain.state.state import Commitment
from app.domain.terms import Terms
from app.services.reads import viewpoints
from app.services.reads.viewpoints import ViewpointRequest
from app.services.recording import batches
from app.services.recording.batches import Appended, Author, Batch
from app.store.accounts import people
from app.store.database.connections import driver_connection
from app.store.log import lookups
from app.store.log import timeline as log_pages
from app.store.log.timeline import Filters, LoggedEvent

_MOST = 500  # events of one type that are read


@dataclass(frozen=True, slots=True)
class TermsView:
    """The terms of a fund today, and every event that set them, newest first."""

    head: int  # how far the log went
    in_force: Terms
    history: list[LoggedEvent]
    names: Mapping[str, str]  # of the people who recorded the events, as far as they are known
    first_cash: int | None  # the first event in force that moved money

    @property
    def standing(self) -> list[Event]:
        """The events that were not voided, as they were recorded, newest first."""
        return [each.event for each in self.history if each.voided_by is None]

    @property
    def last_change(self) -> int:
        """The event that was the last to change them."""
        return max(each.voided_by or each.event.sequence for each in self.history)

    def from_later(self, day: date) -> Event | None:
        """Find the terms that come into force last, where that is after a day."""
        amended = [each for each in self.standing if each.event_type is EventType.TERMS_AMENDED]
        later = [event for event in amended if event.effective_on > day]
        return max(later, key=lambda event: event.effective_on, default=None)


def load_terms(engine: Engine, fund_id: UUID) -> TermsView:
    """See the terms of a fund. Raises UnknownFundError."""
    view = _state(engine, fund_id)
    with engine.connect() as connection:
        kinds = (EventType.TERMS_AMENDED, EventType.FUND_ESTABLISHED)
        logged = [
            each
            for kind in kinds
            for each in log_pages.newest(connection, fund_id, Filters(event_types=(kind,)), _MOST)
        ]
        names = people.names(connection, {each.event.recorded_by for each in logged})
        first = lookups.first_cash(driver_connection(connection), fund_id)
    # Where it is tomorrow already, a fund may begin on a day that others have not reached.
    in_force = view.state.terms or Terms.model_validate(logged[-1].event.payload["terms"])
    return TermsView(view.head.sequence, in_force, logged, names, first)


def amend(  # noqa: PLR0913 (an amendment is what it says, who says it, and what they saw)
    engine: Engine,
    view: TermsView,
    fund_id: UUID,
    amendment: dict[str, object],
    *,
    author: Author,
    key: str,
) -> Appended:
    """Record other terms than those in view; sending it again with the same key is harmless.

    `amendment` has `effective_on` and the payload, raw. Raises RefusedError with every fault, and
    StaleHeadError where the log has moved on.
    """
    effective_on = amendment.pop("effective_on")
    raw = {
        "event_type": EventType.TERMS_AMENDED,
        "effective_on": effective_on,
        "payload": amendment,
    }
    batch = Batch(batches.parse_drafts([raw]), author, key, expected_head=view.head)
    return batches.record_events(engine, fund_id, batch)


def amended_as(engine: Engine, fund_id: UUID, key: str) -> int | None:
    """Find the event that was recorded under a key before; None where none was."""
    with engine.connect() as connection:
        return lookups.recorded_as(connection, fund_id, key)


def commitments(engine: Engine, fund_id: UUID) -> tuple[list[Commitment], list[str]]:
    """Return what each investor has promised by today, and what was noted of it."""
    promised = list(_state(engine, fund_id).state.commitments.values())
    made = Filters(event_types=(EventType.COMMITMENT_MADE,))
    with engine.connect() as connection:
        logged = log_pages.newest(connection, fund_id, made, _MOST)
    notes = [each.event.payload.get("note") for each in logged if not each.voided_by]
    return promised, [str(note) for note in notes if note]


def _state(engine: Engine, fund_id: UUID) -> viewpoints.View:
    at, head = viewpoints.resolve(engine, fund_id, ViewpointRequest())
    return viewpoints.load_view(engine, fund_id, at, head)
