"""What was read on one day serves the days up to the next event, and no others."""

from __future__ import annotations

import random
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine

from app.domain.figures.figures import figures_of
from app.domain.viewpoint import Viewpoint
from app.services.reads import viewpoints
from app.services.reads.viewpoints import Neighbours, View
from app.store.database.connections import reading
from app.store.log import neighbours
from app.store.snapshots import state_reader
from tests.ledgers import called, company, investment, mark, new_fund, record, void
from tests.statements import statements

_LATEST = 3
_FIRST, _DAYS = date(2009, 12, 25), 500


@pytest.fixture
def fund(engine: Engine) -> UUID:
    """Return a fund with busy days, quiet ones, and an event that was voided later."""
    fund = new_fund(
        engine,
        called("1000", "2010-01-15"),
        called("70", "2010-01-15"),
        company(on="2010-02-01"),
        investment("600", "2010-02-01"),
        mark("700", "2010-06-30"),
        called("5", "2010-09-01"),
        mark("900", "2010-12-31"),
    )
    record(engine, fund, void(7), mark("650", "2010-03-31"))
    return fund


def _look(engine: Engine, fund: UUID, at: Viewpoint) -> tuple[View, Neighbours]:
    with reading(engine) as driver:
        head = state_reader.read(driver, fund, at.as_of, None).head
    return viewpoints.look_around(engine, fund, at, head, _LATEST)


def _plainly(engine: Engine, fund: UUID, at: Viewpoint) -> tuple[state_reader.Read, Neighbours]:
    with reading(engine) as driver:
        found = state_reader.read_without_metrics(driver, fund, at.as_of, at.through)
        return found, neighbours.ask(driver, fund, at, _LATEST).answer()


@pytest.mark.parametrize("through", [8, 10])
@pytest.mark.parametrize("seed", range(3))
def test_every_day_is_as_if_it_was_read_alone(
    engine: Engine, fund: UUID, through: int, seed: int
) -> None:
    days = [_FIRST + timedelta(number) for number in range(_DAYS)]
    random.Random(seed).shuffle(days)
    for day in days:
        at = Viewpoint(day, through)
        view, around = _look(engine, fund, at)
        found, plain = _plainly(engine, fund, at)
        assert around == plain, day
        assert view.state.holdings == found.state.holdings, day
        assert view.figures == figures_of(found.state, day), day


def test_a_stretch_is_read_once_and_the_day_of_an_event_is_none_of_it(
    engine: Engine, fund: UUID
) -> None:
    def asked(day: str) -> int:
        at = Viewpoint(date.fromisoformat(day), 10)
        with statements(engine) as seen:
            viewpoints.look_around(engine, fund, at, head, _LATEST)
        return len(seen)

    with reading(engine) as driver:
        head = state_reader.read(driver, fund, date.max, None).head
    assert asked("2010-07-20") > 0
    assert [asked(day) for day in ("2010-07-01", "2010-08-31", "2010-07-20")] == [0, 0, 0]
    assert asked("2010-06-30") > 0
    assert asked("2010-09-01") == 0, "what was voided is no event"
    assert asked("2010-12-31") > 0
    assert asked("2009-12-31") > 0
