"""Jobs, of a fund or of all funds, put in the form in which the templates show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from flask import url_for
from pydantic import TypeAdapter
from sqlalchemy import Engine

from app.services.jobs import overview
from app.services.jobs.overview import STATUSES, Overview
from app.services.jobs.runner import MOST_LOST
from app.store.jobs.jobs import Job, Status
from app.web.jobs.wording import STATUS_NAMES, job_name
from app.web.shared.filters import FilterField, FilterForm
from app.web.shared.formats import counted

PAGE_SIZE = 50
_MEND = "take the links above the list"


class JobFilters(FilterForm):
    """Which jobs are shown, and from where on."""

    status = FilterField(
        TypeAdapter(Status).validate_python, mend=f"must be one of {', '.join(STATUSES)}: {_MEND}"
    )
    before = FilterField(UUID, mend=f"must be the id of a job: {_MEND}")


@dataclass(frozen=True, slots=True)
class JobsView:
    """A page of jobs, the newest request first."""

    fund_id: UUID | None  # None: those of all funds
    status: Status | None
    before: UUID | None  # the last job of the page before this one
    seen: Overview

    @property
    def is_moving(self) -> bool:
        """Whether anything is pending, so that the page is to look again."""
        return bool(self.seen.tally["queued"] + self.seen.tally["running"])

    @property
    def every(self) -> str:
        """How often it looks: those of all funds are many."""
        return "1s" if self.fund_id else "2s"

    @property
    def total(self) -> int:
        """How many jobs there are, whatever their status."""
        return sum(self.seen.tally.values())

    @property
    def news(self) -> str:
        """What someone who does not see the page is told as it changes."""
        pending = [
            f"{job_name(job)}: in progress." for job in self.seen.page.jobs if job.is_pending
        ]
        return " ".join(pending[:3]) or "Nothing is in progress."

    @property
    def choices(self) -> Iterator[tuple[str, int, str, bool]]:
        """What the list can be narrowed to: name, how many there are, address, and if it is."""
        yield "All", self.total, self._list(None), self.status is None
        for status in STATUSES:
            count = self.seen.tally[status]
            yield STATUS_NAMES[status], count, self._list(status), self.status == status

    @property
    def queue(self) -> str:
        """How deep the queue is."""
        depth = self.seen.depth
        if depth is None:
            return ""
        later = f", {depth.later:,} for after a pause" if depth.later else ""
        return f"{counted(depth.now, 'wake-up')} in the queue{later}"

    @property
    def most_lost(self) -> int:
        """After how many lost leases a job is given up."""
        return MOST_LOST

    def url(self, before: UUID | None = None) -> str:
        """Write the address of a page of the list: of the newest, or of those before one."""
        return self._list(self.status, before)

    def _list(self, status: Status | None, before: UUID | None = None) -> str:
        if self.fund_id is None:
            return url_for("all_jobs.index", status=status, before=before)
        return url_for("jobs.index", fund_id=self.fund_id, status=status, before=before)

    def fund_name(self, job: Job) -> str | None:
        """Return the name of a job's fund; none where an import is still to make it."""
        return self.seen.funds.get(job.fund_id)


def load_jobs_page(engine: Engine, fund_id: UUID | None = None) -> JobsView:
    """Read the part of the jobs that the address at work asks for.

    Raises BeyondKnowledgeError for a status or a cursor that is none.
    """
    asked = JobFilters.from_address().checked()
    status, before = asked.status.data, asked.before.data
    if fund_id is None:
        seen = overview.of_all(engine, status, PAGE_SIZE, before)
    else:
        seen = overview.of_fund(engine, fund_id, status, PAGE_SIZE, before)
    return JobsView(fund_id, status, before, seen)
