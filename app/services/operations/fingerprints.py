"""What tells that a fund is the same here as there: its chain, and its states as they are seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from uuid import UUID

import psycopg

from app.domain.errors import UnknownFundError
from app.domain.events.event_json import canonical_json
from app.domain.figures.figures import figures_of
from app.domain.state.fold import state_at
from app.domain.state.state import FundState
from app.domain.viewpoint import Viewpoint
from app.services.documents.state import State
from app.services.reads.viewpoints import View
from app.services.verification import verify_log
from app.store.funds import Fund
from app.store.log.rows import Head
from app.store.snapshots import state_reader

_HEAD = "SELECT sequence, recorded_at, chain_hash FROM ledger_head WHERE fund_id = %s"
_DAYS = """
    SELECT effective_on, sequence FROM event WHERE fund_id = %s AND sequence = ANY(%s)
    ORDER BY sequence
"""
_STOPS = 4  # viewpoints along a log, besides that of the day


@dataclass(frozen=True, slots=True)
class Imprint:
    """A fund as it stood: the end of its chain, and a hash of each state by its viewpoint."""

    id: UUID
    name: str
    head: int
    chain_hash: str
    # By as_of and through, such as "2012-03-31 120"; none where the log cannot be read.
    states: dict[str, str]


def imprint(driver: psycopg.Connection, fund: Fund) -> Imprint:
    """Look at a fund today and from days along its log, as they were when it was so long."""
    head, chain_hash = _head(driver, fund.id)
    stops = sorted({head.sequence * stop // _STOPS for stop in range(1, _STOPS + 1)} - {0})
    rows = driver.execute(_DAYS, (fund.id, stops)).fetchall()
    viewpoints = [Viewpoint(*row) for row in rows]
    viewpoints.append(Viewpoint(datetime.now(UTC).date(), head.sequence))
    try:
        seen = {
            f"{at.as_of} {at.through}": _hash(at, head, _read(driver, fund.id, at))
            for at in viewpoints
        }
    except verify_log.DAMAGE:
        seen = {}  # it is backed up as it is
    return Imprint(fund.id, fund.name, head.sequence, chain_hash, seen)


def differences(driver: psycopg.Connection, was: Imprint, *, states_too: bool) -> list[str]:
    """Say in what a fund differs from what it was.

    Each state has to be what it was both as readers get it, by way of snapshots, and folded from
    the first event. Raises UnknownFundError.
    """
    head, chain_hash = _head(driver, was.id)
    if (head.sequence, chain_hash) != (was.head, was.chain_hash):
        return [f"its log ends at event {head.sequence}, {chain_hash[:12]}…, and did at {was.head}"]
    found = []
    for text, kept in was.states.items() if states_too else ():
        as_of, through = text.split()
        at = Viewpoint(date.fromisoformat(as_of), int(through))
        ways = {
            "served": _read(driver, was.id, at),
            "folded": state_at(state_reader.facts_after(driver, was.id, None, at), at),
        }
        found += [
            f"its state as of {as_of}, as known at event {through}, is another when {way}"
            for way, state in ways.items()
            if _hash(at, head, state) != kept
        ]
    return found


def _head(driver: psycopg.Connection, fund_id: UUID) -> tuple[Head, str]:
    row = driver.execute(_HEAD, (fund_id,)).fetchone()
    if row is None:
        raise UnknownFundError("it is not there")
    return Head(row[0], row[1]), bytes(row[2]).hex()


def _read(driver: psycopg.Connection, fund_id: UUID, at: Viewpoint) -> FundState:
    return state_reader.read(driver, fund_id, at.as_of, at.through).state


def _hash(at: Viewpoint, head: Head, state: FundState) -> str:
    """Identify a state by what the API answers."""
    answer = State.model_validate(View(at, head, state, figures_of(state, at.as_of)))
    return sha256(canonical_json(answer.model_dump(mode="json"))).hexdigest()
