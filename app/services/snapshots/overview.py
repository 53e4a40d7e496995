"""The snapshots of a fund with all that belongs to them: what overtook them, what is under way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, Engine

from app.domain.errors import UnknownSnapshotError
from app.domain.events.model import Event
from app.services.snapshots import jobs as snapshot_jobs
from app.services.snapshots import take
from app.services.snapshots.jobs import BUILD_MISSING, CHECK, REPAIR, TAKE
from app.services.snapshots.take import Page
from app.store.accounts import people
from app.store.database.connections import reading
from app.store.jobs import jobs
from app.store.jobs.jobs import Job
from app.store.log import lookups, stored_events
from app.store.snapshots import table as stored
from app.store.snapshots.model import Snapshot, Tally

_RECENT = 20  # requests that are looked through for those under way and those that failed
_REMEMBERED = timedelta(days=1)  # a failure that nobody minded is no longer news


@dataclass(frozen=True, slots=True)
class Overview:
    """A page of a fund's snapshots, and what its reader needs besides."""

    page: Page
    tally: Tally
    currency: str
    events: Mapping[int, Event]  # the last known of each snapshot, and what overtook it
    under_way: list[Job]  # the oldest request first
    failed: list[Job]  # lately, and not asked for again
    now: datetime  # as the clock shows that tells of jobs
    last_check: Job | None  # pending or ended
    wrong: list[tuple[Snapshot, str]]  # what the last check found, with the reason
    names: Mapping[str, str]  # of the people who had them taken, as far as they are known


def load_overview(
    engine: Engine, fund_id: UUID, limit: int, before: UUID | None = None
) -> Overview:
    """Read a page of snapshots, the newest first. Raises UnknownFundError."""
    # The work first: what is no longer under way by then has left its snapshot by now.
    with engine.connect() as connection:
        now = jobs.clock(connection)
        under_way, failed = _work(connection, fund_id, now)
        last_check = _last_check(connection, fund_id)
    page = take.snapshot_page(engine, fund_id, limit, before)
    with reading(engine) as driver:
        tally = stored.tally(driver, fund_id)
    named = {each.through for each in page.snapshots}
    named |= {each.valid_before for each in page.snapshots if each.valid_before}
    with engine.connect() as connection:
        events = stored_events.events_numbered(connection, fund_id, named) if named else []
        currency = lookups.currency_of(connection, fund_id)
        takers = {each.requested_by for each in page.snapshots if each.type == "manual"}
        names = people.names(connection, takers) if takers else {}
    return Overview(
        page,
        tally,
        currency,
        {event.sequence: event for event in events},
        under_way,
        failed,
        now,
        last_check,
        _wrong(engine, fund_id, last_check),
        names,
    )


def ask_to_check(engine: Engine, fund_id: UUID, requested_by: str, seen: str) -> Job:
    """Ask for a check, unless one was asked for since the last that the reader has seen.

    `seen` is the id of that one; empty where there was none. Raises LimitReachedError.
    """
    with engine.connect() as connection:
        last = _last_check(connection, fund_id)
    if last and str(last.id) != seen:
        return last
    return snapshot_jobs.ask_to_check(engine, fund_id, requested_by)


def _work(connection: Connection, fund_id: UUID, now: datetime) -> tuple[list[Job], list[Job]]:
    """Return what is under way and what failed lately."""
    takes = jobs.listed(connection, fund_id, kind=TAKE, limit=_RECENT)
    rest = [
        job
        for kind in (BUILD_MISSING, REPAIR)
        for job in jobs.listed(connection, fund_id, kind=kind, limit=1)
    ]
    found = sorted([*takes, *rest], key=lambda job: job.id)
    newest = {_wish(job): job.id for job in found}
    failed = [
        job
        for job in found
        if job.status == "failed" and _is_news(job, now) and newest[_wish(job)] == job.id
    ]
    return [job for job in found if job.is_pending], failed


def _is_news(job: Job, now: datetime) -> bool:
    return job.finished_at is not None and now - job.finished_at < _REMEMBERED


def _wish(job: Job) -> tuple[str, str, str]:
    """Tell what was wished for, however often it was asked for."""
    return job.kind, job.subject.get("as_of", ""), job.subject.get("description", "")


def _last_check(connection: Connection, fund_id: UUID) -> Job | None:
    return next(iter(jobs.listed(connection, fund_id, kind=CHECK, limit=1)), None)


def _wrong(engine: Engine, fund_id: UUID, check: Job | None) -> list[tuple[Snapshot, str]]:
    """Find the snapshots that a check names, as far as they are still there."""
    found = []
    for named in check.result["wrong"] if check and check.status == "done" else []:
        try:
            snapshot = take.find_snapshot(engine, fund_id, UUID(named["snapshot_id"]))
        except UnknownSnapshotError:
            continue
        found.append((snapshot, named["reason"]))
    return found
