"""Appends to a log: numbered, dated, chained, idempotent and all or nothing."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Connection

from app.domain.admission.admission import Admission, Admitted
from app.domain.admission.log_index import LogIndex
from app.domain.errors import (
    Fault,
    FaultList,
    IdempotencyConflictError,
    NotAllowedError,
    RefusedError,
    StaleHeadError,
    UnknownFundError,
)
from app.store.admission.admission_scope import AdmissionScope, StoredLogIndex, read_scope
from app.store.admission.backdating import check_past
from app.store.admission.batches import Appended, Batch
from app.store.admission.head_cache import CachedHead
from app.store.admission.insert import UNNAMED, KnownFactError, Request, write
from app.store.admission.sequence_numbers import LockedHead, chained
from app.store.database.connections import driver_connection
from app.store.log.rows import Row

# The clock is read after the head is locked: whoever holds the head relies on it that nothing is
# recorded for an earlier moment.
_LOCK_HEAD = """
    SELECT locked.*, clock_timestamp() FROM (
        SELECT sequence, recorded_at, chain_hash, builds
        FROM ledger_head WHERE fund_id = %s FOR NO KEY UPDATE) AS locked
"""
_EARLIER_REQUEST = """
    SELECT r.request_hash, r.first_sequence, r.last_sequence, e.recorded_at
    FROM append_request r
    JOIN event e ON e.fund_id = r.fund_id AND e.sequence = r.last_sequence
    WHERE r.fund_id = %s AND r.idempotency_key = %s
"""


def append(connection: Connection, fund_id: UUID, batch: Batch) -> Appended:
    """Append a batch to a fund's log within the connection's transaction.

    The head row stays locked until that transaction ends, so the caller ends it soon.
    Raises UnknownFundError, StaleHeadError, IdempotencyConflictError, and RefusedError with the
    faults of every draft that has any.
    """
    driver = driver_connection(connection)
    scope = AdmissionScope.on(batch.drafts)
    with driver.pipeline():  # one way to the server and back
        locked = driver.execute(_LOCK_HEAD, (fund_id,))
        requested = driver.execute(_EARLIER_REQUEST, (fund_id, batch.key))
        scope_rows = read_scope(driver.cursor(), fund_id, scope)
    head = _head(locked, fund_id)
    if earlier := _earlier(requested, batch):
        return earlier
    if batch.expected_head is not None and batch.expected_head != head.sequence:
        raise StaleHeadError(batch.expected_head, head.sequence)
    if not batch.drafts:
        raise RefusedError([Fault("events", "", "the batch is empty: send at least one event")])
    cursor = driver.cursor()
    check_past(cursor, fund_id, batch.drafts, known=head.recorded_at, clock=head.clock)
    rows, index = _settled(driver, fund_id, head, batch, scope_rows.fetchall())
    last = rows[-1]
    end = None
    if len(rows) == 1:  # who appends one by one will go on so
        end = CachedHead(
            sequence=last.sequence,
            chain_hash=last.chain_hash,
            follows=head.chain_hash,
            builds=head.builds,
            index=index,
            scope=scope,
            clock=head.clock,
            weight=len(str(last.payload)),
        )
    return Appended(rows[0].sequence, last.sequence, last.recorded_at, end=end)


def answered(connection: Connection, fund_id: UUID, batch: Batch) -> Appended | None:
    """Return what a batch was answered when it was sent before under its key; None for a new one.

    Raises IdempotencyConflictError.
    """
    driver = driver_connection(connection)
    return _earlier(driver.execute(_EARLIER_REQUEST, (fund_id, batch.key)), batch)


def _settled(
    driver: psycopg.Connection,
    fund_id: UUID,
    head: LockedHead,
    batch: Batch,
    scope_rows: list[tuple[Any, ...]],
) -> tuple[list[Row], StoredLogIndex]:
    """Admit and write on the trust that no fact is in the log yet, else with a look for each."""
    cursor = driver.cursor()
    request = request_of(batch)
    for trusting in (True, False):
        index = StoredLogIndex(cursor, fund_id, head.sequence, trusting=trusting)
        index.add_all(scope_rows)
        try:
            facts = admitted(index, batch, head.clock)
        except RefusedError:
            if not index.trusted:
                raise
            continue  # the look may find more faults, and people want them all at once
        with suppress(KnownFactError):
            rows = write(
                driver, fund_id, chained(fund_id, head, facts, batch.author), request, index
            )
            return rows, index
    raise AssertionError("with a look at each fact none can be known")


def open_log(connection: Connection, fund_id: UUID) -> None:
    """Open the empty log of a new fund."""
    driver_connection(connection).execute(
        "INSERT INTO ledger_head (fund_id) VALUES (%s)", (fund_id,)
    )


def request_of(batch: Batch) -> Request:
    """Return the request that a batch answers, as it is remembered."""
    return Request(batch.key, batch.request_hash) if batch.key else UNNAMED


def _head(locked: psycopg.Cursor, fund_id: UUID) -> LockedHead:
    row = locked.fetchone()
    if row is None:
        raise UnknownFundError(f"no fund has the id {fund_id}")
    return LockedHead(*row)


def _earlier(requested: psycopg.Cursor, batch: Batch) -> Appended | None:
    row = requested.fetchone()
    if row is None:
        return None
    if bytes(row[0]) != batch.request_hash():
        raise IdempotencyConflictError(
            f"the idempotency key {batch.key!r} was used for another request: choose a new key"
        )
    return Appended(row[1], row[2], row[3], replayed=True)


def admitted(index: LogIndex, batch: Batch, clock: datetime) -> list[Admitted]:
    """Admit a batch in the light of a log. Raises RefusedError with every fault of all drafts.

    Raises NotAllowedError where its marks are not approved as the fund asks for.
    """
    admission = Admission(
        index,
        now=clock,
        may_adjust=batch.author.may_adjust,
        allow_duplicate=batch.allow_duplicate,
        approval=batch.approval,
    )
    taken, faults = [], FaultList()
    for position, draft in enumerate(batch.drafts):
        try:
            taken.append(admission.admit(draft, position))
        except RefusedError as error:
            faults.add(error)
    if forbidden := [fault for fault in faults.kept if fault.code == "role"]:
        raise NotAllowedError(forbidden)
    if faults:
        raise faults.refusal()
    if batch.author.source != "import":  # a file is checked as a whole, and comes in parts
        admission.check_whole()
    return taken
