"""A fund's figures over time, as far as they were known at a sequence of its log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Engine

from app.domain.errors import UnknownCompanyError
from app.domain.figures.series import Days, Flows, Series, series_onto
from app.domain.money import ZERO
from app.domain.period_closes import Close
from app.domain.state.fold import in_fold_order, in_force
from app.domain.state.state import FundState
from app.domain.viewpoint import Viewpoint
from app.services.reads import log_cache, period_closes
from app.store import figure_series as store
from app.store.database.connections import driver_connection, reading
from app.store.database.outages import spared_when_full
from app.store.log import contributing, stored_events
from app.store.snapshots import state_reader


@dataclass(frozen=True, slots=True)
class Reported:
    """Figures as they were reported, with the close of each of their days."""

    series: Series
    closes: tuple[Close, ...]


def load_series(engine: Engine, fund_id: UUID, through: int, days: Days) -> Series:
    """Return the figures on days, in one pass from the snapshot before; no event beyond the head.

    The first of the days is not after the last.
    """
    since = days.first - timedelta(days=1)
    with reading(engine) as driver:
        day, state = state_reader.serving(driver, fund_id, Viewpoint(since, through))
        facts = state_reader.facts_after(driver, fund_id, day, Viewpoint(days.last, through))
    ordered = in_fold_order(in_force(facts, through), days.last)
    return series_onto(state, ordered, since, days.of(ordered))


def load_company_series(
    engine: Engine, fund_id: UUID, through: int, days: Days, company_id: UUID
) -> Series:
    """Return the COMPANY_FIGURES of one company on days, folded from its own events.

    Its net cash flow is proceeds less investments. Raises UnknownCompanyError.
    """
    at = Viewpoint(days.last, through)
    with reading(engine) as driver:
        facts = contributing.facts_of_company(driver, fund_id, at, str(company_id))
    if not facts and not log_cache.company_names(engine, fund_id, through).knows(str(company_id)):
        raise UnknownCompanyError(f"the fund has no company with the id {company_id}")
    ordered = in_fold_order(in_force(facts, through), days.last)
    since = days.first - timedelta(days=1)
    series = series_onto(FundState(), ordered, since, days.of(ordered))
    columns = zip(series.figures["proceeds"], series.figures["invested"], strict=True)
    series.net_cash_flow = [(got or ZERO) - (spent or ZERO) for got, spent in columns]
    return series


def load_by_day(engine: Engine, fund_id: UUID, through: int, first: date, last: date) -> Series:
    """Return the figures of each day: those that are kept, or else made and kept by then.

    They are kept for the newest event alone, where readers are.
    """
    with reading(engine) as driver:
        kept = store.find(driver, fund_id, through, first, last)
        if kept:
            return kept
        is_newest = stored_events.head_seen(driver, fund_id).sequence == through
    series = load_series(engine, fund_id, through, Days("day", first, last))
    if is_newest:
        with engine.begin() as connection, spared_when_full(connection):
            store.keep(driver_connection(connection), fund_id, through, series)
    return series


def load_as_reported(engine: Engine, fund_id: UUID, through: int, days: Days) -> Reported:
    """Return the figures of each period as they were reported at its close, those that stand.

    A flow of a period is what its report says beyond the one before: what became known late of an
    earlier period is in the one that was reported next.
    """
    standing = [
        each
        for each in period_closes.closes(engine, fund_id, through)
        if each.stands and each.closed_through <= days.last
    ]
    closes = sorted(standing, key=lambda each: each.closed_through)
    before = [each for each in closes if each.closed_through < days.first]
    within = [each for each in closes if each.closed_through >= days.first]
    series = Series(Flows.of(_reported(engine, fund_id, before[-1]) if before else FundState()))
    for close in within:
        series.add(close.closed_through, _reported(engine, fund_id, close))
    return Reported(series, tuple(within))


def _reported(engine: Engine, fund_id: UUID, close: Close) -> FundState:
    at = close.viewpoint
    with reading(engine) as driver:
        found = state_reader.read_without_metrics(driver, fund_id, at.as_of, at.through)
    return found.state
