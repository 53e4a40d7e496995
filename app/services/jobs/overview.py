"""Jobs with all that people want to know of them: of a fund, of all funds, or one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Engine

from app.services.accounts import person_limits
from app.services.jobs.jobs import SITE
from app.store.accounts import people
from app.store.jobs import jobs
from app.store.jobs.jobs import STATUSES, Depth, Job, Page, Status


@dataclass(frozen=True, slots=True)
class Overview:
    """A page of jobs, and what its reader needs besides."""

    page: Page
    tally: Mapping[Status, int]
    names: Mapping[str, str]  # of the people who asked, as far as they are known
    funds: Mapping[UUID, str]  # their names, where the jobs are those of all funds
    depth: Depth | None  # of the queue, which is that of all funds
    now: datetime  # as the clock shows that tells of jobs


@dataclass(frozen=True, slots=True)
class JobDetails:
    """One job, and what its reader needs besides."""

    job: Job
    names: Mapping[str, str]
    now: datetime


def of_fund(
    engine: Engine, fund_id: UUID, status: Status | None, limit: int, before: UUID | None
) -> Overview:
    """Read a page of a fund's jobs, the newest request first."""
    with engine.connect() as connection:
        page = jobs.job_page(connection, fund_id, status, limit, before)
        tally = jobs.tally(connection, fund_id)
        names = _names(connection, page.jobs)
        return Overview(page, tally, names, {}, None, jobs.clock(connection))


def of_all(engine: Engine, status: Status | None, limit: int, before: UUID | None) -> Overview:
    """Read a page of the jobs of all funds, the newest request first."""
    with engine.connect() as connection:
        page = jobs.job_page(connection, None, status, limit, before)
        return Overview(
            page,
            jobs.tally(connection, None),
            _names(connection, page.jobs),
            jobs.fund_names(connection, (job.fund_id for job in page.jobs)),
            jobs.depth(connection),
            jobs.clock(connection),
        )


def one(engine: Engine, fund_id: UUID, job_id: UUID) -> JobDetails:
    """Find a job. Raises UnknownJobError."""
    with engine.connect() as connection:
        job = jobs.find_job(connection, fund_id, job_id)
        return JobDetails(job, _names(connection, [job]), jobs.clock(connection))


def retry(engine: Engine, fund_id: UUID, job_id: UUID, retried_by: str) -> Job:
    """Have a failed job tried anew; one that has not failed is left alone.

    Where the same is under way in another job, that one is given. Raises UnknownJobError, and
    LimitReachedError where whoever asked for it waits for as many as they may.
    """
    with engine.begin() as connection:
        failed = jobs.find_job(connection, fund_id, job_id)
        if failed.status == "failed" and failed.requested_by != SITE:
            person_limits.check_jobs(connection, failed.requested_by)
        return jobs.retry(connection, fund_id, job_id, retried_by)


def _names(connection: Connection, found: Sequence[Job]) -> dict[str, str]:
    who = {job.requested_by for job in found}
    who |= {past["retried_by"] for job in found for past in job.history}
    return people.names(connection, who) if who else {}


__all__ = ["STATUSES", "JobDetails", "Overview", "of_all", "of_fund", "one", "retry"]
