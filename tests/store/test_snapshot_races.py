"""Appends, snapshots and reads at the same time, in processes of their own: no wrong answer."""

from __future__ import annotations

import multiprocessing
import random
from datetime import date, timedelta
from multiprocessing.context import SpawnContext
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from typing import TypeAlias
from uuid import UUID

import pytest
from sqlalchemy import Engine
from uuid_utils.compat import uuid7

from app.config import Settings
from app.domain.fold import state_at
from app.domain.viewpoint import Viewpoint
from app.services.snapshot_building import lay
from app.services.snapshots import Wanted, take
from app.store import states, validity
from app.store.driver import reading
from app.store.sessions import close_engine, open_engine
from tests.ledgers import company, investment, mark, new_fund, record

SPAWN: SpawnContext = multiprocessing.get_context("spawn")
START, DAYS = date(2010, 2, 1), 300
Findings: TypeAlias = "Queue[tuple[str, int]]"


def _day(chance: random.Random) -> date:
    return START + timedelta(days=chance.randrange(DAYS))


def _append(settings: Settings, fund: UUID, stop: Event, findings: Findings, seed: int) -> None:
    engine, chance, count = open_engine(settings), random.Random(seed), 0
    while not stop.is_set():
        value = f"{chance.randrange(1, 10**9)}"
        record(engine, fund, mark(value, str(_day(chance))), second=True)
        count += 1
    findings.put(("appends", count))
    close_engine(engine)


def _build(
    settings: Settings, fund: UUID, stop: Event, findings: Findings, seed: int, *, locked: bool
) -> None:
    if not locked:
        validity.hold_head = lambda *_: None
    engine, chance, count = open_engine(settings), random.Random(seed), 0
    while not stop.is_set():
        take(engine, fund, uuid7(), Wanted(_day(chance), "manual", "someone"))
        count += 1 + (lay(engine, fund, every=20) if chance.random() < 0.1 else 0)
    findings.put(("snapshots", count))
    close_engine(engine)


def _read(
    settings: Settings, fund: UUID, stop: Event, findings: Findings, seed: int, *, enough: int
) -> None:
    """Compare what is read with a full fold; stop all when it is enough, or one was wrong."""
    engine, chance = open_engine(settings), random.Random(seed)
    reads = wrong = served = 0
    while not stop.is_set():
        with reading(engine) as driver:
            head = states.read(driver, fund, START, None).head.sequence
            through = head if chance.random() < 0.5 else chance.randint(1, head)
            at = Viewpoint(_day(chance), through)
            found = states.read(driver, fund, at.as_of, at.through)
            facts = states.facts_after(driver, fund, None, at)
        reads, served = reads + 1, served + (found.snapshot_as_of is not None)
        if found.state != state_at(facts, at):
            wrong += 1
        if wrong or served >= enough:
            stop.set()
    findings.put(("reads", reads))
    findings.put(("served", served))
    findings.put(("wrong", wrong))
    close_engine(engine)


def race(settings: Settings, fund: UUID, enough: int, *, locked: bool) -> dict[str, int]:
    """Let three append, two build and two read.

    They go on until snapshots have served so many reads of one reader, or a read was wrong.
    """
    stop, findings = SPAWN.Event(), SPAWN.Queue()
    common = (settings, fund, stop, findings)
    parts = [SPAWN.Process(target=_append, args=(*common, seed)) for seed in range(3)]
    for seed in range(2):
        of_builder, of_reader = {"locked": locked}, {"enough": enough}
        parts.append(SPAWN.Process(target=_build, args=(*common, seed), kwargs=of_builder))
        parts.append(SPAWN.Process(target=_read, args=(*common, seed), kwargs=of_reader))
    for part in parts:
        part.start()
    stop.wait(100)
    stop.set()
    totals: dict[str, int] = {}
    for _ in range(3 + 2 + 2 * 3):
        name, count = findings.get(timeout=30)
        totals[name] = totals.get(name, 0) + count
    for part in parts:
        part.join(10)
    assert [part.exitcode for part in parts] == [0] * len(parts)
    return totals


@pytest.fixture
def fund(engine: Engine) -> UUID:
    return new_fund(engine, company(on=str(START)), investment("5", str(START)))


@pytest.mark.timeout(120)
def test_no_read_is_wrong_while_others_append_and_build(settings: Settings, fund: UUID) -> None:
    totals = race(settings, fund, 300, locked=True)
    assert totals["wrong"] == 0
    assert totals["served"] >= 300, totals


@pytest.mark.timeout(120)
def test_without_the_lock_the_same_race_finds_wrong_answers(settings: Settings, fund: UUID) -> None:
    totals = race(settings, fund, 100_000, locked=False)
    assert totals["wrong"] > 0, totals
