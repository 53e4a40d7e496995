"""The steps by which a person brings a file to a fund: each may be left and come back to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Engine

from app.domain.errors import FundNameTakenError, ImportStepError, UnknownImportError
from app.domain.fields import FundName
from app.domain.terms import OLDEST_VINTAGE
from app.services.accounts import person_limits
from app.services.imports import jobs
from app.services.imports.jobs import JUDGE, WRITE
from app.services.imports.write_fund import check_name
from app.store import import_files
from app.store.import_files import ImportFile

_NAME: TypeAdapter[str] = TypeAdapter(FundName)


def find_import(engine: Engine, fund_id: UUID, person_id: UUID) -> ImportFile:
    """Find a file of a person's. Raises UnknownImportError."""
    with engine.connect() as connection:
        return found(connection, fund_id, person_id)


def listed(engine: Engine, person_id: UUID) -> list[ImportFile]:
    """List a person's files on their way, the newest first."""
    with engine.connect() as connection:
        return import_files.listed(connection, person_id)


def name_fault(engine: Engine, name: str) -> str:
    """Say what is wrong with the name of the fund to be; empty where nothing is."""
    try:
        check_name(engine, _NAME.validate_python(name))
    except ValidationError as error:
        return str(error.errors()[0]["msg"]) if name.strip() else "is needed: write one"
    except FundNameTakenError:
        return "is that of another fund: choose another"
    return ""


def rename(engine: Engine, fund_id: UUID, person_id: UUID, name: str) -> None:
    """Rename the fund to be; see `name_fault`."""
    with changing(engine, fund_id, person_id) as (connection, _):
        import_files.rename(connection, fund_id, name)


def map_columns(engine: Engine, fund_id: UUID, person_id: UUID, mapping: Mapping[str, str]) -> None:
    """Say which column each heading means, and have the file judged."""
    with changing(engine, fund_id, person_id) as (connection, _):
        judge(connection, fund_id, person_id, mapping=dict(mapping))


def set_terms(engine: Engine, fund_id: UUID, person_id: UUID, terms: Mapping[str, Any]) -> None:
    """Set the terms of a fund whose file has none, and have the file judged with them."""
    with changing(engine, fund_id, person_id) as (connection, _):
        judge(connection, fund_id, person_id, terms=dict(terms))


def accept_duplicates(
    engine: Engine, fund_id: UUID, person_id: UUID, rows: Collection[int] | None
) -> None:
    """Say that rows which are duplicates are second facts of the same kind; None: all that are."""
    with changing(engine, fund_id, person_id) as (connection, file):
        duplicates: dict[str, str] = (file.findings or {}).get("contents", {})
        chosen = (
            duplicates.values() if rows is None else [duplicates.get(str(row), "") for row in rows]
        )
        judge(
            connection,
            fund_id,
            person_id,
            accepted_duplicates=[*file.accepted_duplicates, *filter(None, chosen)],
        )


def judge_again(engine: Engine, fund_id: UUID, person_id: UUID) -> None:
    """Have a file judged once more, such as after a failure."""
    with changing(engine, fund_id, person_id) as (connection, _):
        judge(connection, fund_id, person_id)


def commit(engine: Engine, fund_id: UUID, person_id: UUID, vintage: int | None = None) -> None:
    """Have a sound file imported; asked for twice it happens once.

    `vintage` takes the place of the one that follows from the rows. Raises ImportStepError where
    the name or the vintage is no good, or the file is not sound, and LimitReachedError.
    """
    with engine.begin() as connection:
        import_files.lock(connection, fund_id)
        file = found(connection, fund_id, person_id)
        if stage_of(file) is Stage.WRITING:
            return
        if stage_of(file) is not Stage.SOUND:
            raise ImportStepError("file", file.file_name, "is not sound yet: see what it needs")
        if fault := name_fault(engine, file.fund_name):
            raise ImportStepError("name", file.fund_name, fault)
        person_limits.check_funds(connection, person_id)
        revision = file.revision
        if vintage is not None and vintage != (file.findings or {})["terms"]["vintage_year"]:
            _check_vintage(vintage)
            terms = {**file.terms, "vintage_year": vintage}
            revision = import_files.change(connection, fund_id, is_mapped=True, terms=terms)
        jobs.ask(connection, WRITE, fund_id, revision, person_id)


def _check_vintage(vintage: int) -> None:
    newest = datetime.now(UTC).year + 1
    if not OLDEST_VINTAGE <= vintage <= newest:
        reason = f"must lie between {OLDEST_VINTAGE} and {newest}"
        raise ImportStepError("vintage_year", str(vintage), reason)


def discard(engine: Engine, fund_id: UUID, person_id: UUID) -> ImportFile:
    """Take a file away, with all that was said of it."""
    with changing(engine, fund_id, person_id) as (connection, file):
        import_files.remove(connection, fund_id, file.revision)
    return file


def faults_of(engine: Engine, fund_id: UUID, person_id: UUID) -> bytes:
    """Return all faults as a CSV file. Raises UnknownImportError where there are none."""
    with engine.connect() as connection:
        faults = import_files.faults(connection, fund_id, person_id)
    if faults is None:
        raise UnknownImportError("there are no faults of this import: see how it stands")
    return faults


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
    file = import_files.find_file(connection, fund_id, person_id)
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
