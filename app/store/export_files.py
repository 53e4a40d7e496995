"""Exports that were too large to wait for: kept in pieces, until somebody has fetched them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection

from app.store.tables import export_file, export_piece

_NOW = sa.func.clock_timestamp()


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A finished export, without what is in it; it bears the id of the job that made it."""

    fund_id: UUID
    job_id: UUID
    view: str  # what it shows, from where, in which format
    file_name: str
    size: int  # bytes
    requested_by: str
    made_at: datetime


def add(connection: Connection, file: dict[str, object], pieces: Iterable[bytes]) -> None:
    """Keep a file; `file` has the columns of the table but `made_at`."""
    connection.execute(export_file.insert().values(**file, made_at=_NOW))
    its = {"fund_id": file["fund_id"], "job_id": file["job_id"]}
    for number, piece in enumerate(pieces):
        connection.execute(export_piece.insert().values(**its, number=number, content=piece))


def find_file(
    connection: Connection, fund_id: UUID, job_id: UUID, kept: timedelta
) -> ExportFile | None:
    """Find a file that was made within the time that files are kept."""
    query = _kept(fund_id, kept).where(export_file.c.job_id == job_id)
    row = connection.execute(query).first()
    return ExportFile(**row._asdict()) if row else None


def latest(connection: Connection, fund_id: UUID, view: str, kept: timedelta) -> ExportFile | None:
    """Find the last file that shows the same."""
    query = _kept(fund_id, kept).where(export_file.c.view == view)
    row = connection.execute(query.order_by(export_file.c.job_id.desc()).limit(1)).first()
    return ExportFile(**row._asdict()) if row else None


def piece(connection: Connection, file: ExportFile, number: int) -> bytes | None:
    """Read one piece of a file, from 0; None after the last."""
    query = sa.select(export_piece.c.content).where(
        export_piece.c.fund_id == file.fund_id,
        export_piece.c.job_id == file.job_id,
        export_piece.c.number == number,
    )
    found = connection.scalar(query)
    return None if found is None else bytes(found)


def remove_old(connection: Connection, kept: timedelta) -> int:
    """Take the files away that were kept for as long; return how many they were."""
    old = export_file.delete().where(export_file.c.made_at < _NOW - kept)
    return connection.execute(old).rowcount


def keep_latest(connection: Connection, requested_by: str, most: int) -> None:
    """Take a person's files away but for the latest."""
    theirs = export_file.c.requested_by == requested_by
    ids = sa.select(export_file.c.job_id).where(theirs).order_by(export_file.c.job_id.desc())
    older = export_file.delete().where(theirs, export_file.c.job_id.in_(ids.offset(most)))
    connection.execute(older)


def _kept(fund_id: UUID, kept: timedelta) -> sa.Select[tuple[object, ...]]:
    return sa.select(export_file).where(
        export_file.c.fund_id == fund_id, export_file.c.made_at >= _NOW - kept
    )
