"""Reads a fund's state at a viewpoint: the snapshot that serves it, and the events after it.

This is the path that every figure on every page waits for: one statement, no ORM.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from app.domain.errors import UnknownFundError
from app.domain.events import Fact, upcast
from app.domain.fold import PROJECTOR_VERSION, fold_onto, in_fold_order, in_force
from app.domain.state import FundState
from app.domain.viewpoint import Viewpoint
from app.store.codec import decode

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
# A snapshot serves where no event dated as_of or before came between its own sequence and the
# viewpoint's, so that all events that it lacks are dated after it.
_CHOSEN = """
    chosen AS MATERIALIZED (
        SELECT snapshot.as_of, snapshot.state FROM snapshot
        WHERE snapshot.fund_id = %(fund)s
            AND snapshot.projector_version = %(version)s
            AND snapshot.as_of <= (SELECT as_of FROM seen)
            AND snapshot.through <= (SELECT through FROM seen)
            AND (snapshot.valid_before IS NULL
                OR snapshot.valid_before > (SELECT through FROM seen))
        ORDER BY snapshot.as_of DESC, snapshot.through DESC LIMIT 1
    )
"""
_EVENTS = """
    SELECT sequence, event_type, schema_version, effective_on, payload{more} FROM event
    WHERE fund_id = %(fund)s
        AND effective_on > coalesce({after}, '-infinity')
        AND effective_on <= (SELECT as_of FROM seen)
        AND sequence <= (SELECT through FROM seen)
"""
# The first row is the head with the snapshot, those after it are events.
_READ = f"""
    WITH {_SEEN}, {_CHOSEN}
    SELECT seen.sequence, NULL, NULL, chosen.as_of, NULL, seen.recorded_at, chosen.state
    FROM seen LEFT JOIN chosen ON true
    UNION ALL
    {_EVENTS.format(more=", NULL, NULL", after="(SELECT as_of FROM chosen)")}
"""
_SERVING = f"WITH {_SEEN}, {_CHOSEN} SELECT as_of, state FROM chosen"
_FACTS = f"WITH {_SEEN} {_EVENTS.format(more='', after='%(after)s::date')}"


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of a log."""

    sequence: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Read:
    """A state at a viewpoint, and what it took to get it."""

    head: Head
    state: FundState
    folded: int  # how many events were folded
    snapshot_as_of: date | None  # of the snapshot that served, if one did


def read(driver: psycopg.Connection, fund_id: UUID, as_of: date, through: int | None) -> Read:
    """Read the state at `as_of` as known through a sequence, at the committed head where None.

    The caller has seen to it that `through` is not beyond the head. Raises UnknownFundError.
    """
    rows = driver.execute(_READ, _parameters(fund_id, as_of, through), binary=True).fetchall()
    if not rows:
        raise UnknownFundError(f"no fund has the id {fund_id}")
    first = next(row for row in rows if row[1] is None)
    tail = [_fact(row) for row in rows if row[1] is not None]
    head = Head(first[0], first[5])
    state = FundState() if first[6] is None else decode(first[6])
    fold_onto(state, in_fold_order(in_force(tail, head.sequence), as_of))
    return Read(head, state, len(tail), first[3])


def serving(
    driver: psycopg.Connection, fund_id: UUID, at: Viewpoint
) -> tuple[date | None, FundState]:
    """Give the state of the snapshot nearest before a viewpoint, and its day; None for no day."""
    row = driver.execute(_SERVING, _parameters(fund_id, at.as_of, at.through)).fetchone()
    return (row[0], decode(row[1])) if row else (None, FundState())


def facts_after(
    driver: psycopg.Connection, fund_id: UUID, day: date | None, at: Viewpoint
) -> list[Fact]:
    """Read what is dated after a day (None: from the first) and visible from a viewpoint."""
    rows = driver.execute(
        _FACTS,
        _parameters(fund_id, at.as_of, at.through) | {"after": day},
        binary=True,
    )
    return [_fact(row) for row in rows]


def _parameters(fund_id: UUID, as_of: date, through: int | None) -> dict[str, object]:
    return {"fund": fund_id, "as_of": as_of, "through": through, "version": PROJECTOR_VERSION}


def _fact(row: tuple[Any, ...]) -> Fact:
    sequence, event_type, version, effective_on, payload = row[:5]
    return Fact(sequence, event_type, effective_on, upcast(event_type, version, payload))
