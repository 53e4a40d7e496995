"""Jobs are done by real workers: soon, in the background, each once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from app.config import Settings
from app.services.jobs import jobs, runner
from app.services.jobs.jobs import Job
from app.store.jobs import runs, wakeups
from tests.ledgers import new_fund
from tests.running_site import poll
from tests.tasks.working import Worker, await_status, effects, gated, request, settle_jobs, working


@pytest.fixture(scope="module", autouse=True)
def worker(engine: Engine, settings: Settings) -> Iterator[Worker]:
    """Return a worker that is at work."""
    settle_jobs(engine)
    with working(settings) as worker:
        await_status(engine, request(engine, new_fund(engine)), "done", within=20)
        yield worker


def test_a_job_is_done_within_a_second_of_the_commit(engine: Engine) -> None:
    job = request(engine, new_fund(engine))
    done = await_status(engine, job, "done")
    assert done.started_at is not None
    assert done.finished_at is not None
    assert (done.finished_at - done.requested_at).total_seconds() < 1
    assert (done.attempts, done.result, done.error) == (1, {"recorded": 1}, None)
    assert (done.progress_done, done.progress_total) == (2, 2)
    assert effects(engine, done) == 1


def test_a_job_of_a_transaction_rolled_back_is_never_done(engine: Engine) -> None:
    fund = new_fund(engine)
    with engine.connect() as connection:
        undone = jobs.request(connection, fund, "record", {}, requested_by="gp")
        connection.rollback()
    later = await_status(engine, request(engine, fund), "done")
    assert jobs.listed(engine, fund) == [later]
    assert effects(engine, undone) == 0


def test_a_job_that_fails_is_tried_again_until_it_succeeds(engine: Engine) -> None:
    job = request(engine, new_fund(engine), "fail", until=3)
    done = await_status(engine, job, "done")
    assert (done.attempts, done.result, done.error) == (3, "luck", None)


def test_a_job_that_always_fails_is_given_up_with_its_error(engine: Engine) -> None:
    job = request(engine, new_fund(engine), "fail", until=99)
    failed = await_status(engine, job, "failed", within=20)
    assert failed.attempts == runner.TRIES == 5
    assert failed.error == "ValueError: no luck at attempt 5"
    assert failed.finished_at is not None


def test_a_job_of_a_kind_that_no_one_does_says_so(engine: Engine) -> None:
    job = request(engine, new_fund(engine), "conjure")
    failed = await_status(engine, job, "failed", within=20)
    assert "no handler for jobs of the kind 'conjure'" in str(failed.error)


def _progress(engine: Engine, job: Job) -> tuple[str, int, int | None] | None:
    found = jobs.find_job(engine, job.fund_id, job.id)
    done = found.progress_done
    return None if done is None else (found.status, done, found.progress_total)


def test_two_jobs_are_done_side_by_side_and_tell_how_far_they_are(
    engine: Engine, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    both = [gated(engine, new_fund(engine), gate) for _ in range(2)]
    for job in both:
        shown = poll(partial(_progress, engine, job), 5, "progress is shown")
        assert shown == ("running", 1, 2)
    gate.touch()
    for job in both:
        assert effects(engine, await_status(engine, job, "done")) == 1


def test_waking_up_for_a_job_again_does_nothing(engine: Engine, tmp_path: Path) -> None:
    fund, gate = new_fund(engine), tmp_path / "gate"
    done = await_status(engine, request(engine, fund), "done")
    running = gated(engine, fund, gate)
    with engine.begin() as connection:
        for job in (done, running, running):
            wakeups.wake_up(connection, fund, job.id)
    after = await_status(engine, request(engine, fund), "done")
    gate.touch()
    for job in (done, await_status(engine, running, "done"), after):
        assert effects(engine, job) == 1
        assert jobs.find_job(engine, fund, job.id).attempts == 1


def test_a_job_whose_wake_up_was_lost_is_found_by_the_sweep(engine: Engine) -> None:
    fund = new_fund(engine)
    with engine.begin() as connection:
        lost = jobs.request(connection, fund, "record", {}, requested_by="gp")
        assert lost not in runs.forgotten(connection)
        connection.execute(sa.text("DELETE FROM huey_task"))
        assert lost in runs.forgotten(connection)
    runner.sweep(engine)
    await_status(engine, lost, "done")
    assert effects(engine, lost) == 1
