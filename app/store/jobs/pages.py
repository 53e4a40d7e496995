"""Jobs as they are looked through: a page at a time, of a fund or of all, and counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import get_args
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from app.store.database.schema import fund, huey_schedule, huey_task, job
from app.store.jobs.jobs import Job, Status, as_job

STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Page:
    """Some jobs, the newest request first."""

    jobs: list[Job]
    next_cursor: UUID | None  # where the next page begins; none on the last


@dataclass(frozen=True, slots=True)
class Depth:
    """How many wake-ups lie in the queue: for now, and for after a pause."""

    now: int
    later: int


def page(
    connection: Connection,
    fund_id: UUID | None,
    status: Status | None,
    limit: int,
    before: UUID | None,
) -> Page:
    """Read a page of a fund's jobs, or of those of all funds."""
    conditions: list[ColumnElement[bool]] = []
    if fund_id is not None:
        conditions.append(job.c.fund_id == fund_id)
    if status is not None:
        conditions.append(job.c.status == status)
    if before is not None:
        conditions.append(job.c.id < before)
    query = sa.select(job).where(*conditions).order_by(job.c.id.desc()).limit(limit + 1)
    found = [as_job(row) for row in connection.execute(query)]
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


def tally(connection: Connection, fund_id: UUID | None) -> dict[Status, int]:
    """Count a fund's jobs by status, or those of all funds."""
    query = sa.select(job.c.status, sa.func.count()).group_by(job.c.status)
    if fund_id is not None:
        query = query.where(job.c.fund_id == fund_id)
    found: dict[Status, int] = dict(connection.execute(query).all())
    return {status: found.get(status, 0) for status in STATUSES}


def depth(connection: Connection) -> Depth:
    """Count what lies in the queue."""
    now, later = (
        sa.select(sa.func.count()).select_from(table).scalar_subquery()
        for table in (huey_task, huey_schedule)
    )
    return Depth(*connection.execute(sa.select(now, later)).one())


def fund_names(connection: Connection, fund_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Give the names of funds; one that an import is still to make has none."""
    query = sa.select(fund.c.id, fund.c.name).where(fund.c.id.in_(set(fund_ids)))
    return dict(connection.execute(query).all())


def clock(connection: Connection) -> datetime:
    """Read the clock that tells when jobs begin and end."""
    now: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return now
