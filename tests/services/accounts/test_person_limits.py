"""What one person may ask of a site: so much, also at the same moment, and no more."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from app.config import PersonLimits
from app.domain.errors import ImportStepError, LimitReachedError
from app.services.funds.new_fund import establish
from app.services.imports import uploads, workflow
from app.services.imports.jobs import HANDLERS
from app.services.jobs import jobs, overview, runner
from app.services.snapshots import jobs as snapshot_jobs
from app.services.snapshots import requests
from app.services.snapshots.take import SnapshotRequest
from app.store.admission.batches import Author
from app.store.database.engines import PERSON_LIMITS
from app.store.jobs import runs
from tests.ledgers import new_fund
from tests.people import somebody

TERMS = {"currency": "USD", "size": "1000", "vintage_year": 2010, "inception_on": "2010-01-01"}
CSV = b"effective_on,event_type,amount,investor\n2010-01-05,COMMITMENT_MADE,500,Alma\n"


def limited(engine: Engine, **most: int) -> Engine:
    """Return the engine of a site that allows so much."""
    unlimited = {"jobs": 1000, "snapshots": 1000, "funds": 1000}
    return engine.execution_options(**{PERSON_LIMITS: PersonLimits(**(unlimited | most))})


def ask(engine: Engine, fund: UUID, person: UUID, key: str | None = None) -> jobs.Job:
    what = SnapshotRequest(date(2012, 3, 31), "manual", str(person), "")
    return requests.ask(engine, fund, what, key=key).job


def make(engine: Engine, person: UUID, key: str | None = None) -> UUID:
    author = Author(str(person), "api", may_adjust=True)
    name = f"Fund {uuid4()}"
    if key:
        name = f"Fund {key}"
    return establish(engine, name, TERMS, [], author, key=key, gp=person).fund.id


def outcomes(act: Callable[[int], object], times: int) -> tuple[int, int]:
    """Act so many times at once; return how often it was done and how often it was too much."""

    def one(number: int) -> bool:
        try:
            act(number)
        except LimitReachedError:
            return False
        return True

    with ThreadPoolExecutor(times) as pool:
        done = list(pool.map(one, range(times)))
    return done.count(True), done.count(False)


def test_who_waits_for_as_many_jobs_as_they_may_waits_until_one_has_ended(engine: Engine) -> None:
    site, fund, person = limited(engine, jobs=2), new_fund(engine), somebody(engine).id
    first = ask(site, fund, person)
    ask(site, new_fund(engine), person)
    with pytest.raises(LimitReachedError, match="2 jobs of yours are under way, and one person may"
                       " have 2: wait until one has ended") as refused:  # fmt: skip
        ask(site, fund, person)
    assert (refused.value.field, refused.value.value, refused.value.seconds) == ("jobs", "2", 10)
    ask(site, fund, somebody(engine).id)
    runner.run(engine, snapshot_jobs.HANDLERS, fund, first.id, 0)
    ask(site, fund, person)


def test_jobs_are_counted_right_when_they_are_asked_for_at_the_same_moment(engine: Engine) -> None:
    site, fund, person = limited(engine, jobs=3), new_fund(engine), somebody(engine).id
    assert outcomes(lambda _: ask(site, fund, person), 8) == (3, 5)


def test_what_was_asked_for_before_under_a_key_is_given_again(engine: Engine) -> None:
    site, fund, person = limited(engine, jobs=1), new_fund(engine), somebody(engine).id
    first = ask(site, fund, person, "a key")
    assert ask(site, fund, person, "a key").id == first.id


def test_a_check_that_is_under_way_is_given_and_counts_once(engine: Engine) -> None:
    site, fund, person = limited(engine, jobs=1), new_fund(engine), str(somebody(engine).id)
    first = snapshot_jobs.ask_to_check(site, fund, person)
    assert snapshot_jobs.ask_to_check(site, fund, person).id == first.id
    with pytest.raises(LimitReachedError):
        snapshot_jobs.ask_to_check(site, new_fund(engine), person)


def test_a_failed_job_is_tried_anew_within_the_limit_of_who_asked_for_it(engine: Engine) -> None:
    site, fund, person = limited(engine, jobs=1), new_fund(engine), somebody(engine).id
    failed = ask(site, fund, person)
    with engine.begin() as connection:
        run = runs.claim(connection, fund, failed.id)
        assert run
        runs.fail(connection, run, "the disk is full", None)
    ask(site, fund, person)
    with pytest.raises(LimitReachedError):
        overview.retry(site, fund, failed.id, "maya")


def test_what_the_site_asks_for_itself_is_not_counted(engine: Engine) -> None:
    site, person = limited(engine, jobs=1), somebody(engine).id
    for _ in range(3):
        with site.begin() as connection:
            snapshot_jobs.ask_to_take(
                connection,
                new_fund(engine),
                SnapshotRequest(date(2012, 3, 31), "scheduled", "asof"),
            )
    ask(site, new_fund(engine), person)


def test_snapshots_are_counted_for_a_day(engine: Engine, owner_engine: Engine) -> None:
    site, fund, person = limited(engine, snapshots=2), new_fund(engine), somebody(engine).id
    for _ in range(2):
        job = ask(site, fund, person)
        runner.run(engine, snapshot_jobs.HANDLERS, fund, job.id, 0)
    with pytest.raises(LimitReachedError, match="asked for 2 snapshots within 24 hours, and one"
                       " person may ask for 2: ask again in 24 hours") as refused:  # fmt: skip
        ask(site, fund, person)
    assert timedelta(hours=23) < timedelta(seconds=refused.value.seconds) <= timedelta(days=1)
    _a_day_passes(owner_engine, person, "requested_at")
    ask(site, fund, person)


def _a_day_passes(owner_engine: Engine, person: UUID, column: str) -> None:
    with owner_engine.begin() as connection:
        connection.execute(
            text(f"UPDATE job SET {column} = {column} - interval '1 day' WHERE requested_by = :by"),
            {"by": str(person)},
        )


def test_funds_are_counted_for_a_day_and_at_the_same_moment(engine: Engine) -> None:
    site, person = limited(engine, funds=3), somebody(engine).id
    assert outcomes(lambda _: make(site, person), 8) == (3, 5)
    with pytest.raises(LimitReachedError, match="you made 3 funds within 24 hours, and one person"
                       " may make 3: make the next one in 24 hours"):  # fmt: skip
        make(site, person)
    make(site, somebody(engine).id)


def test_a_fund_that_was_made_before_under_a_key_is_given_again(engine: Engine) -> None:
    site, person, key = limited(engine, funds=1), somebody(engine).id, uuid4().hex
    first = make(site, person, key)
    assert make(site, person, key) == first


def test_a_fund_that_would_be_one_too_many_is_not_there(engine: Engine) -> None:
    site, person = limited(engine, funds=1), somebody(engine).id
    make(site, person)
    with pytest.raises(LimitReachedError):
        make(site, person, key := uuid4().hex)
    make(limited(engine), person, key)  # its name is free


def test_a_history_counts_by_when_it_was_brought_in(engine: Engine) -> None:
    site, person = limited(engine, funds=2), somebody(engine).id
    recorded = f"{datetime.now(UTC) - timedelta(days=400):%Y-%m-%d}T12:00:00Z"
    old = f"recorded_at,effective_on,event_type,amount,investor\n{recorded},2010-01-05,"
    old += "COMMITMENT_MADE,500,Alma\n"
    for _ in range(2):
        fund = _judged(site, person, old.encode())
        workflow.commit(site, fund, person)
        _work(site, fund)
    third = _judged(site, person, CSV)
    with pytest.raises(LimitReachedError, match="you made 2 funds within 24 hours"):
        workflow.commit(site, third, person)
    assert workflow.find_import(engine, third, person).fund_name, "it is kept"


def test_imports_that_are_written_at_the_same_moment_are_counted_too(engine: Engine) -> None:
    site, person = limited(engine, funds=1), somebody(engine).id
    both = [_judged(site, person, CSV) for _ in range(2)]
    for fund in both:
        workflow.commit(site, fund, person)
        # Neither is there yet.
    for fund in both:
        _work(site, fund)
    results = [jobs.listed(engine, fund, kind="write_import")[0].result for fund in both]
    assert [sorted(result) for result in results] == [["events", "file"], ["put_off", "refused"]]
    assert "you made 1 fund within 24 hours" in results[1]["refused"]


def _judged(engine: Engine, person: UUID, content: bytes) -> UUID:
    fund = uploads.upload(engine, person, f"Imported {uuid4()}", "mine.csv", content)
    _work(engine, fund)
    return fund


def _work(engine: Engine, fund: UUID) -> None:
    for job in reversed(jobs.listed(engine, fund)):
        runner.run(engine, HANDLERS, fund, job.id, 0)


def test_dry_runs_and_imports_are_jobs_too(engine: Engine) -> None:
    site, person = limited(engine, jobs=1), somebody(engine).id
    sound = _judged(site, person, CSV)
    uploads.upload(site, person, "Another", "mine.csv", CSV)
    with pytest.raises(LimitReachedError):
        uploads.upload(site, person, "A third", "mine.csv", CSV)
    with pytest.raises(LimitReachedError):
        workflow.commit(site, sound, person)
    assert len(workflow.listed(engine, person)) == 2, "what was refused is not kept"


def test_files_on_their_way_are_counted_right_at_the_same_moment(engine: Engine) -> None:
    person, most = somebody(engine).id, uploads.MOST
    for number in range(most - 1):
        uploads.upload(engine, person, f"File {number}", "mine.csv", b"a,b\n1,2\n")

    def upload(number: int) -> bool:
        try:
            uploads.upload(engine, person, f"More {number}", "mine.csv", b"a,b\n1,2\n")
        except ImportStepError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(upload, range(6))).count(True) == 1
