"""What each person has asked of the site lately, counted so that it holds under races."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from app.config import PersonLimits
from app.store.database.engines import PERSON_LIMITS
from app.store.jobs.tables import PENDING, job
from app.store.log.tables import event

DAY = timedelta(days=1)
_NOW = sa.func.clock_timestamp()


def limits(connection: Connection) -> PersonLimits:
    """Return the limits that the connection's engine was opened with."""
    found = connection.get_execution_options().get(PERSON_LIMITS, PersonLimits())
    assert isinstance(found, PersonLimits)
    return found


def lock(connection: Connection, person_id: UUID | str) -> None:
    """Let nobody else count what this person asks for until the transaction ends.

    To be taken last: whoever holds it waits for no other lock of the site.
    """
    key = sa.func.hashtextextended(f"person {person_id}", 0)
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def jobs_under_way(connection: Connection, person_id: UUID | str) -> int:
    """Count the jobs that a person waits for."""
    query = sa.select(sa.func.count()).select_from(job)
    query = query.where(job.c.requested_by == str(person_id), sa.text(PENDING))
    return int(connection.execute(query).scalar_one())


def asked_lately(connection: Connection, person_id: UUID | str, kind: str) -> tuple[int, timedelta]:
    """Count a person's requests for jobs of a kind in a day, and tell when the first is a day old.

    The nightly ones are nobody's.
    """
    theirs = (job.c.requested_by == str(person_id), job.c.kind == kind)
    return _lately(connection, job, job.c.requested_at, *theirs)


def made_lately(connection: Connection, person_id: UUID | str) -> tuple[int, timedelta]:
    """Count the funds that a person made in a day, and tell when the first is a day old."""
    made_at = sa.func.coalesce(event.c.loaded_at, event.c.recorded_at)
    theirs = (event.c.recorded_by == str(person_id), event.c.sequence == 1)
    return _lately(connection, event, made_at, *theirs)


def _lately(
    connection: Connection,
    table: sa.Table,
    moment: ColumnElement[Any],
    *which: ColumnElement[bool],
) -> tuple[int, timedelta]:
    query = sa.select(sa.func.count(), sa.func.min(moment), _NOW).select_from(table)
    count, first, now = connection.execute(query.where(*which, moment > _NOW - DAY)).one()
    oldest: datetime = first or now
    return count, oldest + DAY - now
