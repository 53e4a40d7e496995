"""Snapshots as people see them: taken, found and listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import Engine

from app.domain.errors import BeyondKnowledgeError, UnknownSnapshotError
from app.domain.viewpoint import Viewpoint, check_range, parse_day
from app.services.snapshots.builder import LaterEvents, keep_all
from app.store.database.connections import reading
from app.store.log import stored_events
from app.store.snapshots import model, state_reader, table
from app.store.snapshots import nightly as nightly_snapshots
from app.store.snapshots.model import Snapshot, SnapshotType

DESCRIPTION_LENGTH = 200


@dataclass(frozen=True, slots=True)
class SnapshotRequest:
    """A snapshot to take of all that is known: of which day, why, and for whom."""

    as_of: date
    type: SnapshotType
    requested_by: str
    description: str = ""


def wanted(as_of: str, description: str, requested_by: str) -> SnapshotRequest:
    """Read what a person wants to have taken; today where no day is given.

    Raises BeyondKnowledgeError for what is no day, for a day to come or of another century, and for
    a long description.
    """
    today = datetime.now(UTC).date()
    day = parse_day(as_of, "as_of") if as_of else today
    check_range(day, "as_of", today, "is still to come")
    description = " ".join("".join(filter(str.isprintable, " ".join(description.split()))).split())
    if len(description) > DESCRIPTION_LENGTH:
        raise BeyondKnowledgeError(
            "description",
            description[:20] + "…",
            f"must have at most {DESCRIPTION_LENGTH} characters: shorten it",
        )
    return SnapshotRequest(day, "manual", requested_by, description)


def take(engine: Engine, fund_id: UUID, snapshot_id: UUID, what: SnapshotRequest) -> Snapshot:
    """Take a snapshot of a day, as known now.

    One that stands already under the id is given, and of nightly ones that of the day.
    """
    with reading(engine) as driver:
        if (earlier := table.find_snapshot(driver, fund_id, snapshot_id)) is not None:
            return earlier
        if what.type == "scheduled" and (
            nightly := nightly_snapshots.nightly(driver, fund_id, what.as_of)
        ):
            return find_snapshot(engine, fund_id, nightly)
        found = state_reader.read(driver, fund_id, what.as_of, None)
    taken = model.taken(
        found.state,
        Viewpoint(what.as_of, found.head.sequence),
        what.type,
        what.requested_by,
        description=what.description,
        snapshot_id=snapshot_id,
    )
    keep_all(engine, LaterEvents(fund_id, found.head.sequence, []), [taken])
    return find_snapshot(engine, fund_id, snapshot_id)


def find_snapshot(engine: Engine, fund_id: UUID, snapshot_id: UUID) -> Snapshot:
    """Find a snapshot of a fund. Raises UnknownSnapshotError."""
    with reading(engine) as driver:
        found = table.find_snapshot(driver, fund_id, snapshot_id)
    if found is None:
        raise UnknownSnapshotError(f"no snapshot of this fund has the id {snapshot_id}")
    return found


@dataclass(frozen=True, slots=True)
class Page:
    """Some snapshots, the newest first, and where the next page begins (None after the last)."""

    snapshots: list[Snapshot]
    next_cursor: UUID | None


def snapshot_page(engine: Engine, fund_id: UUID, limit: int, before: UUID | None = None) -> Page:
    """List snapshots as they were taken. Raises UnknownFundError."""
    with engine.connect() as connection:
        stored_events.head_of(connection, fund_id)
    with reading(engine) as driver:
        found = table.newest(driver, fund_id, limit + 1, before=before)
    more = len(found) > limit
    return Page(found[:limit], found[limit - 1].id if more else None)
