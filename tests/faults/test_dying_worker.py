"""A worker that is killed at any point of a job leaves it to another, and its effect comes once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from app.config import PROJECT, Settings
from app.domain.errors import UnknownFundError, UnknownImportError
from app.services.funds import funds
from app.services.imports import uploads, workflow
from app.services.imports.jobs import HANDLERS, JUDGE, WRITE
from app.services.imports.write_fund import import_fund, plan_import
from app.services.jobs import jobs, runner
from app.services.jobs.jobs import Job
from app.services.snapshots import jobs as snapshot_jobs
from app.services.snapshots import take
from app.services.snapshots.jobs import BUILD_MISSING, TAKE
from app.services.snapshots.take import SnapshotRequest
from app.services.snapshots.verify import check
from app.services.verification import verify_log
from app.store.accounts.people import Person
from tests.faults.mortals import Mortals, mortals, points
from tests.ledgers import called, company, investment, look, mark, new_fund
from tests.running_site import poll
from tests.tasks.working import settle_jobs

_POINTS = 10
_EXAMPLE = PROJECT / "app/static/example-fund.csv"


@pytest.fixture(scope="module")
def workers(settings: Settings, engine: Engine) -> Iterator[Mortals]:  # noqa: ARG001 (it is ready)
    given = {"ASOF_HOME": str(settings.home), "DATABASE_URL": settings.database_url or ""}
    with mortals("tests.faults.dying_worker", given) as workers:
        yield workers


@pytest.fixture(autouse=True)
def _settled(engine: Engine) -> None:
    """Leave no job of other tests, whose turn would come first."""
    settle_jobs(engine)


def _do(workers: Mortals, job: Job, point: int = 0) -> str:
    """Have a worker do a job, and die before that statement of it."""
    return workers.do(job.fund_id, job.id, point=point)


def _given_on(engine: Engine, job: Job) -> None:
    """Sweep as the worker does each minute, but think all dead that do not show life right now."""

    def is_free() -> bool:
        runner.sweep(engine, timedelta(0))
        return _found(engine, job).status != "running"

    poll(is_free, 10, f"taken back: {_found(engine, job)}")


def _found(engine: Engine, job: Job) -> Job:
    return jobs.find_job(engine, job.fund_id, job.id)


@pytest.fixture(scope="module")
def long_fund(engine: Engine) -> UUID:
    """Return a fund with a log of some length, and marks of days long past among it."""
    start = date(2010, 3, 1)
    calls = [called("5", str(start + timedelta(days=place))) for place in range(1_600)]
    late = mark("70", "2010-06-30")
    return new_fund(engine, company(), investment("50"), *calls[:1_200], late, *calls[1_200:])


def _ask(engine: Engine, fund: UUID, kind: str) -> Job:
    """Ask for one snapshot or for all that are due, where there is none."""
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM snapshot WHERE fund_id = :f"), {"f": fund})
        if kind == TAKE:
            what = SnapshotRequest(date(2011, 12, 31), "manual", "someone")
            return snapshot_jobs.ask_to_take(connection, fund, what)
        return jobs.request(connection, fund, BUILD_MISSING, {}, requested_by="asof")


def _taken(engine: Engine, fund: UUID) -> list[tuple[date, int, str]]:
    page = take.snapshot_page(engine, fund, 1000)
    return sorted((each.as_of, each.through, each.state_hash.hex()) for each in page.snapshots)


@contextmanager
def _killed(engine: Engine, workers: Mortals, job: Job, point: int) -> Iterator[None]:
    """Kill the worker of a job, look around, then have another do it."""
    assert _do(workers, job, point) == "killed"
    yield
    _given_on(engine, job)
    _do(workers, job)
    assert _found(engine, job).status == "done", _found(engine, job)


@pytest.mark.parametrize("kind", [TAKE, BUILD_MISSING])
def test_snapshots_are_taken_once_wherever_the_worker_was_killed(
    engine: Engine, workers: Mortals, long_fund: UUID, kind: str
) -> None:
    chosen = points(_do(workers, _ask(engine, long_fund, kind)), _POINTS)
    undisturbed = _taken(engine, long_fund)
    assert len(undisturbed) >= (1 if kind == TAKE else 2)
    for point in chosen:
        job = _ask(engine, long_fund, kind)
        with _killed(engine, workers, job, point):
            pass
        assert _taken(engine, long_fund) == undisturbed, f"killed before statement {point}"
        assert check(engine, long_fund).wrong == []


def _ready_to_write(engine: Engine, admin: Person) -> Job:
    """Upload a file and have it judged; return the job that is to write it."""
    name, content = f"Imported {uuid4()}", _EXAMPLE.read_bytes()
    fund = uploads.upload(engine, admin.id, name, "example.csv", content)
    [judging] = jobs.listed(engine, fund, kind=JUDGE)
    runner.run(engine, HANDLERS, fund, judging.id, 0)
    workflow.commit(engine, fund, admin.id)
    [writing] = jobs.listed(engine, fund, kind=WRITE)
    return writing


def test_a_fund_is_imported_whole_and_once_wherever_the_worker_was_killed(
    engine: Engine, workers: Mortals, admin: Person
) -> None:
    plan = plan_import(_EXAMPLE.read_bytes())
    whole = import_fund(engine, f"Direct {uuid4()}", plan, admin.id)
    expected, events = look(engine, whole.id).figures, len(plan.drafts)
    for point in points(_do(workers, _ready_to_write(engine, admin)), _POINTS):
        job = _ready_to_write(engine, admin)
        with _killed(engine, workers, job, point):
            if _found(engine, job).status != "done":
                assert job.fund_id not in {fund.id for fund in funds.all_funds(engine)}
                with pytest.raises(UnknownFundError):
                    verify_log.verify(engine, job.fund_id)
        report = verify_log.verify(engine, job.fund_id)
        assert (report.events, report.broken) == (events, None), f"before statement {point}"
        assert look(engine, job.fund_id).figures == expected
        with pytest.raises(UnknownImportError):
            workflow.find_import(engine, job.fund_id, admin.id)
