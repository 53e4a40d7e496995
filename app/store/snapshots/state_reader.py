"""Reads a fund's state at a viewpoint: the snapshot that serves it, and the events after it.

This is the path that every figure on every page waits for: one statement, no ORM. A snapshot whose
keyed hash is wrong is set aside, and the log is folded from its first event instead.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import psycopg

from app.domain.errors import UnknownFundError
from app.domain.events.model import Fact
from app.domain.state.company_metrics import Metrics
from app.domain.state.fold import PROJECTOR_VERSION, fold_onto, in_fold_order, in_force
from app.domain.state.late_events import RefoldRequiredError, apply_late
from app.domain.state.state import FundState
from app.domain.viewpoint import Viewpoint
from app.observability import metrics
from app.store.database import seals
from app.store.database.seals import WrongSealError
from app.store.log.facts import facts_of
from app.store.log.rows import Head
from app.store.snapshots import set_aside
from app.store.snapshots.codec import decode
from app.store.snapshots.state_sql import FACTS, SERVING, WHOLE, WITHOUT_METRICS, Statements

_NO_PROJECTOR = -1  # which has no snapshots
_MOST_WRONG = 20  # snapshots that are set aside until none is looked for


@dataclass(frozen=True, slots=True)
class Read:
    """A state at a viewpoint, and what it took to get it."""

    head: Head
    state: FundState
    folded: int  # how many events were folded
    snapshot_as_of: date | None  # of the snapshot that served, if one did
    set_aside: UUID | None = None  # the snapshot that was to serve, and was wrong


def read(driver: psycopg.Connection, fund_id: UUID, as_of: date, through: int | None) -> Read:
    """Read the state at `as_of` as known through a sequence, at the committed head where None.

    The caller has seen to it that `through` is not beyond the head. Raises UnknownFundError.
    """
    return _read(driver, WHOLE, fund_id, as_of, through)


def read_without_metrics(
    driver: psycopg.Connection, fund_id: UUID, as_of: date, through: int
) -> Read:
    """Read a state as `read` does, but for its forecasts and actuals, and the count of its events.

    Most events are of that kind, and no figure or holding rests on them.
    """
    found = _read(driver, WITHOUT_METRICS, fund_id, as_of, through)
    found.state.forecasts = found.state.actuals = Metrics.left_out()
    return found


def _read(
    driver: psycopg.Connection,
    statements: Statements,
    fund_id: UUID,
    as_of: date,
    through: int | None,
) -> Read:
    given = _parameters(fund_id, as_of, through)
    begun = time.perf_counter()
    try:
        found, fetched = _served(driver, statements, given)
    except WrongSealError as error:
        found, fetched = _fetched(driver, statements.in_turn, given | {"version": _NO_PROJECTOR})
        set_aside.mark(driver, fund_id, error.snapshot_id, error.reason)
        found = replace(found, set_aside=error.snapshot_id)
    metrics.state_read(
        fetched - begun,
        time.perf_counter() - fetched,
        found.folded,
        from_snapshot=found.snapshot_as_of is not None,
    )
    return found


def _served(
    driver: psycopg.Connection, statements: Statements, given: dict[str, Any]
) -> tuple[Read, float]:
    try:
        return _fetched(driver, statements.usual, given)
    except RefoldRequiredError:
        return _fetched(driver, statements.in_turn, given)


def _fetched(
    driver: psycopg.Connection, statement: str, given: dict[str, Any]
) -> tuple[Read, float]:
    """Read by a statement; return when its rows had come, too."""
    rows = driver.execute(statement, given, binary=True).fetchall()
    fetched = time.perf_counter()
    return _folded(rows, given["fund"], given["as_of"]), fetched


def _folded(rows: list[tuple[Any, ...]], fund_id: UUID, as_of: date) -> Read:
    """Decode the snapshot, let in what came late of its days, and fold what comes after."""
    if not rows:
        raise UnknownFundError(f"no fund has the id {fund_id}")
    first = next(row for row in rows if row[1] is None)
    head, valid_before, day = Head(first[0], first[5]), first[2], first[3]
    state = FundState() if day is None else _opened(fund_id, day, valid_before, first[4], first[6])
    facts = facts_of([row for row in rows if row[1] is not None])
    tail = in_force(facts, head.sequence)
    if valid_before is not None:
        before = [fact for fact in facts if fact.effective_on <= day]
        voided = [fact for fact in before if fact.sequence < valid_before]
        apply_late(state, [fact for fact in tail if fact.effective_on <= day], voided)
        tail = [fact for fact in tail if fact.effective_on > day]
    fold_onto(state, in_fold_order(tail, as_of))
    return Read(head, state, len(facts), day)


def serving(
    driver: psycopg.Connection, fund_id: UUID, at: Viewpoint
) -> tuple[date | None, FundState]:
    """Return the state of the snapshot nearest before a viewpoint, and its day; None for no day.

    Those whose keyed hash is wrong are set aside.
    """
    given = _parameters(fund_id, at.as_of, at.through)
    for _ in range(_MOST_WRONG):
        row = driver.execute(SERVING, given).fetchone()
        if row is None:
            break
        try:
            return row[0], _opened(fund_id, *row)
        except WrongSealError as error:
            set_aside.mark(driver, fund_id, error.snapshot_id, error.reason)
    return None, FundState()


def _opened(
    fund_id: UUID, as_of: date, valid_before: int | None, sealed: str, content: bytes
) -> FundState:
    """Read the state in a snapshot that is genuine. Raises WrongSealError."""
    seals.check_snapshot(fund_id, as_of, PROJECTOR_VERSION, valid_before, sealed, content)
    return decode(content)


def facts_after(
    driver: psycopg.Connection, fund_id: UUID, day: date | None, at: Viewpoint
) -> list[Fact]:
    """Read what is dated after a day (None: from the first) and visible from a viewpoint."""
    rows = driver.execute(
        FACTS,
        _parameters(fund_id, at.as_of, at.through) | {"after": day},
        binary=True,
    )
    return facts_of(rows.fetchall())


def _parameters(fund_id: UUID, as_of: date, through: int | None) -> dict[str, Any]:
    return {
        "fund": fund_id,
        "as_of": as_of,
        "through": through,
        "version": PROJECTOR_VERSION,
        "key": seals.key().name,
    }
