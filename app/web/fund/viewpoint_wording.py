"""Where a view of a fund stands on both axes, in the words of people."""

from __future__ import annotations

from datetime import UTC, datetime

from app.domain.period_closes import Close
from app.web.fund.address import FundAddress
from app.web.shared.formats import clock_time, long_date
from app.web.shared.wording import day_of


def knowledge(address: FundAddress, reported: Close | None = None) -> str:
    """Say as of when or what the reader knows, at a close where it is one; empty for all."""
    if reported:
        known_on = long_date(day_of(reported.event.recorded_at))
        # What was reported is of the day that was closed; other days were only known.
        is_of_that = (address.as_of or address.today) == reported.closed_through
        verb = "reported" if is_of_that else "known"
        return f"as {verb} at {reported.name} close (known on {known_on})"
    if address.through:
        return f"as known through event {address.through}"
    if not address.known_at:
        return ""
    moment = datetime.fromisoformat(address.known_at)
    if len(address.known_at) == len("2012-03-31"):
        return f"as known on {long_date(moment.date())}"
    moment = moment.astimezone(UTC)
    return f"as known on {long_date(moment.date())}, {clock_time(moment)} UTC"


def moment(address: FundAddress, reported: Close | None = None) -> str:
    """Say where on both axes a view stands."""
    parts = [long_date(address.as_of) if address.as_of else "today", knowledge(address, reported)]
    return ", ".join(part for part in parts if part)
