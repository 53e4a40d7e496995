"""When a fact may be true: not in the future, not before the fund."""

from __future__ import annotations

from datetime import date, timedelta

from app.domain.admission.rules.proposal import Proposal
from app.domain.events.catalogue import EventType

_ANNOUNCED = {
    EventType.CAPITAL_CALLED,
    EventType.DISTRIBUTION_MADE,
    EventType.COMMITMENT_MADE,
}
_A_YEAR = timedelta(days=366)


def check_beginning(proposal: Proposal) -> None:
    """See that a fund is established once, by its first event."""
    established = proposal.draft.event_type is EventType.FUND_ESTABLISHED
    if established != (proposal.index.head == 0):
        raise proposal.refused(
            "event_type",
            proposal.draft.event_type,
            "a fund is established once, by its first event: record TERMS_AMENDED instead"
            if established
            else "the first event of a fund must be FUND_ESTABLISHED",
        )


def check_date(proposal: Proposal, effective_on: date, today: date) -> None:
    """Refuse a date before inception, or after `today` and what may be announced.

    `today` is the day on which the fact is recorded: in a history that is brought in, the day on
    which it was. A void takes its target's date, which was right when the target was taken.
    """
    event_type = proposal.draft.event_type
    if event_type is EventType.EVENT_VOIDED:
        return
    latest = today + _A_YEAR if event_type in _ANNOUNCED else today
    if effective_on > latest:
        raise proposal.refused(
            "effective_on",
            effective_on,
            f"{_beyond(proposal)}: the latest date for {event_type} is {latest}",
        )
    inception = proposal.index.inception_on
    if inception and effective_on < inception:
        raise proposal.refused(
            "effective_on",
            effective_on,
            f"lies before the fund's inception on {inception}: correct the date, or amend the "
            "terms' inception_on first",
        )


def _beyond(proposal: Proposal) -> str:
    if recorded_at := proposal.draft.recorded_at:
        return f"lies after {recorded_at:%Y-%m-%d}, when it was recorded (recorded_at)"
    return "lies in the future"
