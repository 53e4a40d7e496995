"""Those who ask for jobs take turns, and each job is done once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from uuid_utils.compat import uuid7

from app.services.jobs import jobs, runner
from app.services.jobs.jobs import Job
from tests.tasks.working import settle_jobs


def _asked_by(engine: Engine, who: str, jobs_of_theirs: int = 1) -> list[UUID]:
    ids = []
    for _ in range(jobs_of_theirs):
        with engine.begin() as connection:
            job = jobs.request(connection, uuid7(), "test", {}, requested_by=who)
        ids.append(job.id)
    return ids


@pytest.fixture
def alone(engine: Engine) -> None:
    """See that no other test's job is waiting, nor its wake-up."""
    settle_jobs(engine)


def _order(engine: Engine, count: int) -> list[str]:
    """Do so many jobs one after the other; return who had asked for them."""
    order: list[str] = []

    def note(_: Engine, job: Job, __: object) -> None:
        order.append(job.requested_by)

    for _ in range(count):
        runner.run_next(engine, {"test": note}, 0)
    return order


@pytest.mark.usefixtures("alone")
def test_those_who_ask_take_turns_however_many_jobs_they_have(engine: Engine) -> None:
    many, few, late = (f"{name} {uuid7()}" for name in ("many", "few", "late"))
    _asked_by(engine, many, 6)
    _asked_by(engine, few, 2)
    assert _order(engine, 3) == [many, few, many]
    _asked_by(engine, late, 1)
    assert _order(engine, 6) == [late, few, many, many, many, many]
    assert _order(engine, 1) == [], "nothing is left"


@pytest.mark.usefixtures("alone")
def test_who_has_a_job_running_lets_others_begin_first(engine: Engine) -> None:
    busy, idle = (f"{name} {uuid7()}" for name in ("busy", "idle"))
    _asked_by(engine, idle, 1)
    assert _order(engine, 1) == [idle]
    _asked_by(engine, busy, 3)
    begun: list[str] = []

    def hold(_: Engine, job: Job, __: object) -> None:
        begun.append(job.requested_by)
        if len(begun) == 1:
            _asked_by(engine, idle, 1)
            runner.run_next(engine, {"test": hold}, 0)

    runner.run_next(engine, {"test": hold}, 0)
    assert begun == [busy, idle]


@pytest.mark.usefixtures("alone")
def test_one_persons_jobs_are_done_in_the_order_in_which_they_were_asked_for(
    engine: Engine,
) -> None:
    asked = _asked_by(engine, f"many {uuid7()}", 4)
    done: list[UUID] = []
    for _ in asked:
        runner.run_next(engine, {"test": lambda _, job, __: done.append(job.id)}, 0)
    assert done == asked


@pytest.mark.usefixtures("alone")
def test_workers_that_look_at_the_same_moment_do_each_job_once(engine: Engine) -> None:
    asked = [job for number in range(3) for job in _asked_by(engine, f"{number} {uuid7()}", 4)]
    done: list[UUID] = []
    with ThreadPoolExecutor(6) as pool:
        for _ in asked:
            pool.submit(
                runner.run_next, engine, {"test": lambda _, job, __: done.append(job.id)}, 0
            )
    assert sorted(done) == sorted(asked)


@pytest.mark.usefixtures("alone")
def test_a_job_that_is_not_due_has_no_turn(engine: Engine) -> None:
    [job_id] = _asked_by(engine, f"one {uuid7()}")
    with engine.begin() as connection:
        later = "UPDATE job SET due_at = clock_timestamp() + interval '1 hour' WHERE id = :id"
        connection.execute(text(later), {"id": job_id})
    assert _order(engine, 1) == []


@pytest.mark.usefixtures("alone")
def test_a_job_whose_wake_up_was_lost_is_done_by_whoever_is_awake(engine: Engine) -> None:
    asked = _asked_by(engine, f"many {uuid7()}", 3)
    done: list[UUID] = []

    def wake() -> None:
        runner.run_next(engine, {"test": lambda _, job, __: done.append(job.id)}, 0)

    wake()
    assert done == asked[:1], "the others have wake-ups of their own"
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM huey_task"))
    wake()
    assert done == asked
