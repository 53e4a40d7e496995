"""A job belongs to one run at a time, and to none for ever."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine

from app.domain.accounts.audit import AuditKind
from app.services.accounts import audit
from app.services.jobs import jobs, overview, runner
from app.services.jobs.jobs import Job
from app.services.jobs.progress import Progress
from app.services.operations import audit_reports
from app.services.reads import timeline
from app.store.accounts.audit_search import AuditFilters
from app.store.jobs import runs
from app.store.jobs.jobs import Count
from app.store.jobs.runs import LostJobError
from tasks import nightly
from tests.ledgers import called, new_fund, record
from tests.people import somebody
from tests.running_site import poll

_AT_ONCE = timedelta()


def _request(engine: Engine, fund: UUID, key: str | None = None) -> Job:
    with engine.begin() as connection:
        return jobs.request(connection, fund, "test", {}, requested_by="gp", dedupe_key=key)


def _claim(engine: Engine, job: Job) -> Job:
    with engine.begin() as connection:
        claimed = runs.claim(connection, job.fund_id, job.id)
    assert claimed is not None
    return claimed


def _failed(engine: Engine, job: Job) -> Job:
    with engine.begin() as connection:
        runs.fail(connection, _claim(engine, job), "no luck", None)
    return _again(engine, job)


def _again(engine: Engine, job: Job) -> Job:
    return jobs.find_job(engine, job.fund_id, job.id)


def _run(engine: Engine, job: Job, handler: runner.Handler) -> Job:
    runner.run(engine, {"test": handler}, job.fund_id, job.id, 0)
    return _again(engine, job)


def test_a_job_that_is_being_done_cannot_be_taken(engine: Engine) -> None:
    job = _request(engine, new_fund(engine))
    _claim(engine, job)
    with engine.begin() as connection:
        assert runs.claim(connection, job.fund_id, job.id) is None


def test_a_run_that_shows_life_keeps_its_job(engine: Engine) -> None:
    job = _claim(engine, _request(engine, new_fund(engine)))
    runner.sweep(engine)
    assert _again(engine, job).status == "running"
    runner.sweep(engine, _AT_ONCE)
    swept = _again(engine, job)
    assert (swept.status, swept.attempts, swept.lost_leases) == ("queued", 0, 1)
    assert swept.error is None


def test_a_job_that_kills_its_worker_each_time_is_given_up(engine: Engine) -> None:
    job = _request(engine, new_fund(engine))
    for lost in range(1, 51):
        _claim(engine, job)
        runner.sweep(engine, _AT_ONCE)
        after = _again(engine, job)
        assert (after.attempts, after.lost_leases) == (0, lost)
        assert after.status == ("queued" if lost < 50 else "failed")
    assert "its worker was lost 50 times before the job was done" in str(after.error)
    assert after.finished_at is not None


def test_what_was_lost_is_no_failure_and_takes_no_try_away(engine: Engine) -> None:
    job = _request(engine, new_fund(engine))
    for _ in range(7):
        _claim(engine, job)
        runner.sweep(engine, _AT_ONCE)

    def fails(*_: object) -> None:
        raise RuntimeError("no luck")

    for failures in range(1, 6):
        after = _run(engine, job, fails)
        assert (after.attempts, after.lost_leases) == (failures, 7)
        assert after.status == ("queued" if failures < 5 else "failed")


def test_a_job_is_not_begun_before_its_pause_is_over(engine: Engine) -> None:
    job = _claim(engine, _request(engine, new_fund(engine)))
    with engine.begin() as connection:
        runs.fail(connection, job, "no luck", timedelta(minutes=1))
        assert runs.claim(connection, job.fund_id, job.id) is None


def test_a_failed_job_is_tried_anew_with_fresh_counts_and_keeps_its_past(engine: Engine) -> None:
    job = _failed(engine, _request(engine, new_fund(engine)))
    anew = overview.retry(engine, job.fund_id, job.id, "maya")
    assert (anew.id, anew.status, anew.attempts, anew.lost_leases) == (job.id, "queued", 0, 0)
    assert (anew.error, anew.started_at, anew.finished_at) == (None, None, None)
    [past] = anew.history
    assert (past["error"], past["attempts"], past["lost_leases"]) == ("no luck", 1, 0)
    assert past["retried_by"] == "maya"
    assert job.finished_at == datetime.fromisoformat(past["failed_at"])
    assert datetime.fromisoformat(past["failed_at"]) < datetime.fromisoformat(past["retried_at"])
    done = _run(engine, job, lambda *_: "luck")
    assert (done.status, done.attempts, done.runs, done.result) == ("done", 1, 2, "luck")
    assert done.history == anew.history


def test_what_has_not_failed_is_not_tried_anew(engine: Engine) -> None:
    job = _request(engine, new_fund(engine))
    assert overview.retry(engine, job.fund_id, job.id, "maya") == job
    done = _run(engine, job, lambda *_: None)
    assert overview.retry(engine, job.fund_id, job.id, "maya") == done


def test_what_is_under_way_already_is_not_tried_anew_beside_it(engine: Engine) -> None:
    fund = new_fund(engine)
    first = _failed(engine, _request(engine, fund, "2012"))
    second = _request(engine, fund, "2012")
    assert overview.retry(engine, fund, first.id, "maya") == second
    assert _again(engine, first) == first


def test_a_run_from_before_the_retry_cannot_end_the_job(engine: Engine) -> None:
    """Its count of attempts is that of the new run; its number is not."""
    zombie = _claim(engine, _request(engine, new_fund(engine)))
    with engine.begin() as connection:
        runs.lose(connection, zombie, 1)
    overview.retry(engine, zombie.fund_id, zombie.id, "maya")
    assert _claim(engine, zombie).attempts == zombie.attempts
    with engine.begin() as connection, pytest.raises(LostJobError):
        runs.finish(connection, zombie, "doubled", Count())


def test_what_a_run_does_after_it_lost_its_job_does_not_count(engine: Engine) -> None:
    fund = new_fund(engine)

    def sleepy(engine: Engine, job: Job, progress: Progress) -> str:
        """Lose the job to another run, and go on without knowing."""
        runner.sweep(engine, _AT_ONCE)
        _claim(engine, job)
        with pytest.raises(LostJobError), engine.begin() as connection:
            progress.finish(connection, "too late")
        return "too late again"

    job = _run(engine, _request(engine, fund), sleepy)
    assert (job.status, job.runs, job.lost_leases, job.result) == ("running", 2, 1, None)


@pytest.mark.parametrize("ends", [RuntimeError("too late"), KeyboardInterrupt()], ids=type)
def test_a_run_that_ends_badly_after_it_lost_its_job_leaves_it_to_the_other(
    engine: Engine, ends: BaseException
) -> None:
    def robbed(engine: Engine, job: Job, _: Progress) -> None:
        runner.sweep(engine, _AT_ONCE)
        _claim(engine, job)
        raise ends

    job = _request(engine, new_fund(engine))
    stopped = isinstance(ends, KeyboardInterrupt)  # which is for the worker to know of
    with pytest.raises(KeyboardInterrupt) if stopped else nullcontext():
        _run(engine, job, robbed)
    after = _again(engine, job)
    assert (after.status, after.runs, after.error) == ("running", 2, None)


def test_a_handler_that_lost_its_job_is_told_when_it_reports(engine: Engine) -> None:
    told = []

    def slow(engine: Engine, job: Job, progress: Progress) -> None:
        runner.sweep(engine, _AT_ONCE)
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
        pauses = {runner.pause_after(failures).total_seconds() for _ in range(50)}
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


def test_what_a_job_does_is_recorded_as_done_by_who_asked_for_it(engine: Engine) -> None:
    person, fund = somebody(engine), new_fund(engine)

    def recorded(requested_by: str) -> tuple[str, str | None]:
        def handle(engine: Engine, job: Job, _: Progress) -> None:
            with engine.begin() as connection:
                audit.record(connection, AuditKind.EXPORTED, fund_id=job.fund_id)

        with engine.begin() as connection:
            job = jobs.request(connection, fund, "test", {}, requested_by=requested_by)
        assert _run(engine, job, handle).status == "done"
        page = audit_reports.audit_page(engine, AuditFilters(fund_id=fund), 1)
        return page.events[0].actor, page.events[0].device

    assert recorded(str(person.id)) == (person.email, "worker")
    assert recorded("Asof") == ("whoever runs the site", "worker")
