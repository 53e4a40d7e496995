"""Appends one event in one statement, without a lock beforehand, where the log ends as is known."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import psycopg
import psycopg.errors

from app.store.log.hash_chain import around_moment
from app.store.log.head_cache import CachedHead
from app.store.log.insert import CONSEQUENCES, Request, request_parameters
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
