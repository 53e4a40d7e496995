"""What each of many funds is on a day, with all that is known of it now.

What a fund is on a day, as known at a sequence, never changes. So it is kept for the last days that
were asked for, and worked out anew only where the log has grown.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

import psycopg
from cachetools import LRUCache
from sqlalchemy import Engine

from app.domain import portfolio
from app.domain.events.model import Fact
from app.domain.portfolio import Closing, PooledFigures, Position
from app.domain.state.fold import state_at
from app.domain.state.state import FundState
from app.domain.viewpoint import Viewpoint
from app.services.funds.funds import FundList
from app.services.funds.many_logs import read_each
from app.store import funds as store_funds
from app.store.database.connections import reading
from app.store.funds import Fund, FundHead, HeadList
from app.store.log import period_closes
from app.store.snapshots import state_reader

FundCondition = Literal["open", "wound_up", "not_begun", "unreadable"]
_DAYS = 4  # that are kept; a day of 2,500 funds takes some 30 MB
_SETS = 32  # of funds whose totals are kept for a day


@dataclass(frozen=True, slots=True, eq=False)
class FundOnDay:
    """A fund on a day, as known at the end of its log."""

    head: FundHead
    position: Position | None  # None before it begins, and where its ledger cannot be read
    is_readable: bool = True

    @property
    def fund(self) -> Fund:
        """The fund."""
        return self.head.fund

    @property
    def condition(self) -> FundCondition:
        """What the fund is on the day."""
        if not self.is_readable:
            return "unreadable"
        if self.position is None:
            return "not_begun"
        return "wound_up" if self.position.is_wound_up else "open"


@dataclass(frozen=True, slots=True)
class CurrencyTotal:
    """All funds of one currency together."""

    currency: str
    pooled: PooledFigures
    closing: Closing


@dataclass(frozen=True, slots=True)
class DatedFundList:
    """Some funds by name, and after which the next page begins (None after the last)."""

    as_of: date
    funds: list[FundOnDay]
    next_cursor: UUID | None


@dataclass(slots=True, eq=False)
class _Day:
    """What is kept of a day."""

    funds: dict[str, FundOnDay] = field(default_factory=dict)  # by their ids as text
    totals: LRUCache[frozenset[Position], tuple[PooledFigures, Closing]] = field(
        default_factory=lambda: LRUCache(_SETS)
    )


_days: LRUCache[tuple[Engine, date], _Day] = LRUCache(_DAYS)
_days_lock = threading.Lock()
_one_at_a_time = threading.Lock()  # else each of several readers would fold all logs


def funds_on(engine: Engine, listed: HeadList, as_of: date) -> list[FundOnDay]:
    """Return funds as they are on a day, in the order in which they are given."""
    kept = _day(engine, as_of).funds
    unreadable: dict[str, FundOnDay] = {}
    if _missing(kept, listed):
        with _one_at_a_time:
            for each in _read(engine, _missing(kept, listed), as_of):
                (kept if each.is_readable else unreadable)[str(each.fund.id)] = each
    if unreadable:
        return [unreadable.get(fund_id) or kept[fund_id] for fund_id in listed.fund_ids]
    return [kept[fund_id] for fund_id in listed.fund_ids]


def page_on(engine: Engine, page: FundList, as_of: date) -> DatedFundList:
    """Return the funds of a page as they are on a day."""
    with reading(engine) as driver:
        listed = store_funds.head_list(driver, only=[each.id for each in page.funds])
    return DatedFundList(as_of, funds_on(engine, listed, as_of), page.next_cursor)


def totals(engine: Engine, funds: Iterable[FundOnDay], as_of: date) -> list[CurrencyTotal]:
    """Add funds up by currency, the currency of most funds first."""
    by_currency: dict[str, list[Position]] = {}
    for each in funds:
        if each.position:
            by_currency.setdefault(each.position.terms.currency, []).append(each.position)
    ordered = sorted(by_currency.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        CurrencyTotal(currency, *_total(engine, frozenset(positions), as_of))
        for currency, positions in ordered
    ]


def _total(
    engine: Engine, positions: frozenset[Position], as_of: date
) -> tuple[PooledFigures, Closing]:
    kept = _day(engine, as_of).totals
    with _days_lock:
        total = kept.get(positions)
    if total is None:
        quarter = portfolio.last_quarter(as_of)
        total = portfolio.pooled(positions, as_of), portfolio.closing(positions, quarter)
        with _days_lock:
            kept[positions] = total
    return total


def _day(engine: Engine, as_of: date) -> _Day:
    with _days_lock:
        if (engine, as_of) not in _days:
            _days[engine, as_of] = _Day()
        return _days[engine, as_of]


def _missing(kept: Mapping[str, FundOnDay], listed: HeadList) -> list[str]:
    """Return the funds of which nothing is kept, or less than is known."""
    return [
        fund_id
        for fund_id, through in zip(listed.fund_ids, listed.throughs, strict=True)
        if (known := kept.get(fund_id)) is None or known.head.through < through
    ]


def _read(engine: Engine, fund_ids: Collection[str], as_of: date) -> list[FundOnDay]:
    with reading(engine) as driver:
        heads = store_funds.heads(driver, fund_ids)
        closed = period_closes.closed_through(
            driver, {each.fund.id: each.through for each in heads}
        )

    def seen(head: FundHead, state: FundState) -> FundOnDay:
        return FundOnDay(head, portfolio.position_of(state, as_of, closed.get(head.fund.id)))

    def of_short(head: FundHead, facts: list[Fact]) -> FundOnDay:
        return seen(head, state_at(facts, Viewpoint(as_of, head.through)))

    def of_long(driver: psycopg.Connection, head: FundHead) -> FundOnDay:
        read = state_reader.read_without_metrics(driver, head.fund.id, as_of, head.through)
        return seen(head, read.state)

    found = {
        head.fund.id: each for head, each in read_each(engine, heads, as_of, of_short, of_long)
    }
    return [found.get(head.fund.id) or FundOnDay(head, None, is_readable=False) for head in heads]
