"""Exports as downloads: written to a file first, so that what fails is told before it begins."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

from flask import Response

from app import database
from app.auth import route_rules
from app.services.exports import chart, explanation, export, fund_list, jobs, variance
from app.services.exports.chart import ChartExport
from app.services.exports.export import ExportRequest
from app.services.exports.jobs import Named
from app.services.funds.portfolio import PortfolioRequest
from app.services.operations import audit_reports
from app.services.operations.audit_reports import AuditFormat
from app.services.reads.explanations import Asked
from app.services.reads.variance import VarianceRequest
from app.services.sheets import Format
from app.store.accounts.audit_search import AuditFilters
from app.store.export_files import ExportFile
from app.store.funds import Fund
from app.store.jobs.jobs import Job

_IN_MEMORY = 2**20  # bytes; a larger file lies on the disk while it is sent
_PIECE = 2**16
_MEDIA = {
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def audit_download(filters: AuditFilters, to: AuditFormat) -> Response:
    """Return an export of the audit as a file."""
    engine = database.engine()
    return _made(
        lambda file: audit_reports.export(engine, filters, to, file), f"Audit.{to}", _MEDIA[to]
    )


def funds_download(wanted: PortfolioRequest, to: Format) -> Response:
    """Return the list of funds as a file."""
    engine, reader, only = database.engine(), route_rules.reader(), route_rules.funds_within_reach()
    return _made(
        lambda file: fund_list.export(engine, wanted, reader, only, file, to),
        f"Funds {wanted.as_of}.{to}",
        _MEDIA[to],
    )


def explanation_download(fund: Fund, asked: Asked, to: Format) -> Response:
    """Return what explains a figure as a file."""
    engine = database.engine()
    return _made(
        lambda file: explanation.export(engine, asked, file, to),
        _safe(f"{fund.name} {asked.figure} {asked.at.as_of}") + f".{to}",
        _MEDIA[to],
    )


def export_or_job(fund: Fund, wanted: ExportRequest) -> Response | Job:
    """Return an export of a fund, or the job that makes it where it is too large to wait for.

    Raises what `services.exports.export.export` raises, and LimitReachedError.
    """
    named = Named(wanted, _file_name(fund, wanted))
    job = jobs.ask_if_large(database.engine(), fund.id, named, str(route_rules.reader().id))
    return job or _export_download(fund, wanted)


def chart_download(of: str, wanted: ChartExport) -> Response:
    """Return the numbers of a chart as a file, named by what it is of."""
    engine = database.engine()
    name = _safe(f"{of} {wanted.chart} {wanted.as_of}.csv")
    return _made(lambda file: chart.export(engine, wanted, file), name, _MEDIA["csv"])


def variance_download(fund: Fund, asked: VarianceRequest, to: Format) -> Response:
    """Return plan against actual as a file."""
    engine = database.engine()
    return _made(
        lambda file: variance.export(engine, asked, file, to),
        _safe(f"{fund.name} variance {asked.at.as_of}") + f".{to}",
        _MEDIA[to],
    )


def kept_download(file: ExportFile) -> Response:
    """Return an export that was made by a job, sent piece by piece."""
    jobs.note_fetched(database.engine(), file)
    to = file.file_name.rpartition(".")[2]
    pieces = jobs.pieces(database.engine(), file)
    return _download(pieces, file.size, file.file_name, _MEDIA[to])


def _export_download(fund: Fund, wanted: ExportRequest) -> Response:
    """Write an export into a file, which is sent without a connection to the database."""
    engine = database.engine()
    return _made(
        lambda file: export.export(engine, fund.id, wanted, file),
        _file_name(fund, wanted),
        _MEDIA[wanted.to],
    )


def _made(write: Callable[[IO[bytes]], None], name: str, media: str) -> Response:
    """Write a file and send it; what fails is told before it begins."""
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed when it was sent
    try:
        write(file)
    except BaseException:
        file.close()
        raise
    return _written(file, name, media)


def _written(file: IO[bytes], name: str, media: str) -> Response:
    """Send a file that is written, and close it."""
    size = file.tell()
    file.seek(0)
    return _download(_pieces(file), size, name, media)


def _download(pieces: Iterator[bytes], size: int, file_name: str, media: str) -> Response:
    response = Response(pieces, mimetype=media)
    response.content_length = size
    response.headers.set("Content-Disposition", "attachment", filename=file_name)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _file_name(fund: Fund, wanted: ExportRequest) -> str:
    """Name fund, content and viewpoint, in letters that every system takes."""
    asked = wanted.asked
    known = asked.known_at or (f"event {asked.through}" if asked.through else "")
    parts = [fund.name, wanted.what, asked.as_of, f"known {known}" if known else ""]
    name = " ".join(part for part in parts if part)
    return f"{_safe(name)}.{wanted.to}"


def _safe(name: str) -> str:
    return re.sub(r'[\\/:*?"<>|\s]+', " ", name).strip()
