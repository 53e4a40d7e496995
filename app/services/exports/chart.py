"""Exports the numbers behind a chart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO
from uuid import UUID

from sqlalchemy import Engine

from app.domain.accounts.audit import AuditKind
from app.domain.viewpoint import Viewpoint
from app.services.accounts import audit
from app.services.sheets import write_rows
from app.services.sheets.writer import Row


@dataclass(frozen=True, slots=True)
class ChartExport:
    """A chart of a fund, seen from a viewpoint, with its numbers."""

    fund_id: UUID
    at: Viewpoint
    chart: str
    rows: Iterable[Row]


def export(engine: Engine, wanted: ChartExport, file: IO[bytes]) -> None:
    """Write the numbers of a chart into an open file as CSV."""
    at, what = wanted.at, f"chart {wanted.chart}"
    with engine.begin() as connection:
        after = {"what": what, "as_of": at.as_of, "through": at.through, "to": "csv"}
        audit.record(connection, AuditKind.EXPORTED, fund_id=wanted.fund_id, after=after)
    write_rows(wanted.rows, file, "csv", wanted.chart)
