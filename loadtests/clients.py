"""Clients of a site that goes down now and then: they append, read and ask for snapshots."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app.services.jobs.jobs import Job
from app.services.snapshots import jobs
from app.services.snapshots.take import SnapshotRequest
from loadtests.api_client import ApiClient, UnansweredError
from tests.ledgers import called, mark
from tests.people import admin_token

FIRST_DAY, DAYS = date(2010, 2, 1), 3000
_LATE = 0.06  # of the facts, which may be of any day; the others are of the last days
_RESEND_AFTER = 0.05  # seconds
_ASK_EVERY = 0.25  # seconds between two wishes for a snapshot
_THINK = 0.02  # seconds between two batches of one client


def any_day(chance: random.Random) -> date:
    """Choose one of the fund's days."""
    return FIRST_DAY + timedelta(days=chance.randrange(DAYS))


def _day_of_fact(chance: random.Random) -> date:
    if chance.random() < _LATE:
        return any_day(chance)
    return FIRST_DAY + timedelta(days=DAYS + chance.randrange(30))


@dataclass(slots=True)
class Account:
    """What the clients were told, all of which has to hold."""

    acknowledged: dict[str, int] = field(default_factory=dict)  # reference: sequence
    head: int = 0  # the highest sequence acknowledged
    moments: list[float] = field(default_factory=list)  # when a batch was acknowledged
    resent: int = 0
    refused: list[str] = field(default_factory=list)
    reads: list[tuple[str, int, Any]] = field(default_factory=list)  # as_of, through, the answer
    lock: threading.Lock = field(default_factory=threading.Lock)

    def acknowledge(self, references: list[str], first: int) -> None:
        """Note a batch that the site has said to hold."""
        with self.lock:
            self.acknowledged |= {each: first + place for place, each in enumerate(references)}
            self.head = max(self.head, first + len(references) - 1)
            self.moments.append(time.time())


class Clients:
    """Threads that use a fund of a site until they are stopped."""

    def __init__(self, address: str, engine: Engine, fund: UUID, seed: int) -> None:
        self.account = Account()
        self._address, self._engine, self._fund = address, engine, fund
        self._token = admin_token(engine)
        self._stop = threading.Event()
        roles: list[Callable[[random.Random], None]] = [
            *[self._append] * 4,
            *[self._read] * 2,
            self._ask_for_snapshots,
        ]
        self._threads = [
            threading.Thread(target=role, args=(random.Random(f"{seed}/{place}"),), daemon=True)
            for place, role in enumerate(roles)
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End; who has sent a batch sends it until it is answered."""
        self._stop.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive(), "a client has waited for a minute in vain"

    def ask_for_snapshot(self, day: date) -> Job:
        """Ask the worker for a snapshot, as soon as the database takes the wish."""
        while True:
            try:
                with self._engine.begin() as connection:
                    what = SnapshotRequest(day, "manual", "trial")
                    return jobs.ask_to_take(connection, self._fund, what)
            except DBAPIError:
                time.sleep(_RESEND_AFTER)

    def _append(self, chance: random.Random) -> None:
        with ApiClient(self._address, self._token) as client:
            while not self._stop.wait(_THINK):
                key = str(uuid4())
                references = [f"{key}/{place}" for place in range(chance.choice((1, 1, 1, 2, 12)))]
                events = [_event(chance, reference) for reference in references]
                self._send(client, key, references, events)

    def _send(
        self, client: ApiClient, key: str, references: list[str], events: list[dict[str, Any]]
    ) -> None:
        while True:
            try:
                status, answer = client.post(f"/api/funds/{self._fund}/events", events, key)
            except UnansweredError:
                self.account.resent += 1
                time.sleep(_RESEND_AFTER)
                continue
            if status == 201:
                self.account.acknowledge(references, answer["first_sequence"])
            else:
                self.account.refused.append(f"{status} {answer}")
            return

    def _read(self, chance: random.Random) -> None:
        with ApiClient(self._address, self._token) as client:
            while not self._stop.wait(_THINK):
                if self.account.head:
                    self._look(client, any_day(chance).isoformat(), chance)

    def _look(self, client: ApiClient, day: str, chance: random.Random) -> None:
        through = chance.randint(1, self.account.head)
        path = f"/api/funds/{self._fund}/state?at={day}&through={through}"
        try:
            status, answer = client.get(path)
        except UnansweredError:
            return
        if status == 200:
            self.account.reads.append((day, through, answer))
        else:
            self.account.refused.append(f"{status} {answer}")

    def _ask_for_snapshots(self, chance: random.Random) -> None:
        while not self._stop.wait(_ASK_EVERY):
            self.ask_for_snapshot(any_day(chance))


def _event(chance: random.Random, reference: str) -> dict[str, Any]:
    amount, day = str(chance.randrange(1, 10**6)), _day_of_fact(chance).isoformat()
    if chance.random() < 0.3:
        return called(amount, day, reference=reference)
    return mark(amount, day, reference=reference)
