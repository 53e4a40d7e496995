"""The nightly verification of every fund, as jobs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, time
from uuid import UUID

from sqlalchemy import Connection, Engine

from app.services.jobs.jobs import SITE
from app.services.jobs.progress import Progress
from app.services.jobs.runner import Handler
from app.services.verification.verify_fund import verify
from app.store.database.connections import reading
from app.store.jobs import jobs
from app.store.jobs.jobs import Job
from app.store.log import verifications

VERIFY = "verify_fund"
_TOLD = 10  # findings in the result of a job; all are with the verification
_RANDOM_BITS = 80  # of a UUID of version 7, behind its milliseconds


def ask(connection: Connection, fund_id: UUID, requested_by: str = SITE) -> Job:
    """Ask to have a fund verified, unless that is asked for already."""
    return jobs.request(
        connection, fund_id, VERIFY, {}, requested_by=requested_by, dedupe_key=VERIFY
    )


def ask_nightly(engine: Engine, now: datetime | None = None) -> None:
    """Ask for every fund that was not verified since midnight (UTC), but for those made since."""
    midnight = datetime.combine((now or datetime.now(UTC)).date(), time.min, UTC)
    with reading(engine) as driver:
        due = verifications.due(driver, midnight, _first_id(midnight))
    with engine.begin() as connection:
        for fund_id in due:
            ask(connection, fund_id)


def _first_id(moment: datetime) -> UUID:
    """Return the least id that is made at a moment or later."""
    return UUID(int=int(moment.timestamp() * 1000) << _RANDOM_BITS)


def _verify(engine: Engine, job: Job, _: Progress) -> object:
    report = verify(engine, job.fund_id)
    findings = [asdict(each) for each in report.findings]
    return {
        "events": report.end[0],
        "snapshots": report.snapshots,
        "mismatches": len(findings),
        "findings": findings[:_TOLD],
    }


HANDLERS: dict[str, Handler] = {VERIFY: _verify}
