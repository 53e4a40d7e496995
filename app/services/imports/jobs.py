"""The background work on import files: dry runs, the import itself, and what nobody finishes."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, Engine

from app.domain.errors import AsofError, FundNameTakenError, LimitReachedError
from app.services.accounts import person_limits
from app.services.import_files.faults import ImportFaultsError, faults_file
from app.services.imports.plan import ImportAnswers, ImportPlan, plan_as_given
from app.services.imports.report import of_faults, of_plan
from app.services.imports.write_fund import write_fund
from app.services.jobs.progress import Progress
from app.services.jobs.runner import Handler
from app.store import import_files
from app.store.funds import Fund
from app.store.import_files import Content
from app.store.jobs import jobs
from app.store.jobs.jobs import Job

JUDGE, WRITE = "judge_import", "write_import"
KEPT = timedelta(days=7)  # how long a file waits for somebody to go on with it


def ask(connection: Connection, kind: str, fund_id: UUID, revision: int, person_id: UUID) -> Job:
    """Ask for a dry run of a file as it is, or for its import. Raises LimitReachedError."""
    person_limits.check_jobs(connection, person_id)
    job = jobs.request(
        connection,
        fund_id,
        kind,
        {"revision": revision},
        requested_by=str(person_id),
        dedupe_key=str(revision),
    )
    import_files.set_job(connection, fund_id, job.id)
    return job


def discard_old(engine: Engine) -> None:
    """Take the files away that nobody went on with."""
    with engine.begin() as connection:
        import_files.remove_old(connection, KEPT)


def _judge(engine: Engine, job: Job, progress: Progress) -> object:
    if (file := _file(engine, job)) is None:
        return {"changed": True}
    faults = None
    try:
        findings = of_plan(_plan(file, progress))
    except ImportFaultsError as error:
        findings, faults = of_faults(error, file.content), faults_file(error.faults)
    with engine.begin() as connection:
        import_files.judged(connection, job.fund_id, _revision(job), findings, faults)
        progress.finish(connection, {"sound": findings["sound"]})
    return None


def _write(engine: Engine, job: Job, progress: Progress) -> object:
    """Make the fund; it, the end of the file and the end of the job come together or not at all."""
    if (file := _file(engine, job)) is None:
        return {"changed": True}
    plan = _plan(file, progress, parts=2)
    result = {"events": len(plan.drafts), "file": file.file_name}
    fund = Fund(job.fund_id, file.fund_name)
    try:
        with engine.begin() as connection:
            write_fund(connection, fund, plan, file.person_id, lambda done, total: progress.report(
                total + done, 2 * total
            ))  # fmt: skip
            person_limits.check_funds(connection, file.person_id, more=0)
            if not import_files.remove(connection, job.fund_id, _revision(job)):
                raise AsofError("the file was changed while it was imported")
            progress.finish(connection, result)
    except FundNameTakenError as error:
        return {"refused": str(error)}  # the page asks for another name
    except LimitReachedError as error:
        return {"refused": str(error), "put_off": error.reason}
    return None


def _file(engine: Engine, job: Job) -> Content | None:
    with engine.connect() as connection:
        return import_files.content(connection, job.fund_id, _revision(job))


def _revision(job: Job) -> int:
    return int(job.subject["revision"])


def _plan(file: Content, progress: Progress, parts: int = 1) -> ImportPlan:
    """Read and judge the file, which is the first of some parts of the work."""
    given = ImportAnswers(file.terms, file.mapping, file.accepted_duplicates, spare=True)
    return plan_as_given(
        file.content,
        given,
        lambda done, total: progress.report(done, parts * total),
        read=progress.report,
    )


HANDLERS: dict[str, Handler] = {JUDGE: _judge, WRITE: _write}
