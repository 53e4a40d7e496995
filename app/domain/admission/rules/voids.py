"""What may be voided, and the date on which a void falls."""

from __future__ import annotations

from datetime import date

from app.domain.admission.log_index import Entry
from app.domain.admission.rules.proposal import Proposal
from app.domain.events.catalogue import PERIOD_EVENTS, EventType, EventVoided

_NEVER_VOIDED = {
    EventType.EVENT_VOIDED: "is itself a void: record the first event anew instead",
    EventType.FUND_ESTABLISHED: "establishes the fund: amend its terms instead",
    EventType.APPROVAL_CHANGED: "says whether marks need approval: change that anew instead",
} | dict.fromkeys(PERIOD_EVENTS, "closes or reopens a period: reopen or close it instead")


def settled_date(proposal: Proposal) -> date:
    """Settle the fact's date: its own, or for a void its target's. Refuses what must stand."""
    draft = proposal.draft
    if not isinstance(draft.payload, EventVoided):
        assert draft.effective_on is not None  # only voids are parsed without a date
        return draft.effective_on
    target = _target(proposal, draft.payload.voids)
    if draft.effective_on not in {None, target.effective_on}:
        raise proposal.refused(
            "effective_on",
            draft.effective_on,
            f"a void falls on its target's date: leave it out, or write {target.effective_on}",
        )
    return target.effective_on


def _target(proposal: Proposal, sequence: int) -> Entry:
    target = proposal.index.entries.get(sequence)
    if target is None:
        raise proposal.refused("voids", sequence, "there is no such event: give its sequence")
    if sequence in proposal.index.voided:
        raise proposal.refused("voids", sequence, "is voided already: nothing is left to do")
    if target.event_type in _NEVER_VOIDED:
        raise proposal.refused("voids", sequence, _NEVER_VOIDED[target.event_type])
    if target.event_type is EventType.COMPANY_ADDED:
        _check_no_events_left(proposal, target)
    return target


def _check_no_events_left(proposal: Proposal, added: Entry) -> None:
    index, company = proposal.index, added.payload["company_id"]
    left = sorted(index.by_company[company] - index.voided - {added.sequence})
    if left:
        raise proposal.refused(
            "voids",
            added.sequence,
            f"{added.payload['company']} has events in force: void "
            f"{', '.join(map(str, left))} first",
        )
