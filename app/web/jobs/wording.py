"""Jobs in the words of people."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from app.services.exports.jobs import EXPORT
from app.services.imports.jobs import JUDGE, WRITE
from app.services.jobs.jobs import SITE
from app.services.jobs.runner import MOST_LOST, TRIES
from app.services.reads.figure_jobs import MAKE
from app.services.snapshots.jobs import BUILD_MISSING, CHECK, REPAIR, TAKE
from app.services.verification.jobs import VERIFY
from app.store.jobs.jobs import Job, Status
from app.web.shared.formats import NOTHING, byte_size, counted, short_date

_PATIENCE = timedelta(seconds=15)  # a worker that is there has begun long before
STATUS_NAMES: dict[Status, str] = {
    "queued": "Queued",
    "running": "Running",
    "done": "Done",
    "failed": "Failed",
}
_NAMES = {
    TAKE: "Snapshot",
    BUILD_MISSING: "Automatic snapshots",
    REPAIR: "Historical snapshots",
    CHECK: "Verify all snapshots",
    JUDGE: "Dry run of an import",
    WRITE: "Import",
    VERIFY: "Verify the fund",
    EXPORT: "Export",
    MAKE: "Figures by day",
}
_UNITS = {CHECK: "snapshots", JUDGE: "rows", WRITE: "steps"}  # what progress counts; events else


def job_name(job: Job) -> str:
    """Say what kind of work it is."""
    if job.kind == TAKE and job.subject.get("type") == "scheduled":
        return "Nightly snapshot"
    return _NAMES.get(job.kind) or job.kind.replace("_", " ").capitalize()


def job_about(job: Job) -> str:
    """Say what it is about; nothing where its kind says all."""
    said = []
    if "as_of" in job.subject:
        said.append(short_date(date.fromisoformat(job.subject["as_of"])))
    if "through" in job.subject:
        said.append(f"known through #{job.subject['through']}")
    if job.subject.get("description"):
        said.append(str(job.subject["description"]))
    if job.kind == EXPORT:
        said.insert(0, str(job.subject["what"]))
        said.append(str(job.subject["to"]).upper())
    if job.kind in {JUDGE, WRITE} and "revision" in job.subject:
        said.append(f"version {job.subject['revision']} of the file")
    return ", ".join(said)


def job_status(job: Job) -> str:
    """Say how it stands, in a word or two."""
    if job.status == "queued" and job.error:
        return "Retrying"
    return STATUS_NAMES[job.status]


def job_progress(job: Job) -> str:
    """Say how much of it is done; nothing while nobody can say."""
    if not job.progress_total:
        return ""
    unit = _UNITS.get(job.kind, "events")
    return f"{job.progress_done or 0:,} of {job.progress_total:,} {unit}"


def job_outcome(job: Job) -> str:
    """Say what came of a job that is done; nothing where there is nothing to say."""
    match job.result if job.status == "done" else None:
        case {"changed": True}:
            said = "The file was changed meanwhile: nothing was done"
        case {"refused": reason}:
            said = f"Not {'exported' if job.kind == EXPORT else 'imported'}: {reason}"
        case {"bytes": size}:
            said = byte_size(size)
        case {"mismatches": 0, "events": events, "snapshots": snapshots}:
            kept = f"{counted(events, 'event')} and {counted(snapshots, 'snapshot')}"
            said = f"{kept}, all as they were written"
        case {"mismatches": count, "findings": [first, *_]}:
            said = (
                f"{counted(count, 'mismatch', 'mismatches')}: {first['place']}: {first['reason']}"
            )
        case {"checked": checked, "wrong": wrong}:
            said = f"{counted(checked, 'snapshot')} recalculated, {len(wrong)} wrong"
        case {"taken": taken}:
            said = f"{counted(taken, 'snapshot')} taken"
        case {"sound": sound}:
            said = "The file is valid" if sound else "The file has errors"
        case {"events": events, "file": file}:
            said = f"{counted(events, 'event')} from {file}"
        case _:
            said = ""
    return said


def job_waiting(job: Job, now: datetime) -> str:
    """Say why a job that waits may have to wait on; nothing where it soon has its turn."""
    if said := not_begun(job, now):
        return said
    if job.status == "queued" and job.error:
        return f"Attempt {job.attempts} of {TRIES} failed. It is retried automatically."
    return ""


def not_begun(job: Job, now: datetime) -> str:
    """Say that no worker has begun a job, nor tried it again, long after it was due."""
    if job.status == "queued" and now - job.due_at > _PATIENCE:
        return "No worker has started it yet. It runs as soon as one is available."
    return ""


def given_up(job: Job) -> str:
    """Say after how many attempts, or worker restarts, a job was given up."""
    if job.lost_leases >= MOST_LOST:
        return f"Failed after {counted(job.lost_leases, 'worker restart')}"
    return f"Failed after {counted(job.attempts, 'attempt')}"


def given_up_before(past: dict[str, Any]) -> str:
    """Say the same of an earlier round, as a job's history has it."""
    lost = counted(past["lost_leases"], "worker restart")
    return f"{counted(past['attempts'], 'attempt')}, {lost}"


def job_tries(job: Job) -> str:
    """Write how often it was tried, of how often it may be."""
    return f"{job.attempts} of {TRIES}"


def job_losses(job: Job) -> str:
    """Write how often its worker was lost, of how often that may be."""
    return f"{job.lost_leases} of {MOST_LOST}"


def job_took(job: Job, now: datetime) -> str:
    """Write how long the last try took, or takes until now."""
    if job.started_at is None or job.status == "queued":
        return NOTHING
    return _duration(max(timedelta(), (job.finished_at or now) - job.started_at))


def job_asker(who: str, names: dict[str, str]) -> str:
    """Say who asked; who is nobody here is shown as they were written down."""
    return "Asof" if who == SITE else names.get(who, who)


def as_instant(text: str) -> datetime:
    """Read an instant as JSON has it."""
    return datetime.fromisoformat(text)


def _duration(length: timedelta) -> str:
    seconds = length.total_seconds()
    if seconds < 10:  # noqa: PLR2004 (tenths count below)
        return f"{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


FILTERS = (
    job_name, job_about, job_status, job_progress, job_outcome, job_waiting, given_up,
    given_up_before, job_tries, job_losses, job_took, job_asker, as_instant,
)  # fmt: skip
