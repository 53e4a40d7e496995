"""Marks need a second person where the fund asks for approval: nobody records one alone."""

from __future__ import annotations

from enum import StrEnum

from app.domain.admission.rules.proposal import Proposal
from app.domain.events.catalogue import EventType, EventVoided
from app.domain.events.event_json import JsonObject

_NEEDS_A_GP = "takes back a mark that a second person approved: ask a GP to void it"
_NEEDS_APPROVAL = (
    "needs the approval of a second person in this fund: mark it in a round under Valuations, "
    "which a GP who typed nothing in it approves"
)


class Approval(StrEnum):
    """How the marks of a batch were approved, if they were."""

    NONE = "none"
    SECOND_PERSON = "second_person"  # a GP records what others prepared
    SOLE_GP = "sole_gp"  # there is no other GP, which the mark says for ever
    HISTORY = "history"  # the fund begins with them: they were approved elsewhere, or not at all


def check_approval(proposal: Proposal, approval: Approval, *, may_void: bool) -> None:
    """Refuse a mark that only one person saw, and the void of a mark by somebody who is no GP."""
    draft, index = proposal.draft, proposal.index
    reason = ""
    if isinstance(draft.payload, EventVoided):
        of_mark = index.entries[draft.payload.voids].event_type is EventType.VALUATION_UPDATED
        reason = _NEEDS_A_GP if of_mark and not may_void else ""
    elif draft.event_type is EventType.VALUATION_UPDATED:
        reason = _NEEDS_APPROVAL if approval is Approval.NONE else ""
    if reason and approval is not Approval.HISTORY and index.approval_required():
        raise proposal.refused("event_type", draft.event_type, reason, "role")


def settled_approval(proposal: Proposal, approval: Approval) -> JsonObject:
    """Return what a mark says of its approval: that its only approver also recorded it."""
    is_mark = proposal.draft.event_type is EventType.VALUATION_UPDATED
    if is_mark and approval is Approval.SOLE_GP and proposal.index.approval_required():
        return {"self_approved": True}
    return {}
