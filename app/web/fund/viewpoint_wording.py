"""Where a view of a fund stands on both axes, in the words of people."""

from __future__ import annotations

from datetime import UTC, date, datetime

from app.domain.period_closes import Close
from app.web.fund.address import FundAddress
from app.web.shared.formats import clock_time, short_date
from app.web.shared.wording import day_of


def knowledge(
    address: FundAddress, known_on: date, reported: Close | None, known_close: Close | None
) -> str:
    """Say as of when or what the reader knows; empty for all.

    `reported` is the close whose report is seen, `known_close` the one that knew as much.
    """
    if address.is_all_known:
        return ""
    if reported:
        closed_on = short_date(day_of(reported.event.recorded_at))
        return f"as reported at {reported.name} close (known on {closed_on})"
    known_by = known(address, known_on, known_close)
    if (address.as_of or address.today) > known_on:
        return f"seen with what was {known_by.removeprefix('as ')}: later events are not in it"
    return known_by


def known(address: FundAddress, known_on: date, close: Close | None) -> str:
    """Say how much the reader knows, whatever day is seen."""
    if close:
        return f"as known at {close.name} close, {short_date(day_of(close.event.recorded_at))}"
    if address.through:
        return f"as known through event {address.through}"
    if len(address.known_at) <= len("2012-03-31"):
        return f"as known on {short_date(known_on)}"
    moment = datetime.fromisoformat(address.known_at).astimezone(UTC)
    return f"as known on {short_date(moment.date())}, {clock_time(moment)} UTC"


def moment(
    address: FundAddress, known_on: date, reported: Close | None, known_close: Close | None
) -> str:
    """Say where on both axes a view stands."""
    parts = [
        short_date(address.as_of) if address.as_of else "today",
        knowledge(address, known_on, reported, known_close),
    ]
    return ", ".join(part for part in parts if part)


def restated_to(*, is_later: bool) -> str:
    """Lead to a figure as it is known today.

    Of a day after the last one that is known, what is different had not happened yet.
    """
    return "with later events" if is_later else "restated to"
