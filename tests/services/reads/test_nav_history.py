"""NAV over a fund's life, also where most of it comes from snapshots."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine
from uuid_utils.compat import uuid7

from app.services.reads import nav_history
from app.services.snapshots.take import SnapshotRequest, take
from tests.ledgers import company, investment, mark, new_fund


def test_the_days_of_a_long_log_go_forward_whatever_snapshots_there_are(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nav_history, "_EVERY_DAY_UP_TO", 5)
    marks = [mark(str(month), f"2010-{month:02}-28") for month in range(3, 13)]
    fund = new_fund(engine, company(), investment("100", "2010-02-01"), *marks)
    for day in (date(2010, 6, 30), date(2011, 1, 31)):  # the other lies after the last event
        take(engine, fund, uuid7(), SnapshotRequest(day, "manual", "someone"))
    days = [day for day, _ in nav_history.nav_strip(engine, fund, 13).nav]
    assert days == sorted(set(days))
    assert days[-1] == date(2010, 12, 28)
