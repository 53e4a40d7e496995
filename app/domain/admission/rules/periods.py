"""Closed books stay closed, but for adjustments by those who may make them."""

from __future__ import annotations

from datetime import date

from app.domain.admission.rules.proposal import Proposal
from app.domain.events.catalogue import ApprovalChanged, EventType, PeriodClosed


def check_period(proposal: Proposal, effective_on: date, today: date, *, may_adjust: bool) -> None:
    """Refuse what falls in a closed period, and closes that make no sense."""
    payload, closed = proposal.draft.payload, proposal.index.closed_through
    if isinstance(payload, PeriodClosed):
        _check_close(proposal, payload, today)
    elif isinstance(payload, ApprovalChanged):
        _check_open(proposal)  # it moves no figure, so that no close stands against it
    elif closed and effective_on <= closed:
        if not (payload.adjustment and may_adjust):
            raise proposal.refused(
                "effective_on",
                effective_on,
                f"the books are closed through {closed}{_label(proposal, closed)}: date it after "
                "that, or ask a GP to mark it as a prior-period adjustment (adjustment: true)",
                "closed_period",
            )
    else:
        _check_open(proposal)


def _check_open(proposal: Proposal) -> None:
    if proposal.draft.payload.adjustment:
        raise proposal.refused(
            "adjustment", "true", "is only for closed periods, and this one is open: leave it out"
        )


def _label(proposal: Proposal, closed: date) -> str:
    label = dict(proposal.index.closes)[closed]
    return f" ({label})" if label else ""


def _check_close(proposal: Proposal, payload: PeriodClosed, today: date) -> None:
    closed = [day for day, _ in proposal.index.closes]
    if proposal.draft.event_type is EventType.PERIOD_REOPENED:
        if payload.closed_through not in closed:
            shown = ", ".join(map(str, closed)) or "none is closed"
            reason = f"is not the end of a closed period: choose one of those ({shown})"
            raise proposal.refused("closed_through", payload.closed_through, reason)
    elif payload.closed_through > today:
        reason = f"lies in the future: books close through {today} at the latest"
        raise proposal.refused("closed_through", payload.closed_through, reason)
    elif closed and payload.closed_through <= max(closed):
        reason = f"the books are closed through {max(closed)} already: give a later date"
        raise proposal.refused("closed_through", payload.closed_through, reason)
