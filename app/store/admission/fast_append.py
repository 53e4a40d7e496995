"""Appends one event in one statement, without a lock beforehand, where the log ends as is known."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import psycopg
import psycopg.errors

from app.domain.errors import RefusedError
from app.store.admission.admission_scope import AdmissionScope, read_scope
from app.store.admission.append import admitted, request_of
from app.store.admission.batches import Appended, Batch
from app.store.admission.head_cache import CachedHead
from app.store.admission.insert import CONSEQUENCES, Request, request_parameters
from app.store.admission.sequence_numbers import correlation_of, row_of
from app.store.log.hash_chain import around_moment
from app.store.log.rows import COLUMNS, TYPES, Row, values

# A row is dated and chained by the server, where the log still ends as it is known to. The clock is
# read after the head is locked: who holds the head relies on it that nothing is recorded for an
# earlier moment.
_MOMENT = """to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')"""
_DATED = {
    "recorded_at": "moment",
    "chain_hash": f"sha256(%(before)s::bytea || convert_to({_MOMENT}, 'UTF8') || %(after)s::bytea)",
}
_VALUES = ", ".join(
    _DATED.get(name, f"%({name})s::{kind}") for name, kind in zip(COLUMNS, TYPES, strict=True)
)
_AT_END = f"""
    WITH locked AS MATERIALIZED (
        SELECT recorded_at FROM ledger_head
        WHERE fund_id = %(fund)s AND chain_hash = %(known_hash)s AND builds = %(known_builds)s
        FOR NO KEY UPDATE
    ), dated AS MATERIALIZED (
        SELECT greatest(clock_timestamp(), recorded_at + interval '1 microsecond') AS moment
        FROM locked
    ), written AS (
        INSERT INTO event (fund_id, {", ".join(COLUMNS)})
        SELECT %(fund)s, {_VALUES} FROM dated
        RETURNING recorded_at, chain_hash
    ), {CONSEQUENCES}
    SELECT recorded_at, chain_hash FROM written
"""


def write_at_end(
    driver: psycopg.Connection, fund_id: UUID, row: Row, request: Request, end: CachedHead
) -> tuple[datetime, bytes] | None:
    """Write a row in one statement, without a lock beforehand; return its moment and chain hash.

    None where the log does not end as it did any more, or where the fact or the request is known;
    nothing was written then. The row's own moment is left aside.
    """
    before, after = around_moment(end.chain_hash, fund_id, row)
    parameters = {
        **dict(zip(COLUMNS, values(row), strict=True)),
        **request_parameters(fund_id, [row], request, end.index),
        "known_hash": end.chain_hash,
        "known_builds": end.builds,
        "before": before,
        "after": after,
    }
    try:
        written: tuple[datetime, bytes] | None = driver.execute(_AT_END, parameters).fetchone()
    except psycopg.errors.UniqueViolation:
        return None
    return written


def scope_at_end(batch: Batch, end: CachedHead) -> AdmissionScope | None:
    """Return the scope of a batch that is one fact, which can be judged at the end of the log.

    None for others: voids, the closing and reopening of books, and what was recorded elsewhere
    before ask for more.
    """
    if len(batch.drafts) != 1 or batch.expected_head not in {None, end.sequence}:
        return None
    scope = AdmissionScope.on(batch.drafts)
    return None if scope.targets or scope.turns or batch.drafts[0].recorded_at else scope


def append_at_end(
    driver: psycopg.Connection,
    fund_id: UUID,
    batch: Batch,
    end: CachedHead,
    scope: AdmissionScope,
) -> Appended | None:
    """Append one fact where the log still has the end that this process gave it.

    `driver` commits each statement. None where it takes the way of `append` to find out what is to
    be done, or to tell what is wrong; nothing was written then.
    """
    end.index.ask_by(driver.cursor())
    if not scope.within(end.scope):
        end.index.add_all(read_scope(driver.cursor(), fund_id, scope).fetchall())
    now = end.now()
    try:
        [fact] = admitted(end.index, batch, now)
    except RefusedError:
        return None
    row = row_of(end.sequence + 1, fact, batch.author, now, correlation_of([fact], batch.author))
    written = write_at_end(driver, fund_id, row, request_of(batch), end)
    if written is None:
        return None
    recorded_at, chain_hash = written
    new_end = end.moved_on(chain_hash, end.scope.joined(scope), fact.payload)
    return Appended(row.sequence, row.sequence, recorded_at, end=new_end)
