"""Exports the numbers behind a chart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import IO
from uuid import UUID

from sqlalchemy import Engine

from app.domain.accounts.audit import AuditKind
from app.services.accounts import audit
from app.services.sheets import write_rows
from app.services.sheets.writer import Row


@dataclass(frozen=True, slots=True)
class ChartExport:
    """A chart with its numbers, seen on a day: of a fund from a viewpoint, or of several funds."""

    fund_id: UUID | None
    as_of: date
    through: int | None
    chart: str
    rows: Iterable[Row]


def export(engine: Engine, wanted: ChartExport, file: IO[bytes]) -> None:
    """Write the numbers of a chart into an open file as CSV."""
    what = f"chart {wanted.chart}"
    with engine.begin() as connection:
        after = {"what": what, "as_of": wanted.as_of, "through": wanted.through, "to": "csv"}
        audit.record(connection, AuditKind.EXPORTED, fund_id=wanted.fund_id, after=after)
    write_rows(wanted.rows, file, "csv", wanted.chart)
