"""Records events in a fund's log."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, Engine

from app.domain.errors import Fault, FaultList, RefusedError
from app.domain.events import Draft, parse_draft
from app.services import snapshot_jobs
from app.services.rights import check_rights
from app.services.snapshot_cuts import reaches_a_boundary
from app.store import log, log_ends
from app.store.batches import Appended, Author, Batch
from app.store.driver import each_alone

MOST_EVENTS = 10_000  # in a batch


def parse_drafts(raw: Sequence[object]) -> list[Draft]:
    """Read events as they come in from outside. Raises RefusedError with every fault of all."""
    if len(raw) > MOST_EVENTS:
        mend = f"send at most {MOST_EVENTS:,} at once, or bring a history in as a file"
        raise RefusedError([Fault("events", f"{len(raw):,}", f"are too many for a batch: {mend}")])
    drafts, faults = [], FaultList()
    for position, item in enumerate(raw):
        try:
            drafts.append(parse_draft(item, position))
        except RefusedError as error:
            faults.add(error)
    if faults:
        raise faults.refusal()
    return drafts


def record_events(engine: Engine, fund_id: UUID, batch: Batch) -> Appended:
    """Append a batch in a transaction of its own; it is durable when this returns.

    Raises what `store.log.append` raises; nothing is written then.
    """
    appended = _at_once(engine, fund_id, batch)
    if appended is None:
        with engine.begin() as connection:
            appended = append(connection, fund_id, batch)
    if appended.end:
        log_ends.keep(fund_id, appended.end)
    return appended


def _at_once(engine: Engine, fund_id: UUID, batch: Batch) -> Appended | None:
    """Append in one statement where this process knows the log's end, and no new cuts fall due."""
    end = log_ends.take(fund_id)
    if end is None or reaches_a_boundary(end.sequence, end.sequence + 1):
        return None
    bearing = log.bearing_at_end(batch, end)
    if bearing is None:
        return None
    with each_alone(engine) as (connection, driver):
        check_rights(connection, fund_id, batch)
        return log.append_at_end(driver, fund_id, batch, end, bearing)


def append(connection: Connection, fund_id: UUID, batch: Batch) -> Appended:
    """Append a batch within a transaction, and ask for the snapshots that it makes due.

    Raises NotAllowedError for what the writer's role does not allow.
    """
    check_rights(connection, fund_id, batch)
    appended = log.append(connection, fund_id, batch)
    if not appended.replayed:
        snapshot_jobs.ask_after(connection, fund_id, appended)
    return appended


__all__ = ["Appended", "Author", "Batch", "append", "parse_drafts", "record_events"]
