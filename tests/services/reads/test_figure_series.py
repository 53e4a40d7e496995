"""Figures by day: kept for the newest event, made anew by the worker, never taken on trust."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from app.domain.figures.series import Days
from app.services.jobs import runner
from app.services.reads import figure_jobs, figure_series
from app.store import figure_series as store
from app.store.database.connections import driver_connection, reading
from app.store.jobs import jobs
from tests.ledgers import called, company, investment, mark, new_fund, record

FIRST, LAST = date(2010, 1, 1), date(2012, 12, 31)


@pytest.fixture
def fund(engine: Engine) -> UUID:
    return new_fund(engine, called("1000"), company(), investment("600"), mark("900"))


def _kept(engine: Engine, fund: UUID, through: int) -> bool:
    with reading(engine) as driver:
        return store.find(driver, fund, through, FIRST, LAST) is not None


def test_what_is_kept_is_what_is_made(engine: Engine, fund: UUID) -> None:
    made = figure_series.load_series(engine, fund, 5, Days("day", FIRST, LAST))
    assert not _kept(engine, fund, 5)
    first = figure_series.load_by_day(engine, fund, 5, FIRST, LAST)
    assert _kept(engine, fund, 5)
    again = figure_series.load_by_day(engine, fund, 5, FIRST, LAST)
    assert first == again == made


def test_only_those_of_the_newest_event_are_kept(engine: Engine, fund: UUID) -> None:
    figure_series.load_by_day(engine, fund, 3, FIRST, LAST)
    assert not _kept(engine, fund, 3)
    figure_series.load_by_day(engine, fund, 5, FIRST, LAST)
    with engine.begin() as connection:
        earlier = figure_series.load_series(engine, fund, 3, Days("day", FIRST, LAST))
        store.keep(driver_connection(connection), fund, 3, earlier)
    assert _kept(engine, fund, 5), "late work takes nobody's place"


def test_the_worker_makes_them_anew_once_the_log_has_moved_on(engine: Engine, fund: UUID) -> None:
    figure_series.load_by_day(engine, fund, 5, FIRST, LAST)
    figure_jobs.ask_where_stale(engine)
    with engine.connect() as connection:
        assert jobs.pending(connection, fund, figure_jobs.MAKE, figure_jobs.MAKE) is None
    record(engine, fund, mark("950", "2011-06-30"))
    for _ in range(2):  # it is asked for once
        figure_jobs.ask_where_stale(engine)
    with engine.connect() as connection:
        job = jobs.pending(connection, fund, figure_jobs.MAKE, figure_jobs.MAKE)
    assert job
    runner.run(engine, figure_jobs.HANDLERS, fund, job.id, 0)
    assert _kept(engine, fund, 6)
    series = figure_series.load_by_day(engine, fund, 6, FIRST, LAST)
    assert series.figures["nav"][series.dates.index(date(2011, 6, 30))] == 1350


@pytest.mark.parametrize(
    "change",
    [
        "content = (SELECT content FROM figure_series WHERE fund_id = :other)",
        "through = 6",
        "seal = '\\x00'",
    ],
)
def test_what_somebody_changed_in_the_database_is_not_believed(
    engine: Engine, owner_engine: Engine, fund: UUID, change: str
) -> None:
    other = new_fund(engine, called("5"), company(), investment("3"), mark("4"))
    for each in (fund, other):
        figure_series.load_by_day(engine, each, 5, FIRST, LAST)
    with owner_engine.begin() as connection:
        changed = f"UPDATE figure_series SET {change} WHERE fund_id = :fund"
        connection.execute(
            text(changed), {"fund": fund, "other": other} if ":other" in change else {"fund": fund}
        )
    assert not _kept(engine, fund, 5)
    assert not _kept(engine, fund, 6)
    nav = figure_series.load_by_day(engine, fund, 5, FIRST, LAST).figures["nav"][-1]
    assert nav == 1300
