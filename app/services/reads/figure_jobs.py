"""The background work on figures by day: they are made anew where the log has moved on."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine

from app.services.jobs.jobs import SITE
from app.services.jobs.progress import Progress
from app.services.jobs.runner import Handler
from app.services.reads import figure_series, period_closes
from app.store import figure_series as store
from app.store.database.connections import reading
from app.store.jobs import jobs
from app.store.jobs.jobs import Job

MAKE = "make_figures"
_AT_ONCE = 200  # funds that are asked for at a time; the others come next


def ask_where_stale(engine: Engine) -> None:
    """Ask for the figures of funds that somebody looked at, and whose log has moved on since."""
    with reading(engine) as driver:
        due = store.stale(driver, _AT_ONCE)
    for fund_id, first, last in due:
        subject = {"first": first.isoformat(), "last": last.isoformat()}
        with engine.begin() as connection:
            jobs.request(connection, fund_id, MAKE, subject, requested_by=SITE, dedupe_key=MAKE)


def _make(engine: Engine, job: Job, _: Progress) -> object:
    through = period_closes.head_of(engine, job.fund_id)
    first, last = (date.fromisoformat(job.subject[name]) for name in ("first", "last"))
    series = figure_series.load_by_day(engine, job.fund_id, through, first, last)
    return {"days": len(series.dates)}


HANDLERS: dict[str, Handler] = {MAKE: _make}
