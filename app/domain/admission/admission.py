"""Which facts the log takes, in the light of what it already holds."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from itertools import chain, islice
from typing import NamedTuple
from uuid import UUID

from app.domain.admission.balance_moves import Move, move_of
from app.domain.admission.log_index import Entry, LogIndex
from app.domain.admission.rules.allocations import allocates, allocation_faults
from app.domain.admission.rules.approval import Approval, check_approval, settled_approval
from app.domain.admission.rules.balances import Moved, balance_faults
from app.domain.admission.rules.commitments import check_gp_commitment, check_size_left, size_voided
from app.domain.admission.rules.companies import settled_company
from app.domain.admission.rules.dates import check_beginning, check_date
from app.domain.admission.rules.duplicates import settled_occurrence
from app.domain.admission.rules.partial_exits import depends_on_holding, partial_exit_faults
from app.domain.admission.rules.periods import check_period
from app.domain.admission.rules.proposal import Proposal
from app.domain.admission.rules.terms import check_terms
from app.domain.admission.rules.voids import settled_date
from app.domain.errors import MOST_FAULTS, FaultList
from app.domain.events.catalogue import EventType
from app.domain.events.event_json import JsonObject
from app.domain.events.model import Draft, Fact

# The day has begun there when it is still yesterday everywhere else.
_EARLIEST_DAY_ON_EARTH = timezone(timedelta(hours=14))


class Admitted(NamedTuple):
    """A fact that the log takes, ready to be numbered and written."""

    event_type: EventType
    effective_on: date
    payload: JsonObject
    payload_hash: bytes
    name_key: str | None  # the company name that the event brings into use, folded
    recorded_at: datetime | None = None
    recorded_by: str | None = None
    correlation_id: UUID | None = None
    causation_id: UUID | None = None


class Admission:
    """Admits the facts of one batch, each in the light of the log and of those before it."""

    def __init__(
        self,
        index: LogIndex,
        *,
        now: datetime,
        may_adjust: bool,
        allow_duplicate: bool = False,
        approval: Approval = Approval.NONE,
    ) -> None:
        """Start from what the log holds.

        `now` is the clock, `may_adjust` whether the writer may write into closed periods,
        `allow_duplicate` whether the writer says that every duplicate is a second fact of the same
        kind, `approval` how the marks of the batch were approved.
        """
        self._index = index
        self._today = _day_of(now)
        self._may_adjust = may_adjust
        self._allow_duplicate = allow_duplicate
        self._approval = approval
        self._before = index.head
        # What can only be judged when the whole batch is known.
        self._sizes_voided: list[tuple[Proposal, Decimal]] = []  # with the size before each void
        self._moved: list[Moved] = []
        self._allocating: list[Proposal] = []
        self._sales: list[tuple[Proposal, Fact]] = []

    def admit(
        self, draft: Draft, position: int = 0, *, allow_duplicate: bool | None = None
    ) -> Admitted:
        """Admit one fact and take note of it; `allow_duplicate` is of this fact alone.

        Raises RefusedError with a fault for the rule that stands against it. What holds of a batch
        as a whole is for `check_whole`.
        """
        proposal = Proposal(draft, position, self._index)
        check_beginning(proposal)
        effective_on = settled_date(proposal)
        today = _day_of(draft.recorded_at) if draft.recorded_at else self._today
        check_date(proposal, effective_on, today)
        check_period(proposal, effective_on, today, may_adjust=self._may_adjust)
        check_approval(proposal, self._approval, may_void=self._may_adjust)
        check_terms(proposal)
        check_gp_commitment(proposal)
        if size := size_voided(proposal):
            self._sizes_voided.append((proposal, size))
        payload, key = settled_company(proposal)
        payload |= settled_approval(proposal, self._approval)
        if allow_duplicate is None:
            allow_duplicate = self._allow_duplicate
        payload, fingerprint = settled_occurrence(
            proposal, effective_on, payload, allow_duplicate=allow_duplicate
        )
        entry = Entry(
            self._index.head + 1, draft.event_type, effective_on, payload, fingerprint, key
        )
        self._index.add(entry)
        self._note(proposal, entry)
        return Admitted(
            event_type=draft.event_type,
            effective_on=effective_on,
            payload=payload,
            payload_hash=fingerprint,
            name_key=key,
            recorded_at=draft.recorded_at,
            recorded_by=draft.recorded_by,
            correlation_id=draft.correlation_id,
            causation_id=draft.causation_id,
        )

    def _note(self, proposal: Proposal, entry: Entry) -> None:
        """Take note of what `check_whole` looks at."""
        if move := self._move(entry):
            self._moved.append(Moved(proposal, move))
        if allocates(proposal):
            self._allocating.append(proposal)
        if depends_on_holding(proposal):
            self._sales.append((proposal, entry.fact))

    def _move(self, entry: Entry) -> Move | None:
        if entry.event_type is not EventType.EVENT_VOIDED:
            return move_of(entry.event_type, entry.effective_on, entry.payload)
        target = self._index.entries[entry.payload["voids"]]
        move = move_of(target.event_type, target.effective_on, target.payload)
        return move and move.undone()

    def check_whole(self) -> None:
        """See that all that was admitted leaves the fund in order.

        Raises RefusedError with every fault.
        """
        for proposal, size in self._sizes_voided:
            check_size_left(proposal, size)
        index, faults = self._index, FaultList()
        before = partial(index.moved_through, self._before)
        sales = [each for each in self._sales if each[1].sequence not in index.voided]
        found = chain(
            balance_faults(self._moved, before),
            allocation_faults(self._allocating, index.partners() if self._allocating else {}),
            partial_exit_faults(sales, index.events_of),
        )
        faults.extend(islice(found, MOST_FAULTS + 1))  # nobody reads more
        if faults:
            raise faults.refusal()


def _day_of(moment: datetime) -> date:
    """Return the latest day that a moment is on anywhere on earth."""
    return moment.astimezone(_EARLIEST_DAY_ON_EARTH).date()
