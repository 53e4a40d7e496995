"""Where benchmarks run: an embedded database that is kept, so that long logs are made once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from app.config import PROJECT
from app.domain.errors import UnknownFundError
from app.services.demo.entries.model import GP
from app.services.demo.loader import TooFewEventsError, demo_history
from app.services.funds.funds import fund_by_id_or_name
from app.services.funds.new_fund import establish_from_history
from app.services.snapshots.builder import build_missing
from app.store.admission.batches import Author
from app.store.database.connections import reading
from app.store.database.engines import close_engine, open_engine
from app.store.embedded import leases
from app.store.funds import Fund
from tests.running_site import settings_of

_SHAPE = """
    SELECT count(*), avg((event_type = 'EVENT_VOIDED')::int)::float,
        avg((payload ? 'adjustment')::int)::float, min(effective_on), max(effective_on)
    FROM event WHERE fund_id = %s
"""
HOME = PROJECT / "var" / "loadtests" / "home"


@dataclass(frozen=True, slots=True)
class Ground:
    """A database as the application uses it, and as its owner."""

    engine: sa.Engine
    owner: sa.Engine
    owner_url: sa.URL


@dataclass(frozen=True, slots=True)
class LongLog:
    """A demo fund of so many events, with its snapshots laid."""

    fund_id: UUID
    events: int
    voids: float  # their share
    backdated: float  # the share of events that fall in closed books
    first_day: date
    last_day: date


@contextmanager
def ground(home: Path = HOME) -> Iterator[Ground]:
    """Open the benchmarks' own database, made on first use."""
    home = home.absolute()
    home.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings_of(home))
    lease = leases.acquire(home)
    owner = sa.create_engine(lease.url())
    try:
        yield Ground(engine, owner, lease.url())
    finally:
        owner.dispose()
        lease.close()
        close_engine(engine)


def long_log(engine: sa.Engine, events: int) -> LongLog:
    """Find the demo fund of so many events, or load it and lay its snapshots."""
    name = f"Demo of {events} events"
    try:
        fund = fund_by_id_or_name(engine, name)
    except UnknownFundError:
        fund = _load(engine, name, events)
    build_missing(engine, fund.id)
    with reading(engine) as driver:
        row = driver.execute(_SHAPE, (fund.id,)).fetchone()
    assert row is not None
    return LongLog(fund.id, *row)


def _load(engine: sa.Engine, name: str, events: int) -> Fund:
    """Load the demo's story filled up to so many events, or the beginning of it."""
    print(f"Loading {events:,} events, once", flush=True)
    try:
        _, history = demo_history(events)
    except TooFewEventsError:
        _, history = demo_history()
    drafts = (entry.draft() for entry in islice(history, events))
    parts = iter(lambda: list(islice(drafts, 5_000)), [])
    with engine.begin() as connection:
        return establish_from_history(connection, name, parts, Author(GP, "demo", may_adjust=True))
