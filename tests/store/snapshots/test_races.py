"""Appends, snapshots and reads at the same time, in processes of their own: no wrong answer."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import Engine

from app.config import Settings
from loadtests.races import APPENDERS, Limits, race, racing_fund

_SECONDS = 100.0


@pytest.fixture
def fund(engine: Engine) -> UUID:
    return racing_fund(engine)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("appenders", [APPENDERS, 1])
def test_no_read_is_wrong_while_others_append_and_build(
    settings: Settings, fund: UUID, appenders: int
) -> None:
    limits = Limits(_SECONDS, served=300, wrong=1)
    totals = race(settings, fund, limits, locked=True, appenders=appenders)
    assert totals["wrong"] == 0
    assert totals["served"] >= 300, totals


@pytest.mark.timeout(120)
def test_without_the_lock_the_same_race_finds_wrong_answers(settings: Settings, fund: UUID) -> None:
    totals = race(settings, fund, Limits(_SECONDS, wrong=1), locked=False)
    assert totals["wrong"] > 0, totals
