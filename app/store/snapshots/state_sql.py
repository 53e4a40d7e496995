"""The statements that read a state: a snapshot, and the events that it does not hold."""

from __future__ import annotations

from typing import NamedTuple

from app.store.database import seals
from app.store.log.facts import FACT_COLUMNS, METRICS
from app.store.log.validity import EVENTS_PER_GROWTH, EVENTS_PER_STEP, STEPS_OF_PATIENCE

# What a viewpoint sees: the last sequence, and the last day on which it can know of anything.
_SEEN = """
    seen AS MATERIALIZED (
        SELECT head.sequence, head.recorded_at, least(%(through)s, head.sequence) AS through,
            least(%(as_of)s, (
                SELECT latest_on FROM horizon
                WHERE horizon.fund_id = %(fund)s
                    AND horizon.sequence <= least(%(through)s, head.sequence)
                ORDER BY horizon.sequence DESC LIMIT 1)) AS as_of
        FROM ledger_head AS head WHERE head.fund_id = %(fund)s
    )
"""
# The snapshot of the latest day that serves; `until` tells how long one does.
_CHOSEN = f"""
    chosen AS MATERIALIZED (
        SELECT snapshot.as_of, snapshot.valid_before, snapshot.state, {seals.SEALED} AS sealed
        FROM snapshot
        WHERE snapshot.fund_id = %(fund)s
            AND snapshot.projector_version = %(version)s
            AND snapshot.sealed_with = %(key)s AND snapshot.set_aside_at IS NULL
            AND snapshot.as_of <= (SELECT as_of FROM seen)
            AND snapshot.through <= (SELECT through FROM seen)
            AND (snapshot.{{until}} IS NULL OR snapshot.{{until}} > (SELECT through FROM seen))
            {{near}}
        ORDER BY snapshot.as_of DESC, snapshot.through DESC LIMIT 1
    )
"""
_VALID = _CHOSEN.format(until="valid_before", near="")
# One that was overtaken long ago lacks too much; by then the snapshots beside it were taken anew.
_NEAR = f"""
            AND (snapshot.valid_before IS NULL OR snapshot.valid_before > (
                SELECT through - {(STEPS_OF_PATIENCE + 1) * EVENTS_PER_STEP}
                    * greatest(1, sequence / {EVENTS_PER_GROWTH}) FROM seen))
"""
_USABLE = _CHOSEN.format(until="usable_until", near=_NEAR)
_EVENTS = """
    SELECT {columns} FROM event
    WHERE fund_id = %(fund)s
        AND effective_on > coalesce({after}, '-infinity')
        AND effective_on <= (SELECT as_of FROM seen)
        AND sequence <= (SELECT through FROM seen)
        {but}
"""
# What a usable snapshot lacks of its own day and those before it, and what that voids of it.
_LATE = """
    late AS MATERIALIZED (
        SELECT sequence, event_type, schema_version, effective_on, payload, voids FROM event
        WHERE fund_id = %(fund)s
            AND sequence >= (SELECT valid_before FROM chosen)
            AND sequence <= (SELECT through FROM seen)
            AND effective_on <= (SELECT as_of FROM chosen)
            {but}
    )
"""
_VOIDED = """
    SELECT event.sequence, event.event_type, event.schema_version::bigint, event.effective_on,
        event.payload::text
    FROM late JOIN event ON event.fund_id = %(fund)s AND event.sequence = late.voids
    WHERE event.sequence < (SELECT valid_before FROM chosen)
        {but}
"""
_BUT_METRICS = f"AND event.event_type NOT IN {METRICS}"
# The first row is the head with the snapshot, those after it are events.
_FIRST = """
    SELECT seen.sequence, NULL, chosen.valid_before, chosen.as_of, chosen.sealed, seen.recorded_at,
        chosen.state
    FROM seen LEFT JOIN chosen ON true
"""
_NOTHING = ", NULL, NULL"


class Statements(NamedTuple):
    """What reads a state: from a usable snapshot, and where that cannot be, from a valid one."""

    usual: str
    in_turn: str

    @classmethod
    def leaving_out(cls, but: str) -> Statements:
        """Write them so that some events are left out."""
        tail = _EVENTS.format(
            columns=FACT_COLUMNS + _NOTHING, after="(SELECT as_of FROM chosen)", but=but
        )
        usual = f"""
            WITH {_SEEN}, {_USABLE}, {_LATE.format(but=but)} {_FIRST}
            UNION ALL {tail}
            UNION ALL SELECT {FACT_COLUMNS} {_NOTHING} FROM late
            UNION ALL SELECT voided.* {_NOTHING} FROM ({_VOIDED.format(but=but)}) AS voided
        """
        return cls(usual, f"WITH {_SEEN}, {_VALID} {_FIRST} UNION ALL {tail}")


WHOLE = Statements.leaving_out("")
WITHOUT_METRICS = Statements.leaving_out(_BUT_METRICS)
SERVING = f"WITH {_SEEN}, {_VALID} SELECT as_of, valid_before, sealed, state FROM chosen"
FACTS = f"WITH {_SEEN} {_EVENTS.format(columns=FACT_COLUMNS, after='%(after)s::date', but='')}"
