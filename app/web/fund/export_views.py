"""What is known of a fund as a spreadsheet."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug import Response as Redirect

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs
from app.domain.errors import BeyondKnowledgeError
from app.http.downloads import export_or_job, kept_download
from app.services.exports import jobs
from app.services.exports.export import WHATS, ExportRequest, What
from app.services.sheets import Format
from app.store.jobs.jobs import Job
from app.web.fund.address import FundAddress

bp = Blueprint("exports", __name__)


@bp.get("/funds/<uuid:fund_id>/export.<any(csv, xlsx):to>")
@needs("viewer")
def show(fund_id: UUID, to: Format) -> Response | Redirect:
    """Return events, figures or holdings, seen from the viewpoint in the address.

    What is too large to wait for is made by a job, whose page leads to the file.
    """
    fund = route_rules.fund()
    asked = FundAddress.from_request(fund_id).asked
    found = export_or_job(fund, ExportRequest(_what(), to, asked))
    return _to_job(found) if isinstance(found, Job) else found


@bp.get("/funds/<uuid:fund_id>/exports/<uuid:job_id>")
@needs("viewer")
def fetch(fund_id: UUID, job_id: UUID) -> Response | Redirect:
    """Return the file that a job has made; until then lead to the job."""
    found = jobs.find_export(database.engine(), fund_id, job_id)
    return _to_job(found) if isinstance(found, Job) else kept_download(found)


def _to_job(job: Job) -> Redirect:
    there = url_for("jobs.show", fund_id=job.fund_id, job_id=job.id)
    return redirect(there, HTTPStatus.SEE_OTHER)


def _what() -> What:
    given = request.args.get("what", "events")
    for each in WHATS:
        if given == each:
            return each
    raise BeyondKnowledgeError("what", given, f"choose one of {', '.join(WHATS)}")
