"""A fund's log in memory: raw events admitted one by one, as the log would take them."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from uuid_utils.compat import uuid7

from app.domain.admission.admission import Admission, Admitted
from app.domain.admission.log_index import LogIndex
from app.domain.admission.rules.approval import Approval
from app.domain.errors import Fault, RefusedError
from app.domain.events.model import Event
from app.domain.events.parse import parse_draft
from app.domain.figures.figures import Figures, figures_of
from app.domain.state.fold import state_at
from app.domain.state.state import FundState
from app.domain.viewpoint import Viewpoint
from tests.ledgers import Raw, established

NOW = datetime(2020, 6, 30, 12, tzinfo=UTC)
_FIRST_RECORDED = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Ledger:
    """The log of one fund, with what admission keeps in mind of it."""

    events: list[Event] = field(default_factory=list)
    index: LogIndex = field(default_factory=LogIndex)

    def record(
        self,
        *raws: Raw,
        now: datetime = NOW,
        may_adjust: bool = True,
        allow_duplicate: bool = False,
        approval: Approval = Approval.SECOND_PERSON,
        check_whole: bool = True,
    ) -> list[Event]:
        """Record one batch and give its events. Raises RefusedError as the log would.

        Without `check_whole` it takes what earlier versions of the log took.
        """
        index = deepcopy(self.index)
        admission = Admission(
            index,
            now=now,
            may_adjust=may_adjust,
            allow_duplicate=allow_duplicate,
            approval=approval,
        )
        recorded_at = _FIRST_RECORDED + timedelta(minutes=len(self.events))
        events: list[Event] = []
        for position, raw in enumerate(raws):
            admitted = admission.admit(parse_draft(raw, position), position)
            events.append(_event(len(self.events) + len(events) + 1, admitted, recorded_at))
        if check_whole:
            admission.check_whole()
        self.events += events
        self.index = index
        return events

    def refusal(self, raw: Raw, **how: Any) -> Fault:  # noqa: ANN401 - what `record` takes
        """Return the one fault for which the log refuses an event."""
        with pytest.raises(RefusedError) as caught:
            self.record(raw, **how)
        [fault] = caught.value.faults
        return fault

    def state(self, as_of: str = "2020-06-30", through: int | None = None) -> FundState:
        """Fold the log as of a day, as known through a sequence (all of it by default)."""
        known = len(self.events) if through is None else through
        return state_at(self.events, Viewpoint(date.fromisoformat(as_of), known))

    def figures(self, as_of: str = "2020-06-30") -> Figures:
        """Return the figures as of a day, as known now."""
        return figures_of(self.state(as_of), date.fromisoformat(as_of))


def fund(*raws: Raw, check_whole: bool = True) -> Ledger:
    """Establish a fund on plain terms, from 2010-01-01, and record the events given."""
    ledger = Ledger()
    ledger.record(established(), *raws, check_whole=check_whole)
    return ledger


def _event(sequence: int, admitted: Admitted, recorded_at: datetime) -> Event:
    return Event(
        sequence=sequence,
        id=uuid7(),
        event_type=admitted.event_type,
        effective_on=admitted.effective_on,
        payload=admitted.payload,
        recorded_at=recorded_at,
        recorded_by="gp@example.com",
    )
