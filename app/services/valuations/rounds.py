"""Valuation rounds of a fund: which there are, which is due, and what one is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import Connection, Engine

from app.domain.errors import RefusedError, ValuationRoundError
from app.domain.events.catalogue import EventType
from app.domain.state.state import FundState, Holding
from app.domain.terms import Terms
from app.domain.valuations.rounds import quarter_ends, to_be_valued
from app.services.reads import approvals, period_closes
from app.services.recording import batches
from app.services.recording.batches import Author, Batch
from app.store import fund_settings, valuation_drafts
from app.store.accounts import memberships, people
from app.store.database.connections import reading
from app.store.log import stored_events
from app.store.snapshots import state_reader
from app.store.valuation_drafts import ValuationDraft


@dataclass(frozen=True, slots=True)
class RoundOpening:
    """A fund at a quarter end, with what is known of it, and the holdings to be valued."""

    as_of: date
    through: int
    state: FundState
    holdings: list[Holding]
    closed_through: date | None  # the last day of the closed books

    @property
    def currency(self) -> str:
        """The fund's currency; empty before it is established."""
        return self.state.terms.currency if self.state.terms else ""

    @property
    def is_closed(self) -> bool:
        """Whether the books of the quarter end are closed."""
        return self.closed_through is not None and self.as_of <= self.closed_through


@dataclass(frozen=True, slots=True)
class Rounds:
    """The rounds of a fund, the latest quarter end first, and the ends that one can start for."""

    listed: list[ValuationDraft]
    free: list[date]
    due: date | None  # the last quarter end without a round
    need_approval: bool
    names: dict[str, str]  # of people, by id
    self_approved: set[UUID]  # those that a GP recorded whom nobody else could approve


def opening(engine: Engine, fund_id: UUID, as_of: date, through: int | None = None) -> RoundOpening:
    """See a fund at a quarter end, as known through a sequence or now. Raises UnknownFundError."""
    with reading(engine) as driver:
        found = state_reader.read(driver, fund_id, as_of, through)
        known = found.head.sequence if through is None else through
    closed = period_closes.closed_through(engine, fund_id, known)
    return RoundOpening(
        as_of, known, found.state, to_be_valued(found.state.holdings.values()), closed
    )


def rounds(engine: Engine, fund_id: UUID) -> Rounds:
    """List the rounds of a fund, and the quarter ends without one. Raises UnknownFundError."""
    terms = _terms(engine, fund_id)
    with engine.connect() as connection:
        listed = valuation_drafts.listed(connection, fund_id)
        needed = fund_settings.approval_required(connection, fund_id)
        names = people.names(connection, {str(each.prepared_by) for each in listed})
        alone = self_approved(connection, fund_id, listed)
    taken = {each.as_of for each in listed}
    ends = quarter_ends(terms.inception_on, _today()) if terms else []
    free = [end for end in ends if end not in taken]
    return Rounds(listed, free, free[0] if free else None, needed, names, alone)


def self_approved(
    connection: Connection, fund_id: UUID, drafts: Iterable[ValuationDraft]
) -> set[UUID]:
    """Return which rounds were approved by the only GP, who also prepared them."""
    recorded = {each.first_sequence: each.id for each in drafts if each.first_sequence}
    marks = stored_events.events_numbered(connection, fund_id, recorded) if recorded else []
    return {recorded[each.sequence] for each in marks if each.payload.get("self_approved")}


def start(engine: Engine, fund_id: UUID, as_of: date, person_id: UUID) -> ValuationDraft:
    """Begin a round of a quarter end, or go on with the open one. Raises ValuationRoundError."""
    terms = _terms(engine, fund_id)
    ends = quarter_ends(terms.inception_on, _today()) if terms else []
    if as_of not in ends:
        span = f": choose one from {ends[-1]} to {ends[0]}" if ends else " yet: none has passed"
        raise ValuationRoundError(f"{as_of} is no quarter end of this fund{span}.")
    with engine.begin() as connection:
        return valuation_drafts.begin(connection, fund_id, as_of, person_id)


def find_round(engine: Engine, fund_id: UUID, as_of: date) -> ValuationDraft | None:
    """Find the round of a quarter end: the open one, else the one recorded last."""
    with engine.connect() as connection:
        return valuation_drafts.latest(connection, fund_id, as_of)


def set_approval(engine: Engine, fund_id: UUID, author: Author, *, needed: bool) -> None:
    """Record that marks need approval from now on, or no more; nothing where that is so already.

    Raises NotAllowedError for who is no GP.
    """
    if approvals.required(engine, fund_id) == needed:
        return
    raw = {
        "event_type": EventType.APPROVAL_CHANGED.value,
        "effective_on": _today().isoformat(),
        "payload": {"required": needed},
    }
    try:
        batches.record_events(engine, fund_id, Batch(batches.parse_drafts([raw]), author))
    except RefusedError as error:
        if error.faults[0].code != "twin":  # somebody else was first
            raise


def other_gps(engine: Engine, fund_id: UUID, person_id: UUID) -> set[UUID]:
    """Return the GPs of a fund who may sign in, but for one person."""
    with engine.connect() as connection:
        return memberships.active_gps(connection, fund_id) - {person_id}


def names(engine: Engine, ids: set[str]) -> dict[str, str]:
    """Return the names of people by their ids."""
    with engine.connect() as connection:
        return people.names(connection, ids)


def _terms(engine: Engine, fund_id: UUID) -> Terms | None:
    with reading(engine) as driver:
        return state_reader.read(driver, fund_id, _today(), None).state.terms


def _today() -> date:
    return datetime.now(UTC).date()
