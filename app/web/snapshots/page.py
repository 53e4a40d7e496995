"""The snapshots of a fund, put in the form in which the templates show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from uuid import UUID

from flask import url_for
from sqlalchemy import Engine

from app.domain.events.model import Event
from app.services.snapshots import overview
from app.services.snapshots.overview import Overview
from app.services.verification import overview as verification_overview
from app.services.verification.overview import LastVerification
from app.store.jobs.jobs import Job
from app.store.log.timeline import Filters
from app.store.snapshots.model import Snapshot
from app.web.fund.address import FundAddress
from app.web.snapshots import wording as snapshot_wording
from app.web.snapshots.forms import SnapshotFilters
from app.web.snapshots.wording import Work
from app.web.timeline.address import TimelineAddress

PAGE_SIZE = 50


@dataclass(frozen=True)
class SnapshotsView:
    """A page of snapshots, the newest first, and what is under way."""

    fund_id: UUID
    before: UUID | None  # the last snapshot of the page before this one
    seen: Overview
    verified: LastVerification  # how the fund was found when it was verified last
    today: date

    @cached_property
    def work(self) -> list[Work]:
        """What is under way and what failed, the oldest request first."""
        now = self.seen.now
        jobs = [*self.seen.failed, *self.seen.under_way]
        return [snapshot_wording.work(job, now) for job in sorted(jobs, key=lambda job: job.id)]

    def taker(self, snapshot: Snapshot) -> str:
        """Say who had a snapshot taken; who is nobody here is shown as they were written down."""
        by = snapshot.requested_by
        return self.seen.names.get(by, by) if snapshot.type == "manual" else "Asof"

    @property
    def is_moving(self) -> bool:
        """Whether anything is under way, so that the page is to look again."""
        check = self.seen.last_check
        return bool(self.seen.under_way) or (check is not None and check.is_pending)

    @property
    def news(self) -> str:
        """What someone who does not see the page is told as it changes."""
        return snapshot_wording.news(self.work, self.check)

    @property
    def check(self) -> Job | None:
        """The last check that was asked for."""
        return self.seen.last_check

    @property
    def summary(self) -> str:
        """How many serve, and how many do not."""
        return snapshot_wording.summary(self.seen.tally)

    def url(self, before: UUID | None = None) -> str:
        """Write the address of a page of snapshots: of the newest, or of those before one."""
        return url_for("snapshots.index", fund_id=self.fund_id, before=before)

    def viewpoint(self, snapshot: Snapshot) -> str:
        """Write the address of the fund as a snapshot holds it."""
        there = FundAddress(self.fund_id, self.today).on(snapshot.as_of)
        return there.knowing_through(snapshot.through).url

    def event(self, sequence: int | None) -> Event | None:
        """Return an event that a snapshot names; None where the log has none such."""
        return self.seen.events.get(sequence or 0)

    def in_timeline(self, sequence: int) -> str:
        """Write the address of an event in the log, among its neighbours."""
        return TimelineAddress(self.fund_id, {}, Filters(), {}).around(sequence)


def load_snapshots_page(engine: Engine, fund_id: UUID) -> SnapshotsView:
    """Read the part of a fund's snapshots that the address at work asks for.

    Raises UnknownFundError, and BeyondKnowledgeError for a cursor that is none.
    """
    before = SnapshotFilters.from_address().checked().before.data
    seen = overview.load_overview(engine, fund_id, PAGE_SIZE, before)
    verified = verification_overview.of_fund(engine, fund_id)
    return SnapshotsView(fund_id, before, seen, verified, datetime.now(UTC).date())
