"""Makes snapshots anew that were set aside: folded from the first event, under their own ids."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Engine

from app.domain.state.fold import state_at
from app.domain.viewpoint import Viewpoint
from app.services.snapshots.builder import LaterEvents
from app.store.database.connections import driver_connection, reading
from app.store.log import stored_events, validity
from app.store.snapshots import model, set_aside, state_reader, table
from app.store.snapshots.model import Taken

_MOST = 1_000  # in one go


def put_right(engine: Engine, fund_id: UUID, wrong: Mapping[UUID, str]) -> None:
    """Set snapshots aside for what is wrong with each, and make them anew."""
    with reading(engine) as driver:
        for snapshot_id, reason in wrong.items():
            set_aside.mark(driver, fund_id, snapshot_id, reason)
    remake(engine, fund_id)


def remake(engine: Engine, fund_id: UUID) -> int:
    """Make every snapshot anew that is set aside; return how many there were."""
    with reading(engine) as driver:
        wrong = set_aside.ids(driver, fund_id, _MOST)
    for snapshot_id in wrong:
        _replace(engine, fund_id, snapshot_id, _made(engine, fund_id, snapshot_id))
    return len(wrong)


def _made(engine: Engine, fund_id: UUID, snapshot_id: UUID) -> Taken | None:
    """Fold what a snapshot says that it holds; what it says of events to come is left out."""
    with reading(engine) as driver:
        wrong = table.find_snapshot(driver, fund_id, snapshot_id)
        if wrong is None:
            return None
        head = stored_events.head_seen(driver, fund_id).sequence
        at = Viewpoint(wrong.as_of, max(0, min(wrong.through, head)))
        state = state_at(state_reader.facts_after(driver, fund_id, None, at), at)
    return model.taken(
        state,
        at,
        wrong.type,
        wrong.requested_by,
        description=wrong.description or "",
        snapshot_id=wrong.id,
        remade=True,
    )


def _replace(engine: Engine, fund_id: UUID, snapshot_id: UUID, made: Taken | None) -> None:
    with engine.begin() as connection:
        driver = driver_connection(connection)
        validity.hold_head(driver, fund_id)
        set_aside.take_away(driver, fund_id, snapshot_id)
        if made:
            later = LaterEvents(fund_id, made.through, [])
            later.catch_up(driver)
            table.keep(driver, fund_id, [made], later.overtaking(made.through))
