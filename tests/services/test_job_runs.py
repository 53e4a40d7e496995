"""A job belongs to one run at a time, and to none for ever."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine

from app.services import job_runs, jobs, nightly, timeline
from app.services.job_progress import Progress
from app.services.jobs import Job
from app.store import job_runs as runs
from app.store.job_runs import LostJobError
from tests.ledgers import called, new_fund, record
from tests.running_site import poll

_AT_ONCE = timedelta()


def _request(engine: Engine, fund: UUID) -> Job:
    with engine.begin() as connection:
        return jobs.request(connection, fund, "test", {}, requested_by="gp")


def _claim(engine: Engine, job: Job) -> Job:
    with engine.begin() as connection:
        claimed = runs.claim(connection, job.fund_id, job.id)
    assert claimed is not None
    return claimed


def _again(engine: Engine, job: Job) -> Job:
    return jobs.find(engine, job.fund_id, job.id)


def _run(engine: Engine, job: Job, handler: job_runs.Handler) -> Job:
    job_runs.run(engine, {"test": handler}, job.fund_id, job.id, 0)
    return _again(engine, job)


def test_a_job_that_is_being_done_cannot_be_taken(engine: Engine) -> None:
    job = _request(engine, new_fund(engine))
    _claim(engine, job)
    with engine.begin() as connection:
        assert runs.claim(connection, job.fund_id, job.id) is None


def test_a_run_that_shows_life_keeps_its_job(engine: Engine) -> None:
    job = _claim(engine, _request(engine, new_fund(engine)))
    job_runs.sweep(engine)
    assert _again(engine, job).status == "running"
    job_runs.sweep(engine, _AT_ONCE)
    swept = _again(engine, job)
    assert (swept.status, swept.error) == ("queued", "its worker ended before the job did")


def test_a_job_that_kills_its_worker_each_time_is_given_up(engine: Engine) -> None:
    job = _request(engine, new_fund(engine))
    for _ in range(job_runs.TRIES):
        _claim(engine, job)
        job_runs.sweep(engine, _AT_ONCE)
    assert _again(engine, job).status == "failed"


def test_what_a_run_does_after_it_lost_its_job_does_not_count(engine: Engine) -> None:
    fund = new_fund(engine)

    def sleepy(engine: Engine, job: Job, progress: Progress) -> str:
        """Lose the job to another run, and go on without knowing."""
        job_runs.sweep(engine, _AT_ONCE)
        _claim(engine, job)
        with pytest.raises(LostJobError), engine.begin() as connection:
            progress.finish(connection, "too late")
        return "too late again"

    job = _run(engine, _request(engine, fund), sleepy)
    assert (job.status, job.attempts, job.result) == ("running", 2, None)


def test_a_handler_that_lost_its_job_is_told_when_it_reports(engine: Engine) -> None:
    told = []

    def slow(engine: Engine, job: Job, progress: Progress) -> None:
        job_runs.sweep(engine, _AT_ONCE)
        steps = iter(range(10_000))

        def refused() -> bool:
            try:
                progress.report(next(steps))
            except LostJobError:
                told.append(job.id)
            return bool(told)

        poll(refused, 10, "the handler is told")

    job = _run(engine, _request(engine, new_fund(engine)), slow)
    assert told == [job.id]
    assert job.status == "queued"


def test_an_effect_and_its_jobs_end_are_undone_together(engine: Engine) -> None:
    fund = new_fund(engine)

    def fails_late(engine: Engine, _job: Job, progress: Progress) -> None:
        with engine.begin() as connection:
            progress.finish(connection)
            raise RuntimeError("after all")

    job = _run(engine, _request(engine, fund), fails_late)
    assert (job.status, job.error) == ("queued", "RuntimeError: after all")


def test_a_result_that_is_no_json_is_an_error_like_others(engine: Engine) -> None:
    job = _run(engine, _request(engine, new_fund(engine)), lambda *_: object())
    assert job.status == "queued"
    assert "not JSON serializable" in str(job.error)


def test_a_stop_in_the_middle_hands_the_job_back(engine: Engine) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    job = _request(engine, new_fund(engine))
    with pytest.raises(KeyboardInterrupt):
        _run(engine, job, stopped)
    assert (_again(engine, job).status, _again(engine, job).attempts) == ("queued", 0)


def test_pauses_double_up_to_thirty_seconds_and_are_not_in_step() -> None:
    for failures, longest in enumerate((1, 2, 4, 8, 16, 30, 30), 1):
        pauses = {job_runs.pause_after(failures).total_seconds() for _ in range(50)}
        assert len(pauses) > 1
        assert longest * 0.75 <= min(pauses) <= max(pauses) <= longest


def test_a_nightly_hook_that_fails_does_not_keep_the_others_from_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    fund = new_fund(engine)

    def fails(_engine: Engine) -> None:
        raise RuntimeError("not tonight")

    monkeypatch.setattr(nightly, "HOOKS", [fails, lambda engine: record(engine, fund, called("1"))])
    nightly.run(engine)
    assert len(timeline.between(engine, fund, 1, 9)) == 2
