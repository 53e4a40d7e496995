"""Jobs are asked for within a transaction, once each, and found again."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from uuid_utils.compat import uuid7

from app.domain.errors import UnknownJobError
from app.services.jobs import jobs
from app.services.jobs.jobs import Job
from app.store.jobs import wakeups
from tests.ledgers import new_fund


def _request(engine: Engine, fund: UUID, key: str | None = None, kind: str = "none") -> Job:
    """Ask for a job of a kind that nobody does."""
    with engine.begin() as connection:
        return jobs.request(
            connection, fund, kind, {"as_of": "2012-03-31"}, requested_by="gp", dedupe_key=key
        )


def _is_queued(engine: Engine, job: Job) -> bool:
    with engine.connect() as connection:
        return wakeups.message(wakeups.RUN_JOB, (job.fund_id, job.id)) in wakeups.waiting(
            connection
        )


def test_a_job_asked_for_is_found_with_all_that_was_said(engine: Engine) -> None:
    fund = new_fund(engine)
    job = _request(engine, fund)
    assert jobs.find_job(engine, fund, job.id) == job
    assert (job.status, job.attempts, job.subject) == ("queued", 0, {"as_of": "2012-03-31"})
    assert (job.requested_by, job.result, job.error) == ("gp", None, None)
    assert job.is_pending
    assert _is_queued(engine, job)


def test_of_a_transaction_rolled_back_neither_row_nor_wake_up_is_left(engine: Engine) -> None:
    fund = new_fund(engine)
    with engine.connect() as connection:
        job = jobs.request(connection, fund, "none", {}, requested_by="gp")
        connection.rollback()
    assert jobs.listed(engine, fund) == []
    assert not _is_queued(engine, job)


def test_a_job_is_its_funds_alone(engine: Engine) -> None:
    job = _request(engine, new_fund(engine))
    with pytest.raises(UnknownJobError, match=str(job.id)):
        jobs.find_job(engine, new_fund(engine), job.id)


def test_jobs_are_listed_newest_first_and_by_kind(engine: Engine) -> None:
    fund = new_fund(engine)
    first, second, third = (_request(engine, fund, kind=kind) for kind in ("a", "b", "a"))
    assert jobs.listed(engine, fund) == [third, second, first]
    assert jobs.listed(engine, fund, kind="a") == [third, first]
    assert jobs.listed(engine, fund, limit=1) == [third]


def test_one_job_is_pending_for_a_key_whoever_asks(engine: Engine) -> None:
    fund, other = new_fund(engine), new_fund(engine)
    first = _request(engine, fund, "2012")
    assert _request(engine, fund, "2012") == first
    apart = [
        _request(engine, other, "2012"),
        _request(engine, fund, "2013"),
        _request(engine, fund, "2012", kind="another"),
        _request(engine, fund),
        _request(engine, fund),
    ]
    assert len({job.id for job in [first, *apart]}) == 6


def test_a_key_is_free_again_when_its_job_has_ended(engine: Engine) -> None:
    fund = new_fund(engine)
    asked = set()
    for status in ("done", "failed", "done"):
        job = _request(engine, fund, "2012")
        asked.add(job.id)
        with engine.begin() as connection:
            connection.execute(
                sa.text("UPDATE job SET status = :status WHERE id = :id"),
                {"status": status, "id": job.id},
            )
    assert len(asked) == 3


def test_of_many_who_ask_at_once_all_get_the_same_job(engine: Engine) -> None:
    fund = new_fund(engine)
    together = threading.Barrier(8)
    found: list[UUID] = []

    def ask() -> None:
        together.wait()
        found.append(_request(engine, fund, "2012").id)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == len(jobs.listed(engine, fund)) == 1


def test_a_status_that_does_not_exist_is_refused(engine: Engine) -> None:
    job = _request(engine, new_fund(engine))
    with engine.begin() as connection, pytest.raises(sa.exc.IntegrityError, match="job_status"):
        connection.execute(sa.text("UPDATE job SET status = 'lost' WHERE id = :id"), {"id": job.id})


def test_a_job_may_make_the_fund_that_it_names(engine: Engine) -> None:
    fund = uuid7()
    job = _request(engine, fund)
    assert [each.id for each in jobs.listed(engine, fund)] == [job.id]
