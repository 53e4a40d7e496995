"""The snapshots of a fund, put in the form in which the templates show them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Self
from uuid import UUID

from flask import request, url_for
from sqlalchemy import Engine
from uuid_utils.compat import uuid7

from app.domain.errors import BeyondKnowledgeError
from app.domain.events.model import Event
from app.services.snapshots import overview
from app.services.snapshots.overview import Overview
from app.services.verification import overview as verification_overview
from app.services.verification.overview import LastVerification
from app.store.jobs.jobs import Job
from app.store.log.timeline import Filters
from app.store.snapshots.model import Snapshot
from app.web.fund.address import FundAddress
from app.web.shared import wording
from app.web.shared.form_fields import well_formed_key
from app.web.snapshots import wording as snapshot_wording
from app.web.snapshots.wording import Work
from app.web.timeline.address import TimelineAddress

PAGE_SIZE = 50


@dataclass(frozen=True)
class TakeForm:
    """What a person typed to have a snapshot taken; `key` tells a second press from a new wish."""

    as_of: str = ""
    description: str = ""
    key: str = field(default_factory=lambda: str(uuid7()))
    fault: BeyondKnowledgeError | None = None

    @classmethod
    def from_request(cls) -> Self:
        """Read what was sent."""
        as_of, description, key = (
            request.form.get(name, "").strip() for name in ("as_of", "description", "key")
        )
        return cls(as_of, description, well_formed_key(key))

    def refused(self, fault: BeyondKnowledgeError) -> Self:
        """Keep what was typed, with what is wrong with it."""
        return replace(self, fault=fault)

    def fault_of(self, name: str) -> str:
        """Tell what is wrong with a field; empty where nothing is."""
        return wording.refusal(self.fault) if self.fault and self.fault.field == name else ""


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
    before = _before(request.args.get("before", "").strip())
    seen = overview.load_overview(engine, fund_id, PAGE_SIZE, before)
    verified = verification_overview.of_fund(engine, fund_id)
    return SnapshotsView(fund_id, before, seen, verified, datetime.now(UTC).date())


def check_seen() -> str:
    """Read which check was the last that a person had seen when asking for another."""
    return request.form.get("seen", "")


def _before(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise BeyondKnowledgeError(
            "before", text, "must be the id of a snapshot: take the links at the end of the list"
        ) from None
