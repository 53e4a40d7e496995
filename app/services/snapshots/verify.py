"""Checks snapshots against the log: each is folded anew, from the first event."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from sqlalchemy import Engine

from app.domain.events.model import Fact
from app.domain.state.fold import fold_through, in_fold_order, in_force
from app.domain.state.state import FundState
from app.domain.viewpoint import Viewpoint
from app.store.database import seals
from app.store.database.connections import at_one_moment, driver_connection, reading
from app.store.log.validity import Overtaking, later_events
from app.store.snapshots import state_reader, table
from app.store.snapshots.codec import decode, state_hash
from app.store.snapshots.model import Snapshot

Progress = Callable[[int, int], None]  # snapshots checked, of how many


@dataclass(frozen=True, slots=True)
class WrongSnapshot:
    """A snapshot that is not what the log says, and in what."""

    snapshot_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check of a fund's snapshots found."""

    checked: int
    wrong: list[WrongSnapshot]


def check(engine: Engine, fund_id: UUID, progress: Progress | None = None) -> CheckReport:
    """Fold every snapshot of today's projector anew and compare; give those that are wrong."""
    with at_one_moment(engine) as connection:  # else an append overtakes what was found
        driver = driver_connection(connection)
        found = table.all_of(driver, fund_id)
        last = max((each.through for each in found), default=0)
        facts = state_reader.facts_after(driver, fund_id, None, Viewpoint(date.max, last))
        later = later_events(driver, fund_id, 0)
    facts.sort(key=lambda fact: fact.sequence)
    wrong: list[WrongSnapshot] = []
    checked = 0
    for through, group in groupby(found, key=lambda each: each.through):
        overtaking = Overtaking(later[through:])
        for snapshot, state in _folded(facts, through, list(group)):
            reason = _fault(engine, fund_id, snapshot, state) or validity_fault(
                snapshot, overtaking
            )
            wrong += [WrongSnapshot(str(snapshot.id), reason)] if reason else []
            checked += 1
            if progress:
                progress(checked, len(found))
    return CheckReport(checked, wrong)


def _folded(
    facts: list[Fact], through: int, group: Sequence[Snapshot]
) -> Iterator[tuple[Snapshot, FundState]]:
    """Fold what is known through a sequence, and stop at each snapshot of it, in order of days."""
    ordered = in_fold_order(in_force(facts[:through], through), date.max)
    state = FundState()
    days = fold_through(state, ordered, [snapshot.as_of for snapshot in group])
    for snapshot, _ in zip(group, days, strict=True):
        yield snapshot, state


def _fault(engine: Engine, fund_id: UUID, snapshot: Snapshot, state: FundState) -> str | None:
    with reading(engine) as driver:
        content = table.content(driver, fund_id, snapshot.id)
    if content is None:
        return None  # pruned since
    if state_hash(content) != snapshot.state_hash:
        return "its bytes do not give its hash"
    if not snapshot.is_genuine:
        return seals.WRONG_SEAL
    if decode(content) != state or snapshot.nav != state.nav:
        return "it is not what the log folds to"
    if (snapshot.event_count, snapshot.last_event) != (state.events, state.last_event):
        return "it counts other events than the log"
    return None


def validity_fault(snapshot: Snapshot, overtaking: Overtaking) -> str | None:
    """Say in what a snapshot serves longer or shorter than the log lets it; None where it does not.

    `overtaking` is of the events after it.
    """
    valid_before, usable_until = overtaking.validity(snapshot.as_of)
    if snapshot.valid_before != valid_before:
        return (
            f"it says that event {snapshot.valid_before} overtook it, and event {valid_before} did"
        )
    if snapshot.usable_until != usable_until:
        return (
            f"it says that event {snapshot.usable_until} ended its use, "
            f"and event {usable_until} did"
        )
    return None
