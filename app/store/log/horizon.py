"""The horizon against the log that it follows from: how far ahead was known at each sequence."""

from __future__ import annotations

from uuid import UUID

import psycopg

from app.store.log.hash_chain import Break

_FIRST_DIFFERENCE = """
    WITH followed AS (
        SELECT sequence, effective_on AS latest_on FROM (
            SELECT sequence, effective_on, max(effective_on) OVER (
                ORDER BY sequence ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS latest_before FROM event WHERE fund_id = %(fund)s) AS each
        WHERE latest_before IS NULL OR effective_on > latest_before
    ), kept AS (
        SELECT sequence, latest_on FROM horizon WHERE fund_id = %(fund)s
    )
    SELECT coalesce(followed.sequence, kept.sequence), followed.latest_on::text,
        kept.latest_on::text
    FROM followed FULL JOIN kept ON kept.sequence = followed.sequence
    WHERE kept.latest_on IS DISTINCT FROM followed.latest_on
    ORDER BY 1 LIMIT 1
"""


def first_break(driver: psycopg.Connection, fund_id: UUID) -> Break | None:
    """Return the first place at which a fund's horizon is not what its log leads to."""
    found = driver.execute(_FIRST_DIFFERENCE, {"fund": fund_id}).fetchone()
    if found is None:
        return None
    sequence, right, kept = found
    if right is None:
        return Break(sequence, f"the horizon says {kept}, and the log has nothing later there")
    return Break(sequence, f"the horizon says {kept or 'nothing'}, and the log says {right}")
