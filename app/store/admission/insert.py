"""Writes what a log has admitted, and all that goes with it, in one statement or by COPY."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain, islice
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
import psycopg.errors
from psycopg.copy import LibpqWriter

from app.domain.admission.log_index import LogIndex
from app.store.log.rows import COLUMNS, COPY, TYPES, Row, values
from app.store.log.validity import ENDING, Later, ending, later_of

# From so many rows on COPY is faster than INSERT, which takes all that goes with them along.
_MANY = 10
# If rows were `written`, the request is remembered, and the use of snapshots ends. The head, the
# horizon and what overtakes snapshots follow by a trigger, for nobody may write these.
CONSEQUENCES = f"""
    remembered AS (
        INSERT INTO append_request (fund_id, idempotency_key, request_hash, first_sequence,
            last_sequence)
        SELECT %(fund)s, %(key)s, %(request_hash)s, %(first)s, %(last)s
        WHERE %(key)s::text IS NOT NULL AND EXISTS (SELECT FROM written)
    ), {ENDING}
"""
_AFTER_COPY = f"WITH written AS (SELECT), {CONSEQUENCES} SELECT"
_UNIQUE_FACT = "event_fund_id_event_type_payload_hash_key"


class Request(NamedTuple):
    """What an append answers: its idempotency key, and how what was asked under it is hashed."""

    key: str | None
    hashed: Callable[[], bytes | None]


UNNAMED = Request(None, lambda: None)  # without a key it is not remembered


class KnownFactError(Exception):
    """A fact that was trusted to be new is in the log; nothing was written."""


def write(
    driver: psycopg.Connection,
    fund_id: UUID,
    rows: Iterator[Row],
    request: Request,
    index: LogIndex,
) -> list[Row]:
    """Write rows, which come while they are sent, and return them; the head row is locked.

    Raises KnownFactError.
    """
    few = list(islice(rows, _MANY))
    if len(few) < _MANY:
        parameters = request_parameters(fund_id, few, request, index)
        for number, row in enumerate(few):
            parameters |= zip(_names(number), values(row), strict=True)
        written = driver.execute(_insert(len(few)), parameters).fetchone()
        assert written is not None
        if not written[0]:
            raise KnownFactError
        return few
    with _trusting(driver):
        cursor = driver.cursor()
        # Sent as it grows, and not at the end: the server writes while the rest is chained.
        with cursor.copy(COPY, writer=LibpqWriter(cursor, flush_threshold=0)) as copy:
            copied = list(_sent(copy, fund_id, chain(few, rows)))
            # While the last are written.
            parameters = request_parameters(fund_id, copied, request, index)
        driver.execute(_AFTER_COPY, parameters)
    return copied


def _sent(copy: psycopg.Copy, fund_id: UUID, rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        copy.write_row((fund_id, *values(row)))
        yield row


@contextmanager
def _trusting(driver: psycopg.Connection) -> Iterator[None]:
    """Take back what was written where one of the facts turns out to be known."""
    driver.execute("SAVEPOINT trusting")
    try:
        yield
    except psycopg.errors.UniqueViolation as error:
        if error.diag.constraint_name != _UNIQUE_FACT:
            raise
        driver.execute("ROLLBACK TO SAVEPOINT trusting")
        raise KnownFactError from error


@cache
def _names(number: int) -> list[str]:
    """Name the parameters of a row by its place among the few."""
    return [f"{column}_{number}" for column in COLUMNS]


@cache
def _insert(count: int) -> str:
    """Insert so many rows unless one of their facts is known, with all that goes with them."""
    rows = ", ".join(
        f"({', '.join(f'%({name})s::{kind}' for name, kind in zip(_names(n), TYPES, strict=True))})"
        for n in range(count)
    )
    columns = ", ".join(COLUMNS)
    return f"""
        WITH given ({columns}) AS (VALUES {rows}), written AS (
            INSERT INTO event (fund_id, {columns})
            SELECT %(fund)s, given.* FROM given WHERE NOT EXISTS (
                SELECT FROM given JOIN event USING (event_type, payload_hash)
                WHERE event.fund_id = %(fund)s)
            RETURNING sequence
        ), {CONSEQUENCES}
        SELECT EXISTS (SELECT FROM written)
    """


def request_parameters(
    fund_id: UUID, rows: Sequence[Row], request: Request, index: LogIndex
) -> dict[str, Any]:
    """Return what the statements bind beside the rows: the request, and what the rows overtake."""
    return {
        "fund": fund_id,
        "first": rows[0].sequence,
        "last": rows[-1].sequence,
        "key": request.key,
        "request_hash": request.hashed(),
        **ending([_later(row, index) for row in rows]),
    }


def _later(row: Row, index: LogIndex) -> Later:
    """See a row as what overtakes snapshots; the target of a void is at hand."""
    target = index.entries[row.payload["voids"]] if "voids" in row.payload else None
    return later_of(
        row.sequence, row.effective_on, row.event_type, target.event_type if target else None
    )
