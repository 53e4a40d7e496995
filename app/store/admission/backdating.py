"""Guards the past: only a fund that is being made of its history may say when that was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import psycopg

from app.domain.errors import Fault, RefusedError
from app.domain.events.model import Draft

_LAST_LOADED_AT = """
    SELECT loaded_at FROM event WHERE fund_id = %s ORDER BY sequence DESC LIMIT 1
"""


def check_past(
    cursor: psycopg.Cursor,
    fund_id: UUID,
    drafts: Sequence[Draft],
    *,
    known: datetime,
    clock: datetime,
) -> None:
    """See that moments of recording stand on all drafts or on none, in order and in the past.

    They may go on where the log ends with history, `known` at the latest, but not behind an event
    that the log itself has witnessed: its order would be no order of knowledge any more. Raises
    RefusedError.
    """
    asserted = [draft.recorded_at for draft in drafts if draft.recorded_at]
    if not asserted:
        return
    if len(asserted) < len(drafts):
        raise _refused("", "is on some events and not on others: give it on all or on none")
    last = cursor.execute(_LAST_LOADED_AT, (fund_id,)).fetchone()
    if last and last[0] is None:
        raise _refused(asserted[0], "is only for history, and this log is written as it happens")
    for position, moment in enumerate(asserted):
        if moment < known:
            raise _refused(moment, f"lies before {known}, which came earlier: sort them", position)
        if moment > clock:
            raise _refused(moment, "lies in the future: history was recorded before", position)
        known = moment


def _refused(moment: object, reason: str, position: int = 0) -> RefusedError:
    return RefusedError([Fault("recorded_at", str(moment), reason, position)])
