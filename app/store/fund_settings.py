"""What a fund asks of those who work on it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from app.store.database.connections import driver_connection

# The table holds what was asked for before it became an event of the fund.
_APPROVAL_REQUIRED = """
    SELECT coalesce(
        (SELECT (payload ->> 'required')::boolean FROM event
         WHERE fund_id = %(fund)s AND event_type = 'APPROVAL_CHANGED'
            AND sequence < coalesce(%(before)s::bigint, sequence + 1)
         ORDER BY sequence DESC LIMIT 1),
        (SELECT valuations_need_approval FROM fund_setting WHERE fund_id = %(fund)s),
        false)
"""


def approval_required(connection: Connection, fund_id: UUID, before: int | None = None) -> bool:
    """Return whether marks need a second person's approval, by all of the log or its beginning.

    `before` is the first sequence that does not count.
    """
    given = {"fund": fund_id, "before": before}
    row = driver_connection(connection).execute(_APPROVAL_REQUIRED, given).fetchone()
    assert row is not None
    return bool(row[0])
