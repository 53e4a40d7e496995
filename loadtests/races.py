"""Append, take snapshots and read at the same time, with the lock of section 6 and without it.

With the lock no read may be wrong; without it some must be, else the race would prove nothing.
"""

from __future__ import annotations

import multiprocessing
import random
import sys
import tempfile
from datetime import date, timedelta
from multiprocessing.context import SpawnContext
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from sqlalchemy import Engine
from uuid_utils.compat import uuid7

from app.config import Settings
from app.domain.state.fold import state_at
from app.domain.viewpoint import Viewpoint
from app.services.snapshots.builder import build_missing
from app.services.snapshots.take import SnapshotRequest, take
from app.store.database.connections import reading
from app.store.database.engines import close_engine, open_engine
from app.store.log import validity
from app.store.snapshots import state_reader
from loadtests import report
from tests.ledgers import called, company, investment, mark, new_fund, record, void

SPAWN: SpawnContext = multiprocessing.get_context("spawn")
APPENDERS, BUILDERS, READERS = 3, 2, 2
_START, _DAYS = date(2010, 2, 1), 300
_MANY = 10**9
Findings: TypeAlias = "Queue[tuple[str, int]]"


class Limits(NamedTuple):
    """When a race ends: after a time, or when one reader has been served or misled so often."""

    seconds: float
    served: int = _MANY
    wrong: int = _MANY


def main() -> int:
    """Run the races; 0 where the lock makes all the difference."""
    parser = report.arguments(__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each race")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="asof-races-") as folder:
        Path(folder).chmod(0o711)  # the server's account must get to its home
        settings = Settings(home=Path(folder) / "home", database_url=None, secret_key="-")  # noqa: S106
        engine = open_engine(settings)
        try:
            rows = [
                _row(settings, engine, Limits(given.seconds), locked=locked, appenders=appenders)
                for locked, appenders in ((True, APPENDERS), (True, 1), (False, APPENDERS))
            ]
        finally:
            close_engine(engine)
    found = {"seconds": given.seconds, "races": rows}
    print(report.table(rows))
    print(f"written to {report.write(given.out, 'races', found)}")
    *held, left_out = (row["wrong"] for row in rows)
    return 0 if not any(held) and left_out else 1


def racing_fund(engine: Engine) -> UUID:
    """Make a fund to race on."""
    return new_fund(engine, company(on=str(_START)), investment("5", str(_START)))


def race(
    settings: Settings, fund: UUID, limits: Limits, *, locked: bool, appenders: int = APPENDERS
) -> dict[str, int]:
    """Let some append, two build and two read; return what they counted.

    One who appends alone does so without a lock beforehand.
    """
    stop, findings = SPAWN.Event(), SPAWN.Queue()
    common, build = (settings, fund, stop, findings), _build if locked else _build_without_lock
    parts = [
        *(SPAWN.Process(target=_append, args=(*common, seed)) for seed in range(appenders)),
        *(SPAWN.Process(target=build, args=(*common, seed)) for seed in range(BUILDERS)),
        *(SPAWN.Process(target=_read, args=(*common, seed, limits)) for seed in range(READERS)),
    ]
    for part in parts:
        part.start()
    stop.wait(limits.seconds)
    stop.set()
    totals: dict[str, int] = {}
    for _ in range(appenders + BUILDERS + 3 * READERS):
        name, count = findings.get(timeout=30)
        totals[name] = totals.get(name, 0) + count
    for part in parts:
        part.join(10)
    assert [part.exitcode for part in parts] == [0] * len(parts)
    return totals


def _row(
    settings: Settings, engine: Engine, limits: Limits, *, locked: bool, appenders: int
) -> dict[str, Any]:
    fund = racing_fund(engine)
    totals = race(settings, fund, limits, locked=locked, appenders=appenders)
    names = ("appends", "snapshots", "reads", "served", "wrong")
    how = {"lock": "held" if locked else "left out", "appenders": appenders}
    return {**how, **{name: totals[name] for name in names}}


def _day(chance: random.Random) -> date:
    return _START + timedelta(days=chance.randrange(_DAYS))


def _append(settings: Settings, fund: UUID, stop: Event, findings: Findings, seed: int) -> None:
    engine, chance, count = open_engine(settings), random.Random(seed), 0
    mine: list[int] = []  # sequences of this one's marks that stand
    while not stop.is_set():
        amount, on = f"{chance.randrange(1, 10**9)}", str(_day(chance))
        match chance.randrange(10):
            case 0:
                record(engine, fund, called(amount, on), allow_duplicate=True)
            case 1:
                record(engine, fund, investment(amount, on), allow_duplicate=True)
            case 2 if mine:
                record(engine, fund, void(mine.pop(chance.randrange(len(mine)))))
            case _:
                marked = record(
                    engine, fund, mark(amount, on, ownership="0.1"), allow_duplicate=True
                )
                mine.append(marked.last_sequence)
        count += 1
    findings.put(("appends", count))
    close_engine(engine)


def _build_without_lock(*given: Any) -> None:  # noqa: ANN401 (what _build takes)
    validity.hold_head = lambda *_: None
    _build(*given)


def _build(settings: Settings, fund: UUID, stop: Event, findings: Findings, seed: int) -> None:
    engine, chance, count = open_engine(settings), random.Random(seed), 0
    while not stop.is_set():
        take(engine, fund, uuid7(), SnapshotRequest(_day(chance), "manual", "someone"))
        count += 1 + (build_missing(engine, fund, every=20) if chance.random() < 0.1 else 0)
    findings.put(("snapshots", count))
    close_engine(engine)


def _read(
    settings: Settings, fund: UUID, stop: Event, findings: Findings, seed: int, limits: Limits
) -> None:
    """Compare what is read with a full fold."""
    engine, chance = open_engine(settings), random.Random(seed)
    reads = wrong = served = 0
    while not stop.is_set():
        with reading(engine) as driver:
            head = state_reader.read(driver, fund, _START, None).head.sequence
            through = head if chance.random() < 0.5 else chance.randint(1, head)
            at = Viewpoint(_day(chance), through)
            found = state_reader.read(driver, fund, at.as_of, at.through)
            facts = state_reader.facts_after(driver, fund, None, at)
        reads, served = reads + 1, served + (found.snapshot_as_of is not None)
        wrong += found.state != state_at(facts, at)
        if wrong >= limits.wrong or served >= limits.served:
            stop.set()
    findings.put(("reads", reads))
    findings.put(("served", served))
    findings.put(("wrong", wrong))
    close_engine(engine)


if __name__ == "__main__":
    sys.exit(main())
