"""Changes of an import file: how far it has come, and who may change it when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from app.domain.errors import ImportStepError, UnknownImportError
from app.services.imports import jobs
from app.services.imports.jobs import JUDGE, WRITE
from app.store import import_files
from app.store.import_files import ImportFile


class Stage(StrEnum):
    """How far a file has come."""

    MAPPING = "mapping"  # its headings are not all known
    JUDGING = "judging"
    FAULTY = "faulty"
    SOUND = "sound"
    WRITING = "writing"
    FAILED = "failed"  # a job on it was given up


def stage_of(file: ImportFile) -> Stage:
    """Tell how far a file has come."""
    if not file.is_mapped:
        return Stage.MAPPING
    if file.job and file.job.is_pending:
        return Stage.WRITING if file.job.kind == WRITE else Stage.JUDGING
    if file.job and file.job.status == "failed":
        return Stage.FAILED
    if file.findings is None:
        return Stage.JUDGING
    return Stage.SOUND if file.findings["sound"] else Stage.FAULTY


def found(connection: Connection, fund_id: UUID, person_id: UUID) -> ImportFile:
    """Find a file of a person's. Raises UnknownImportError."""
    file = import_files.find(connection, fund_id, person_id)
    if file is None:
        raise UnknownImportError("no import of yours is here: it was finished, or discarded")
    return file


@contextmanager
def changing(
    engine: Engine, fund_id: UUID, person_id: UUID
) -> Iterator[tuple[Connection, ImportFile]]:
    """Hold a file to change it.

    Raises UnknownImportError, and ImportStepError while it is imported.
    """
    with engine.begin() as connection:
        import_files.lock(connection, fund_id)
        file = found(connection, fund_id, person_id)
        if stage_of(file) is Stage.WRITING:
            raise ImportStepError("file", file.file_name, "is being imported: wait for its end")
        yield connection, file


def judge(
    connection: Connection,
    fund_id: UUID,
    person_id: UUID,
    **values: Any,  # noqa: ANN401 (columns)
) -> None:
    """Change a file, or what is said of it, and have it judged."""
    revision = import_files.change(connection, fund_id, is_mapped=True, **values)
    jobs.ask(connection, JUDGE, fund_id, revision, person_id)
