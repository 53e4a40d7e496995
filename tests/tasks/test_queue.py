"""The queue is where Huey looks for it, and holds nothing that could be executed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from huey import PostgresHuey
from sqlalchemy import Engine

from app.store.database import bootstrap, connections
from app.store.jobs import wakeups
from tasks import jobs, schedule
from tasks.queue import _DatabasesClock, huey

_TABLES = sa.text(
    """
    SELECT table_name, column_name, data_type, is_nullable, column_default
    FROM information_schema.columns WHERE table_name LIKE 'huey%'
    UNION ALL SELECT tablename, indexname, indexdef, '', ''
    FROM pg_indexes WHERE tablename LIKE 'huey%'
    ORDER BY 1, 2
    """
)


def test_the_tables_are_as_huey_would_make_them(
    fresh_database_url: str, owner_engine: Engine
) -> None:
    url = bootstrap.engine_url(fresh_database_url)
    fresh = sa.create_engine(url, poolclass=sa.NullPool)
    PostgresHuey(wakeups.NAME, connection=lambda: connections.connect_apart(fresh))
    with fresh.connect() as theirs, owner_engine.connect() as ours:
        assert ours.execute(_TABLES).all() == theirs.execute(_TABLES).all()


def test_the_store_and_huey_mean_the_same_queue() -> None:
    storage = huey.storage
    assert (storage.name, storage.channel) == (wakeups.NAME, wakeups.CHANNEL)
    fund_id, job_id = uuid4(), uuid4()
    written = huey.serialize_task(jobs.run_job.s(str(fund_id), str(job_id)))
    assert written == wakeups.message_for(fund_id, job_id)
    read = huey.deserialize_task(written)
    assert isinstance(read, jobs.run_job.task_class)
    assert list(read.args) == [str(fund_id), str(job_id)]


@pytest.mark.parametrize("year", [1980, 2100])
def test_a_pause_ends_by_the_databases_clock_whatever_the_machine_shows(
    engine: Engine, year: int
) -> None:
    over, still = (uuid4(), uuid4()), (uuid4(), uuid4())
    with engine.begin() as connection:
        wakeups.wake_up(connection, *over, after=timedelta(microseconds=1))
        wakeups.wake_up(connection, *still, after=timedelta(minutes=1))
    storage = _DatabasesClock(
        wakeups.NAME, connection=lambda: connections.connect_apart(engine), create_tables=False
    )
    due = storage.read_schedule(datetime(year, 1, 1, tzinfo=UTC))
    storage.close()
    assert wakeups.message_for(*over) in due
    assert wakeups.message_for(*still) not in due


def test_what_the_queue_would_forget_is_refused() -> None:
    with pytest.raises(ValueError, match="positional arguments only"):
        huey.serialize_task(jobs.run_job.s(fund_id="1"))


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2012-03-31T00:00", {"sweep", "nightly"}),
        ("2012-03-31T12:00", {"sweep", "nightly"}),
        ("2012-03-31T00:01", {"sweep"}),
    ],
)
def test_each_minute_and_each_hour_have_their_tasks(moment: str, due: set[str]) -> None:
    assert schedule.sweep.huey is huey
    found = huey.read_periodic(datetime.fromisoformat(moment))
    assert {task.name for task in found} == due
