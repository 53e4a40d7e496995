"""Snapshots, and the work on them, in the words of people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.state.fold import PROJECTOR_VERSION
from app.services.jobs.runner import TRIES
from app.services.snapshots.jobs import BUILD_MISSING, CHECK, TAKE
from app.store.jobs.jobs import Job
from app.store.snapshots.model import Snapshot, Tally
from app.web.jobs.wording import given_up, not_begun
from app.web.shared.formats import counted, short_date

_TYPES = {"manual": "On request", "scheduled": "Nightly", "auto": "Automatic"}
_COUNTS = {CHECK: "snapshots"}  # what progress counts; events else


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work as the page tells of it."""

    job: Job
    name: str
    about: str  # what the person said about it
    status: str
    mend: str  # what to do about it, where something is to be done

    @property
    def has_failed(self) -> bool:
        """Whether it was given up."""
        return self.job.status == "failed"


def work(job: Job, now: datetime) -> Work:
    """Say what a job is about, and how it is going."""
    about = str(job.subject.get("description", ""))
    mend = _mend(job) if job.status == "failed" else not_begun(job, now)
    return Work(job, _name(job), about, _status(job), mend)


def snapshot_type(snapshot: Snapshot) -> str:
    """Say on what occasion a snapshot was taken."""
    return _TYPES[snapshot.type]


def snapshot_age(snapshot: Snapshot) -> str:
    """Say why a snapshot that is outdated is."""
    if snapshot.projector_version != PROJECTOR_VERSION:
        return "Calculated by an earlier version"
    return "Sealed with another key" if snapshot.sealed_with else "Taken before there were seals"


def summary(tally: Tally) -> str:
    """Say how many snapshots serve, and how many do not."""
    parts = [
        f"{tally.serving:,} current",
        f"{tally.overtaken:,} superseded",
    ]
    if tally.outdated:
        were = "was" if tally.outdated == 1 else "were"
        parts.append(
            f"{tally.outdated:,} {were} calculated by an earlier version or under another key"
        )
    if tally.set_aside:
        parts.append(f"{tally.set_aside:,} {'is' if tally.set_aside == 1 else 'are'} set aside")
    return f"{counted(tally.total, 'snapshot')}: {', '.join(parts)}"


def check_result(job: Job) -> str:
    """Say what a check has found."""
    checked, wrong = job.result["checked"], len(job.result["wrong"])
    if not checked:
        return "There was no snapshot to verify"
    folded = f"{counted(checked, 'snapshot')} recalculated"
    if not wrong:
        return f"{folded}: {'equal' if checked == 1 else 'all equal'}"
    return f"{folded}: {wrong:,} {'is' if wrong == 1 else 'are'} different from the log"


def check_status(job: Job) -> str:
    """Say how far a check is."""
    status = _status(job)
    return f"Verifying: {status[0].lower()}{status[1:]}" if job.status == "queued" else status


def news(works: list[Work], check: Job | None) -> str:
    """Sum up what is under way, in words that stay the same while only numbers move."""
    said = [f"{each.name}: {'failed' if each.has_failed else 'in progress'}." for each in works]
    if check:
        ended = check_result(check) if check.status == "done" else "Verifying failed"
        said.append("Verifying." if check.is_pending else f"{ended}.")
    return " ".join(said) or "Nothing is in progress."


def _name(job: Job) -> str:
    if job.kind == TAKE:
        return f"Snapshot of {short_date(date.fromisoformat(job.subject['as_of']))}"
    return "Automatic snapshots" if job.kind == BUILD_MISSING else "Historical snapshots"


def _status(job: Job) -> str:
    match job.status:
        case "failed":
            return f"{given_up(job)}: {job.error}"
        case "queued":
            again = f"Attempt {job.attempts} of {TRIES} failed ({job.error}); it is retried soon"
            return again if job.error else "Queued"
        case _:
            return _running(job)


def _running(job: Job) -> str:
    doing = "Verifying" if job.kind == CHECK else "In progress"
    if not job.progress_total:
        return doing
    what = _COUNTS.get(job.kind, "events")
    return f"{doing}: {job.progress_done or 0:,} of {job.progress_total:,} {what}"


def _mend(job: Job) -> str:
    if job.kind == TAKE and job.subject["type"] == "manual":
        return "Nothing is lost. Retry it; if it fails again, contact the administrator."
    if job.kind == TAKE:
        return "It is retried the next night, and when the worker starts."
    return "Figures stay right, only slower. It is retried automatically."


FILTERS = (snapshot_type, snapshot_age, check_result, check_status)
