"""The first sketch of a time machine, to compare with: one time axis, by `created_at`.

A snapshot per 500 events holds what had been created by its time; a read takes the nearest one
before the time asked for and replays what was created since. It knows no corrections, and what is
committed late behind a snapshot is lost to it. Its events fold by the same steps as Asof's.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from app.domain.events.model import Fact
from app.domain.state.fold import apply
from app.domain.state.state import FundState
from app.store.snapshots.codec import decode, encode

_PER_SNAPSHOT = 500
_MADE = """
    CREATE TABLE IF NOT EXISTS sketch_event (
        id uuid PRIMARY KEY, fund_id uuid NOT NULL, created_at timestamptz NOT NULL,
        sequence bigint NOT NULL, event_type text NOT NULL, effective_on date NOT NULL,
        payload jsonb NOT NULL);
    CREATE INDEX IF NOT EXISTS sketch_event_created ON sketch_event (fund_id, created_at);
    CREATE TABLE IF NOT EXISTS sketch_snapshot (
        fund_id uuid, taken_for timestamptz, state bytea NOT NULL,
        PRIMARY KEY (fund_id, taken_for))
"""
_COPIED = """
    INSERT INTO sketch_event
    SELECT id, fund_id, recorded_at, sequence, event_type, effective_on, payload
    FROM event WHERE fund_id = :fund ON CONFLICT DO NOTHING
"""
_EVENTS = """
    SELECT sequence, event_type, effective_on, payload, created_at FROM sketch_event
    WHERE fund_id = :fund AND created_at > :since AND created_at <= :at ORDER BY created_at
"""
_NEAREST = """
    SELECT taken_for, state FROM sketch_snapshot WHERE fund_id = :fund AND taken_for <= :at
    ORDER BY taken_for DESC LIMIT 1
"""
_KEPT = "INSERT INTO sketch_snapshot VALUES (:fund, :at, :state) ON CONFLICT DO NOTHING"


def prepare(owner: sa.Engine, fund_id: UUID) -> list[datetime]:
    """Copy a fund's log into the sketch's tables with its snapshots; return the times of events."""
    with owner.begin() as connection:
        connection.exec_driver_sql(_MADE)
        given = {"fund": fund_id}
        copied = connection.execute(sa.text(_COPIED), given).rowcount
        times = sa.text("SELECT created_at FROM sketch_event WHERE fund_id = :fund ORDER BY 1")
        created = list(connection.scalars(times, given))
        if copied:
            _take_snapshots(connection, fund_id)
    return created


def read(connection: sa.Connection, fund_id: UUID, at: datetime) -> FundState:
    """Read the state at a time: the nearest snapshot before it, and the events created since."""
    nearest = connection.execute(sa.text(_NEAREST), {"fund": fund_id, "at": at}).first()
    since, state = (
        ("-infinity", FundState()) if nearest is None else (nearest[0], decode(nearest[1]))
    )
    given = {"fund": fund_id, "since": since, "at": at}
    for row in connection.execute(sa.text(_EVENTS), given):
        apply(state, Fact(*row[:4]))
    return state


def _take_snapshots(connection: sa.Connection, fund_id: UUID) -> None:
    state, given = FundState(), {"fund": fund_id, "since": "-infinity", "at": "infinity"}
    query = sa.text(_EVENTS).execution_options(yield_per=5_000)
    streamed = connection.execute(query, given)
    kept = []
    for number, row in enumerate(streamed, 1):
        apply(state, Fact(*row[:4]))
        if number % _PER_SNAPSHOT == 0:
            kept.append({"fund": fund_id, "at": row.created_at, "state": encode(state)})
    if kept:
        connection.execute(sa.text(_KEPT), kept)
