"""Compares a fund from two viewpoints, and tells which events made the difference."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import psycopg
from sqlalchemy import Engine

from app.domain.events.model import Event
from app.domain.figures.comparison import Comparison, Side
from app.domain.figures.contributions import FUND_AMOUNTS
from app.domain.figures.restatement import Effect, effects
from app.domain.viewpoint import Viewpoint
from app.store.database.connections import reading
from app.store.log import contributing, stored_events
from app.store.snapshots import state_reader

MOST_EFFECTS = 500  # events of which each effect is worked out; more are counted


@dataclass(frozen=True, slots=True)
class News:
    """An event that became known of a day that was past, and what it did to an amount there."""

    effect: Effect
    event: Event


@dataclass(frozen=True, slots=True)
class Restatement:
    """What became known of a day later, in the order in which it did."""

    news: list[News]  # those with an effect
    number: int  # of all events that became known
    is_cut: bool  # whether these are too many for each effect


def load_comparison(
    engine: Engine, fund_id: UUID, before: Viewpoint, after: Viewpoint
) -> Comparison:
    """Read a fund from two viewpoints, and from the day of the one with the knowledge of the other.

    Each is read once, however many of the three are the same.
    """
    between = Viewpoint(before.as_of, after.through)
    sides: dict[Viewpoint, Side] = {}
    with reading(engine) as driver:
        for at in (before, between, after):
            if at not in sides:
                found = state_reader.read(driver, fund_id, at.as_of, at.through)
                sides[at] = Side.of(at, found.state)
    return Comparison(sides[before], sides[between], sides[after])


def load_restatement(
    engine: Engine, fund_id: UUID, at: Viewpoint, later: int, figure: str = "nav"
) -> Restatement:
    """Tell what each event that became known after a viewpoint did to an amount of its day."""
    with reading(engine) as driver:
        number = contributing.count_news(driver, fund_id, at, later)
        if not number or number > MOST_EFFECTS:
            return Restatement([], number, is_cut=number > MOST_EFFECTS)
        log = contributing.news(driver, fund_id, at, later)
        found = effects(log, at, later, FUND_AMOUNTS[figure])
        return Restatement(_news(driver, fund_id, found), number, is_cut=False)


def _news(driver: psycopg.Connection, fund_id: UUID, found: list[Effect]) -> list[News]:
    sequences = [each.sequence for each in found]
    events = {each.sequence: each for each in stored_events.numbered(driver, fund_id, sequences)}
    return [News(each, events[each.sequence]) for each in found]
