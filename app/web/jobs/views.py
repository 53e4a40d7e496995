"""The jobs of a fund as pages: listed, followed, and tried again."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, redirect, url_for
from werkzeug import Response as Redirect

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs
from app.domain.errors import UnknownExportError
from app.services.exports import jobs
from app.services.exports.jobs import EXPORT
from app.services.jobs import overview
from app.services.sheets import CellTooLongError
from app.store.export_files import ExportFile
from app.store.jobs.jobs import Job
from app.web.jobs import page
from app.web.jobs.wording import job_name
from app.web.shared.flash import flash_message
from app.web.shared.responses import render

bp = Blueprint("jobs", __name__, url_prefix="/funds/<uuid:fund_id>/jobs")


@bp.get("/")
@needs("viewer")
def index(fund_id: UUID) -> Response:
    """List a fund's jobs, the newest request first."""
    fund = route_rules.fund()
    view = page.load_jobs_page(database.engine(), fund_id)
    return render("jobs/index.html", partial="jobs/_jobs.html", fund=fund, view=view)


@bp.get("/<uuid:job_id>/")
@needs("viewer")
def show(fund_id: UUID, job_id: UUID) -> Response:
    """Show a job, and how far it is; of a fund that it is still to make, to administrators."""
    seen = overview.one(database.engine(), fund_id, job_id)
    fund = visitor.fund if (visitor := route_rules.visitor()) else None
    file = _file(seen.job)
    return render("jobs/show.html", partial="jobs/_seen.html", fund=fund, seen=seen, file=file)


def _file(job: Job) -> ExportFile | None:
    """Find the file that a job has made, while it is kept."""
    if job.kind != EXPORT or job.status != "done":
        return None
    try:
        found = jobs.find_export(database.engine(), job.fund_id, job.id)
    except (UnknownExportError, CellTooLongError):
        return None
    return found if isinstance(found, ExportFile) else None


@bp.post("/<uuid:job_id>/retry")
@needs("analyst")
def retry(fund_id: UUID, job_id: UUID) -> Redirect:
    """Have a failed job tried anew, and lead to where its progress is seen."""
    job = overview.retry(database.engine(), fund_id, job_id, str(route_rules.reader().id))
    if job.id != job_id:
        flash_message(f"{job_name(job)}: the same is in progress already, in this job.")
    there = url_for(".show", fund_id=fund_id, job_id=job.id)
    return redirect(there, HTTPStatus.SEE_OTHER)
