"""What is known of a fund as a spreadsheet, over the API."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, url_for

from app import database
from app.api.openapi.specification import operation
from app.api.parameters import Query
from app.api.problems import json_response
from app.api.shapes import jobs as shape_jobs
from app.api.shapes.requests import ExportQuery
from app.auth import route_rules
from app.auth.route_rules import needs
from app.http.downloads import export_or_job, kept_download
from app.services.exports import jobs as export_jobs
from app.services.exports.export import ExportRequest
from app.services.funds import funds
from app.services.sheets import Format
from app.store.jobs.jobs import Job

bp = Blueprint("api_exports", __name__, url_prefix="/api/funds/<uuid:fund_id>")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_IN_TIME = (shape_jobs.Job, "the job that makes the file, where it is too large to wait for")
_TOO_MANY = "limit-reached, by jobs under way"
_SENDS = {
    200: ("Content-Disposition",),
    202: ("Location", "Retry-After"),
    429: ("Retry-After",),
}


@bp.get("/export.csv")
@needs("viewer")
@operation(
    "export_csv",
    "Exports",
    answers={200: (None, "the file, in UTF-8 with a byte order mark"), 202: _IN_TIME},
    media={200: "text/csv"},
    query=ExportQuery,
    refuses={404: "unknown-fund", 429: _TOO_MANY},
    sends=_SENDS,
    example="?what=holdings&at=2012-03-31",
)
def csv(fund_id: UUID) -> Response:
    """Return events, figures or holdings of a fund as CSV.

    Exported events are an import file. Text that a spreadsheet would take for a formula has an
    apostrophe before it.
    """
    return _export(fund_id, "csv")


@bp.get("/export.xlsx")
@needs("viewer")
@operation(
    "export_xlsx",
    "Exports",
    answers={200: (None, "the file, with one sheet"), 202: _IN_TIME},
    media={200: _XLSX},
    query=ExportQuery,
    refuses={
        404: "unknown-fund",
        422: "refused, for a text that no cell can hold",
        429: _TOO_MANY,
    },
    sends=_SENDS,
    example="?what=state&at=2012-03-31",
)
def xlsx(fund_id: UUID) -> Response:
    """Return events, figures or holdings of a fund as an XLSX file.

    Numbers and days are cells of their kind, but for numbers of more than 15 digits, which are
    text.
    """
    return _export(fund_id, "xlsx")


@bp.get("/exports/<uuid:job_id>")
@needs("viewer")
@operation(
    "export",
    "Exports",
    answers={200: (None, "the file"), 202: _IN_TIME},
    media={200: f"text/csv, {_XLSX}"},
    refuses={
        404: "unknown-fund, or unknown-export, where the file is not kept any more",
        409: "export-failed",
        422: "refused, for a text that no cell can hold",
    },
    sends={200: ("Content-Disposition",), 202: ("Location", "Retry-After")},
    example="",
)
def fetch(fund_id: UUID, job_id: UUID) -> Response:
    """Return a large export, or how far it has come: it is kept for a day after it was made."""
    Query.read()
    route_rules.fund()
    found = export_jobs.find_export(database.engine(), fund_id, job_id)
    return _under_way(found) if isinstance(found, Job) else kept_download(found)


def _under_way(job: Job) -> Response:
    response = json_response(shape_jobs.Job.model_validate(job), 202)
    response.headers["Location"] = url_for(".fetch", fund_id=job.fund_id, job_id=job.id)
    response.headers["Retry-After"] = "1"
    return response


def _export(fund_id: UUID, to: Format) -> Response:
    query = ExportQuery.read()
    fund = funds.fund_by_id(database.engine(), fund_id)
    found = export_or_job(fund, ExportRequest(query.what, to, query.viewpoint))
    return _under_way(found) if isinstance(found, Job) else found
