"""NAV over a fund's whole life, then and today, with the days on which something happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

import psycopg
from sqlalchemy import Engine

from app.domain.events.catalogue import EventType
from app.domain.state.nav_series import nav_series, nav_series_onto
from app.domain.viewpoint import Viewpoint
from app.store.database.connections import reading
from app.store.log import neighbours
from app.store.snapshots import state_reader, table

Series = tuple[tuple[date, Decimal], ...]
# Of a longer log the strip shows NAV at its snapshots: a hundred or more, hard to tell apart.
_EVERY_DAY_UP_TO = 50_000


@dataclass(frozen=True, slots=True)
class Happening:
    """That events of a type took effect on a day."""

    event_type: EventType
    on: date
    number: int = 1


@dataclass(frozen=True, slots=True)
class NavStrip:
    """A fund's life as its log told it at a sequence; no day twice, oldest first."""

    nav: Series  # NAV before carry, at the close of each day with events
    happenings: tuple[Happening, ...]


@lru_cache(maxsize=512)
def nav_strip(engine: Engine, fund_id: UUID, through: int) -> NavStrip:
    """Draw up the strip known at a sequence; it never changes, and so is kept."""
    with reading(engine) as driver:
        happened = neighbours.happenings(driver, fund_id, through)
        nav_before_carry = nav(driver, fund_id, through)
    found = [Happening(EventType(name), day, number) for name, day, number in happened]
    return NavStrip(
        nav_before_carry, tuple(sorted(found, key=lambda each: (each.on, each.event_type)))
    )


def nav(driver: psycopg.Connection, fund_id: UUID, through: int) -> Series:
    """Return NAV before carry at the close of each day with events known at a sequence.

    Of a very long log, at its snapshots and the days after the last.
    """
    end = Viewpoint(date.max, through)
    if through <= _EVERY_DAY_UP_TO:
        return tuple(nav_series(state_reader.facts_after(driver, fund_id, None, end), through))
    since, state = state_reader.serving(driver, fund_id, end)
    rest = nav_series_onto(state, state_reader.facts_after(driver, fund_id, since, end), through)
    before = table.navs(driver, fund_id, through)
    return (*(each for each in before if since and each[0] <= since), *rest)
