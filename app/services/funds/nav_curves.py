"""NAV of many funds over time, each thinned to what a small drawing can show."""

from __future__ import annotations

import threading
from collections.abc import Collection
from datetime import date
from uuid import UUID

import psycopg
from cachetools import LRUCache
from sqlalchemy import Engine

from app.domain.events.model import Fact
from app.domain.state.nav_series import nav_series
from app.services.funds.many_logs import read_each
from app.services.reads import nav_history
from app.services.reads.nav_history import Series
from app.store.funds import FundHead

_POINTS = 60  # of a curve, which is drawn some 150 pixels wide
_MOST = 200_000  # points in all, some 40 MB

_curves: LRUCache[tuple[Engine, UUID, int], Series] = LRUCache(
    _MOST, getsizeof=lambda kept: len(kept) + 1
)
_lock = threading.Lock()


def nav_curves(engine: Engine, heads: Collection[FundHead]) -> dict[UUID, Series]:
    """Return NAV before carry over the whole life of each fund, as known at its head.

    It never changes, and so is kept. A fund whose ledger cannot be read has an empty one.
    """
    with _lock:
        found = {each.fund.id: _curves.get((engine, each.fund.id, each.through)) for each in heads}
    missing = [each for each in heads if found[each.fund.id] is None]
    for head, series in read_each(engine, missing, date.max, _of_short, _of_long):
        found[head.fund.id] = _thinned(series)
        with _lock:
            _curves[engine, head.fund.id, head.through] = _thinned(series)
    return {fund_id: curve or () for fund_id, curve in found.items()}


def _of_short(head: FundHead, facts: list[Fact]) -> Series:
    return tuple(nav_series(facts, head.through))


def _of_long(driver: psycopg.Connection, head: FundHead) -> Series:
    return nav_history.nav(driver, head.fund.id, head.through)


def _thinned(series: Series) -> Series:
    """Keep the first day, and of each of so many equal spans of days the last."""
    if len(series) <= _POINTS:
        return series
    first = series[0][0]
    days = (series[-1][0] - first).days + 1
    last_of = {(day - first).days * _POINTS // days: (day, nav) for day, nav in series}
    return (series[0], *(point for point in last_of.values() if point[0] != first))
