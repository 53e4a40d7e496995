"""Import files: kept while they are on their way to become funds."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection, Select
from uuid_utils.compat import uuid7

from app.store.jobs.jobs import Job
from app.store.jobs.tables import PENDING, job
from app.store.tables import import_file

_NOW = sa.func.clock_timestamp()


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file on its way, without what is in it; `fund_id` is that of the fund to be."""

    fund_id: UUID
    person_id: UUID
    fund_name: str
    file_name: str
    size: int
    sample: list[list[str]]
    mapping: dict[str, str]  # as far as it is settled
    is_mapped: bool  # it is known what every heading means
    terms: dict[str, Any]
    accepted_duplicates: list[str]
    revision: int
    findings: dict[str, Any] | None
    changed_at: datetime
    job: Job | None  # the last on it


@dataclass(frozen=True, slots=True)
class Content:
    """A file as it is read, and what was said of it."""

    content: bytes
    person_id: UUID
    fund_name: str
    file_name: str
    mapping: dict[str, str]
    terms: dict[str, Any]
    accepted_duplicates: list[str]


def add(
    connection: Connection, person_id: UUID, fund_name: str, file_name: str, content: bytes
) -> UUID:
    """Keep a file, of which nothing else is said yet; return the id of the fund to be."""
    fund_id = uuid7()
    values = {
        "fund_id": fund_id, "person_id": person_id, "fund_name": fund_name, "file_name": file_name,
        "content": content, "sample": [], "mapping": {},
        "is_mapped": False, "terms": {}, "accepted_duplicates": [], "revision": 1,
        "changed_at": _NOW,
    }  # fmt: skip
    connection.execute(import_file.insert().values(values))
    return fund_id


def find_file(connection: Connection, fund_id: UUID, person_id: UUID) -> ImportFile | None:
    """Find a file of a person's."""
    query = _query().where(import_file.c.fund_id == fund_id, import_file.c.person_id == person_id)
    row = connection.execute(query).first()
    return _read(row) if row else None


def lock(connection: Connection, fund_id: UUID) -> None:
    """Let nobody else change a file until the transaction ends."""
    query = sa.select(import_file.c.fund_id).where(import_file.c.fund_id == fund_id)
    connection.execute(query.with_for_update())


def listed(connection: Connection, person_id: UUID) -> list[ImportFile]:
    """List a person's files, the newest first."""
    query = _query().where(import_file.c.person_id == person_id)
    return [_read(row) for row in connection.execute(query.order_by(import_file.c.fund_id.desc()))]


def change(connection: Connection, fund_id: UUID, **values: Any) -> int:  # noqa: ANN401 (columns)
    """Change a file or what is said of it, which undoes what was found; return the new revision."""
    reset = {"job_id": None, "findings": None, "faults": None, "changed_at": _NOW}
    change = import_file.update().where(import_file.c.fund_id == fund_id)
    change = change.values(reset | values | {"revision": import_file.c.revision + 1})
    return int(connection.execute(change.returning(import_file.c.revision)).scalar_one())


def rename(connection: Connection, fund_id: UUID, fund_name: str) -> None:
    """Rename the fund to be, which no dry run looks at."""
    rename = import_file.update().where(import_file.c.fund_id == fund_id)
    connection.execute(rename.values(fund_name=fund_name, changed_at=_NOW))


def set_job(connection: Connection, fund_id: UUID, job_id: UUID) -> None:
    """Note which job is on a file."""
    note = import_file.update().where(import_file.c.fund_id == fund_id)
    connection.execute(note.values(job_id=job_id))


def content(connection: Connection, fund_id: UUID, revision: int) -> Content | None:
    """Return what a job works on; None where it was changed since, or is gone."""
    columns = [import_file.c[name] for name in Content.__slots__]
    query = sa.select(*columns).where(*_at(fund_id, revision))
    row = connection.execute(query).first()
    return Content(bytes(row[0]), *row[1:]) if row else None


def faults(connection: Connection, fund_id: UUID, person_id: UUID) -> bytes | None:
    """Return the file of faults."""
    query = sa.select(import_file.c.faults).where(
        import_file.c.fund_id == fund_id, import_file.c.person_id == person_id
    )
    found = connection.scalar(query)
    return bytes(found) if found else None


def judged(
    connection: Connection,
    fund_id: UUID,
    revision: int,
    findings: dict[str, Any],
    faults: bytes | None = None,
) -> None:
    """Keep what a dry run has found, unless the file was changed since."""
    keep = import_file.update().where(*_at(fund_id, revision))
    connection.execute(keep.values(findings=findings, faults=faults))


def remove(connection: Connection, fund_id: UUID, revision: int) -> bool:
    """Take a file away; False where it is another one by now, or gone."""
    return connection.execute(import_file.delete().where(*_at(fund_id, revision))).rowcount == 1


def remove_old(connection: Connection, age: timedelta) -> int:
    """Take away what nobody changed for so long, and no job is on; return how many they were."""
    busy = sa.select(job.c.id).where(
        job.c.fund_id == import_file.c.fund_id, job.c.id == import_file.c.job_id, sa.text(PENDING)
    )
    old = import_file.delete().where(import_file.c.changed_at < _NOW - age, ~busy.exists())
    return connection.execute(old).rowcount


def _at(fund_id: UUID, revision: int) -> tuple[sa.ColumnElement[bool], ...]:
    return import_file.c.fund_id == fund_id, import_file.c.revision == revision


_OWN = (
    import_file.c.fund_id,
    import_file.c.person_id,
    import_file.c.fund_name,
    import_file.c.file_name,
    sa.func.octet_length(import_file.c.content),
    import_file.c.sample,
    import_file.c.mapping,
    import_file.c.is_mapped,
    import_file.c.terms,
    import_file.c.accepted_duplicates,
    import_file.c.revision,
    import_file.c.findings,
    import_file.c.changed_at,
)

_NAMES = [each.name for each in fields(ImportFile) if each.name != "job"]


def _query() -> Select[Any]:
    its_job = sa.and_(job.c.fund_id == import_file.c.fund_id, job.c.id == import_file.c.job_id)
    return sa.select(*_OWN, *job.c).join_from(import_file, job, its_job, isouter=True)


def _read(row: sa.Row[Any]) -> ImportFile:
    own, of_job = row[: len(_OWN)], row[len(_OWN) :]
    values: dict[str, Any] = dict(zip(_NAMES, own, strict=True))
    job_values = dict(zip((column.name for column in job.c), of_job, strict=True))
    return ImportFile(**values, job=Job(**job_values) if job_values["id"] else None)
