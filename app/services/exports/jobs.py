"""Large exports in the background: asked for, made, kept for a while, and fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from tempfile import SpooledTemporaryFile
from typing import IO
from uuid import UUID

from sqlalchemy import Connection, Engine

from app.domain.accounts.audit import AuditKind
from app.domain.errors import ExportFailedError, UnknownExportError, UnknownJobError
from app.services.accounts import audit, person_limits
from app.services.exports import export
from app.services.exports.export import ExportRequest
from app.services.jobs.progress import Progress
from app.services.jobs.runner import Handler
from app.services.reads import viewpoints
from app.services.reads.viewpoints import ViewpointRequest
from app.services.sheets import CellTooLongError
from app.store import export_files
from app.store.export_files import ExportFile
from app.store.jobs import jobs
from app.store.jobs.jobs import Job
from app.store.log import stored_events

EXPORT = "export"
KEPT = timedelta(days=1)
MOST_KEPT = 10  # files of one person
# Rows that are written while somebody waits, in half a second; a row of XLSX takes three times
# as long as one of CSV.
DIRECT = {"csv": 5_000, "xlsx": 1_500}
_IN_MEMORY = 2**20  # bytes; a larger file lies on the disk until it is kept
_PIECE = 2**20


@dataclass(frozen=True, slots=True)
class Named:
    """What to export, and the name of the file."""

    wanted: ExportRequest
    file_name: str


def ask_if_large(engine: Engine, fund_id: UUID, named: Named, requested_by: str) -> Job | None:
    """Ask for an export that is too large to wait for; None for one that is not.

    One that is under way, or was made lately and shows the same, is given again. Raises
    UnknownFundError, BeyondKnowledgeError and LimitReachedError.
    """
    wanted = named.wanted
    at, _ = viewpoints.resolve(engine, fund_id, wanted.asked)
    with engine.begin() as connection:
        if _rows(connection, fund_id, wanted, at.through) <= DIRECT[wanted.to]:
            return None
        # Events are all that were known, where no day is asked for.
        as_of = at.as_of.isoformat() if wanted.asked.as_of or wanted.what != "events" else ""
        view = f"{wanted.what} {wanted.to} {as_of} {at.through}"
        if found := _made_or_under_way(connection, fund_id, view):
            return found
        person_limits.check_jobs(connection, requested_by)
        subject = {"what": wanted.what, "to": wanted.to, "through": at.through, "view": view}
        subject |= {"file_name": named.file_name} | ({"as_of": as_of} if as_of else {})
        return jobs.request(
            connection, fund_id, EXPORT, subject, requested_by=requested_by, dedupe_key=view
        )


def find_export(engine: Engine, fund_id: UUID, job_id: UUID) -> ExportFile | Job:
    """Find a file, or the job that is to make it.

    Raises UnknownExportError for what is not there (any more), ExportFailedError, and
    CellTooLongError for what the format cannot hold.
    """
    with engine.connect() as connection:
        try:
            job = jobs.find_job(connection, fund_id, job_id)
        except UnknownJobError:
            raise UnknownExportError(f"no export of this fund has the id {job_id}") from None
        if job.kind != EXPORT:
            raise UnknownExportError(f"the job {job_id} makes no file")
        if job.is_pending:
            return job
        if job.status == "failed":
            raise ExportFailedError(f"the file could not be made ({job.error}): ask for it again")
        if "refused" in (job.result or {}):
            raise CellTooLongError(job.result["refused"])
        file = export_files.find_file(connection, fund_id, job_id, KEPT)
    if file is None:
        raise UnknownExportError("the file is not kept any more: ask for it again")
    return file


def note_fetched(engine: Engine, file: ExportFile) -> None:
    """Record that somebody fetches a file, which need not be who asked for it."""
    after = {"file": file.file_name, "bytes": file.size}
    with engine.begin() as connection:
        audit.record(connection, AuditKind.EXPORTED, fund_id=file.fund_id, after=after)


def pieces(engine: Engine, file: ExportFile) -> Iterator[bytes]:
    """Read a file piece by piece, with a connection no longer than each takes."""
    number = 0
    while True:
        with engine.connect() as connection:
            piece = export_files.piece(connection, file, number)
        if piece is None:
            return
        yield piece
        number += 1


def discard_old(engine: Engine) -> None:
    """Take the files away that were kept long enough."""
    with engine.begin() as connection:
        export_files.remove_old(connection, KEPT)


def _rows(connection: Connection, fund_id: UUID, wanted: ExportRequest, through: int) -> int:
    """Tell how many rows an export has at most."""
    if wanted.what == "events":
        return through
    return stored_events.namings(connection, fund_id) if wanted.what == "holdings" else 0


def _made_or_under_way(connection: Connection, fund_id: UUID, view: str) -> Job | None:
    if file := export_files.latest(connection, fund_id, view, KEPT):
        return jobs.find_job(connection, fund_id, file.job_id)
    return jobs.pending(connection, fund_id, EXPORT, view)


def _export(engine: Engine, job: Job, progress: Progress) -> object:
    subject = job.subject
    asked = ViewpointRequest(as_of=subject.get("as_of", ""), through=str(subject["through"]))
    wanted = ExportRequest(subject["what"], subject["to"], asked)
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        try:
            export.export(
                engine, job.fund_id, wanted, file,
                lambda done: progress.report(done, subject["through"]),
            )  # fmt: skip
        except CellTooLongError as error:
            return {"refused": str(error)}
        made = {
            "fund_id": job.fund_id, "job_id": job.id, "view": subject["view"],
            "file_name": subject["file_name"], "size": file.tell(),
            "requested_by": job.requested_by,
        }  # fmt: skip
        with engine.begin() as connection:
            export_files.add(connection, made, _read(file))
            export_files.keep_latest(connection, job.requested_by, MOST_KEPT)
            progress.finish(connection, {"bytes": made["size"]})
    return None


def _read(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece


HANDLERS: dict[str, Handler] = {EXPORT: _export}
