"""Reads the logs of many funds: short ones all at once, long ones from their snapshots."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import TypeVar

import psycopg
from sqlalchemy import Engine

from app.domain.events.model import Fact
from app.services.verification.verify_log import DAMAGE
from app.store.database.connections import reading
from app.store.funds import FundHead
from app.store.log import facts
from app.store.log.facts import FactRow
from app.store.log.validity import EVENTS_PER_STEP

_SHORT = EVENTS_PER_STEP  # events of a log that has hardly a snapshot to start from
_AT_ONCE = 20_000  # events of a statement, at most
_log = logging.getLogger(__name__)
_Found = TypeVar("_Found")


def read_each(
    engine: Engine,
    heads: Iterable[FundHead],
    as_of: date,
    of_short: Callable[[FundHead, list[Fact]], _Found],
    of_long: Callable[[psycopg.Connection, FundHead], _Found],
) -> Iterator[tuple[FundHead, _Found]]:
    """Return what each log leads to, up to its head; one that cannot be read is left out.

    Of a short log the facts visible on the day are read, but for metrics. One ledger must not take
    the page of the others away: what is wrong with it goes to the site's own log.
    """
    heads = list(heads)
    for part in _parts([each for each in heads if each.through <= _SHORT]):
        for head, rows in _rows(engine, part, as_of):
            yield from _tried(head, partial(_of_rows, of_short, head, rows))
    for head in heads:
        if head.through > _SHORT:
            with reading(engine) as driver:
                yield from _tried(head, partial(of_long, driver, head))


def _of_rows(
    of_short: Callable[[FundHead, list[Fact]], _Found], head: FundHead, rows: Sequence[FactRow]
) -> _Found:
    return of_short(head, facts.facts_of(rows))


def _rows(
    engine: Engine, part: Sequence[FundHead], as_of: date
) -> list[tuple[FundHead, list[FactRow]]]:
    with reading(engine) as driver:
        rows = facts.rows_of_many(driver, {each.fund.id: each.through for each in part}, as_of)
    return [(each, rows[each.fund.id]) for each in part]


def _parts(heads: Iterable[FundHead]) -> Iterator[list[FundHead]]:
    """Split funds so that each part has a bounded number of events."""
    part: list[FundHead] = []
    events = 0
    for head in heads:
        if part and events + head.through > _AT_ONCE:
            yield part
            part, events = [], 0
        part.append(head)
        events += head.through
    if part:
        yield part


def _tried(head: FundHead, look: Callable[[], _Found]) -> Iterator[tuple[FundHead, _Found]]:
    try:
        found = look()
    except DAMAGE:
        _log.exception("The ledger of fund %s cannot be read", head.fund.id)
        return
    yield head, found
