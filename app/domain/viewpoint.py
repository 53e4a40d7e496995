"""Where a reader stands on the two time axes, and how people say so."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from app.domain.errors import BeyondKnowledgeError

# Days before this one, or further ahead than so many years, are slips of the keyboard.
FIRST_DAY = date(1900, 1, 1)
_YEARS_AHEAD = 30
_LOST_PLUS = re.compile(r"(T\d\d:[\d:.]+) (?=\d\d(?::?\d\d)?$)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """Facts effective on or before `as_of`, of those that the log held at `through`."""

    as_of: date
    through: int  # the last sequence the reader knows of


def parse_as_of(text: str, *, today: date) -> date:
    """Read the day of a viewpoint.

    Raises BeyondKnowledgeError for what is no day, and for a day out of the range that can be asked
    for.
    """
    day = parse_day(text, "as_of")
    check_range(day, "as_of", last_day(today), "is too far ahead")
    return day


def last_day(today: date) -> date:
    """Return the last day that can be asked for: the end of a year, which people can remember."""
    return date(today.year + _YEARS_AHEAD, 12, 31)


def check_range(day: date, field: str, last: date, beyond: str) -> None:
    """Check that a day can be asked for. Raises BeyondKnowledgeError, which names the field."""
    if day < FIRST_DAY:
        reason = f"is too long ago: choose a day from {FIRST_DAY} on"
    elif day > last:
        reason = f"{beyond}: choose a day up to {last}"
    else:
        return
    raise BeyondKnowledgeError(field, day.isoformat(), reason)


def parse_day(text: str, field: str) -> date:
    """Read a date, or an instant, which means its UTC calendar day.

    Raises BeyondKnowledgeError, which names the field, for anything else.
    """
    moment = _parse(text, field)
    return moment.date() if isinstance(moment, datetime) else moment


def parse_known_at(text: str, *, now: datetime) -> datetime | None:
    """Read an instant, or a date, which means the end of that UTC day; today means now (None).

    Raises BeyondKnowledgeError for anything else, and for a day that has not begun or is of another
    century.
    """
    moment, today = _parse(text, "known_at"), now.astimezone(UTC).date()
    if isinstance(moment, datetime):
        # The log tells whether it has come: its clock may be ahead of this one.
        check_range(moment.date(), "known_at", date.max, "")
        return moment
    check_range(moment, "known_at", today, "has not come yet")
    return None if moment == today else datetime.combine(moment, time.max, UTC)


def with_plus(text: str) -> str:
    """Put back the plus before an instant's offset: in an address that is not %2B it is a space."""
    return _LOST_PLUS.sub(r"\1+", text)


def month_end(day: date) -> date:
    """Find the last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_before(day: date, months: int) -> date:
    """Return the last day of the month that lies so many months before that of a day.

    The calendar's first day stands for what lies before it.
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return month_end(date(year, month + 1, 1)) if year >= date.min.year else date.min


def quarter_end(day: date, quarters: int) -> date:
    """Find the quarter end that lies `quarters` steps after `day` (before it where negative).

    From a day inside a quarter one step forward is the end of that quarter and one step back the
    end of the quarter before. The calendar's first and last day stand for what lies beyond them.
    """
    index = day.year * 4 + (day.month - 1) // 3
    if quarters > 0:
        index += quarters - (0 if _last_day(index) == day else 1)
    else:
        index += quarters
    return _last_day(index)


def _last_day(index: int) -> date:
    year, quarter = divmod(index + 1, 4)
    try:
        return date(year, quarter * 3 + 1, 1) - timedelta(days=1)
    except (ValueError, OverflowError):
        return date.max if year > date.min.year else date.min


def _parse(text: str, field: str) -> date | datetime:
    """Read a date, or an instant with its offset, which is given in UTC."""
    text = with_plus(text.strip())
    try:
        if len(text) == len("2012-03-31"):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        moment = None
    raise BeyondKnowledgeError(
        field,
        text,
        "an instant needs its offset from UTC, such as 2012-03-31T18:00:00Z"
        if moment
        else "write a date such as 2012-03-31 or an instant such as 2012-03-31T18:00:00Z",
    )
