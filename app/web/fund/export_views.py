"""What is known of a fund, and the list of all funds, as spreadsheets."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, redirect, url_for
from pydantic import TypeAdapter
from werkzeug import Response as Redirect

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs, needs_sign_in
from app.http.downloads import export_or_job, funds_download, kept_download
from app.services.exports import jobs
from app.services.exports.export import WHATS, ExportRequest, What
from app.services.sheets import Format
from app.store.jobs.jobs import Job
from app.web.fund.address import FundAddress
from app.web.fund.fund_list import FundListAddress
from app.web.shared.filters import FilterField, FilterForm

bp = Blueprint("exports", __name__)


class ExportFilters(FilterForm):
    """What is exported."""

    what = FilterField(
        TypeAdapter(What).validate_python,
        default="events",
        mend=f"choose one of {', '.join(WHATS)}",
    )


@bp.get("/funds/export.<any(csv, xlsx):to>")
@needs_sign_in
def funds(to: Format) -> Response:
    """Return the list of funds as its page shows it, all pages at once, with all figures."""
    return funds_download(FundListAddress.from_request().request, to)


@bp.get("/funds/<uuid:fund_id>/export.<any(csv, xlsx):to>")
@needs("viewer")
def show(fund_id: UUID, to: Format) -> Response | Redirect:
    """Return events, figures or holdings, seen from the viewpoint in the address.

    What is too large to wait for is made by a job, whose page leads to the file.
    """
    fund = route_rules.fund()
    asked = FundAddress.from_request(fund_id).asked
    what = ExportFilters.from_address().checked().what.data
    found = export_or_job(fund, ExportRequest(what, to, asked))
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
