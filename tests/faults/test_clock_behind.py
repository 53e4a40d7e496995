"""The server's clock is an hour behind the log: what is known when stays in order all the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from app.services.snapshots.take import SnapshotRequest, take
from app.services.snapshots.verify import check
from app.services.verification import verify_log
from tests.faults.server import record
from tests.ledgers import called, new_fund

_TICK = timedelta(microseconds=1)


@pytest.fixture
def ahead() -> datetime:
    """Return the moment at which the head was recorded, as the clock showed it then."""
    return datetime.now(UTC) + timedelta(hours=1)


@pytest.fixture
def fund(engine: Engine, owner_engine: Engine, ahead: datetime) -> UUID:
    """Return a fund whose last event was recorded before the clock was set back."""
    fund = new_fund(engine, called("1", "2010-02-01"))
    with owner_engine.begin() as connection:
        connection.execute(
            text("UPDATE ledger_head SET recorded_at = :at WHERE fund_id = :fund"),
            {"at": ahead - _TICK, "fund": fund},
        )
        # The first append after it is recorded at `ahead`.
    return fund


def _state(client: FlaskClient, fund: UUID, **asked: str) -> tuple[int, dict[str, Any]]:
    answer = client.get(f"/api/funds/{fund}/state", query_string=asked)
    assert answer.json is not None
    return answer.status_code, answer.json


def test_what_was_just_recorded_is_known_at_the_moment_that_the_timeline_tells(
    client: FlaskClient, fund: UUID, ahead: datetime
) -> None:
    record(client, fund, "10", "a")
    told = client.get(f"/api/funds/{fund}/timeline?limit=1").json
    assert told is not None
    recorded_at = told["events"][0]["recorded_at"]
    assert datetime.fromisoformat(recorded_at) == ahead
    status, state = _state(client, fund, known_at=recorded_at)
    assert (status, state["through"]) == (200, 3)
    status, state = _state(client, fund, known_at=datetime.now(UTC).date().isoformat())
    assert (status, state["through"]) == (200, 3)  # today means all that is known


def test_a_moment_after_the_head_is_not_known_and_one_before_it_does_not_change(
    client: FlaskClient, fund: UUID, ahead: datetime
) -> None:
    record(client, fund, "10", "a")
    status, refused = _state(client, fund, known_at=(ahead + _TICK).isoformat())
    assert status == 400
    assert "has not come yet" in refused["errors"][0]["reason"]
    now = datetime.now(UTC).isoformat()
    status, before = _state(client, fund, known_at=now)
    assert (status, before["through"]) == (200, 2)
    record(client, fund, "11", "b")
    status, later = _state(client, fund, known_at=now)
    assert {**later, "head": None} == {**before, "head": None}
    assert later["head"] == 4


def test_a_snapshot_taken_then_serves_as_any_other(
    engine: Engine, client: FlaskClient, fund: UUID
) -> None:
    record(client, fund, "10", "a")
    take(engine, fund, uuid4(), SnapshotRequest(date(2010, 12, 31), "manual", "someone"))
    record(client, fund, "11", "b")
    assert check(engine, fund).wrong == []
    assert verify_log.verify(engine, fund).broken is None
    assert _state(client, fund, at="2011-01-01")[1]["figures"]["paid_in"] == "22.00"
