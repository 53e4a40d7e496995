"""Jobs over the API: followed until they end."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from app import database, guard
from app.api import job_shapes, parameters
from app.api.problems import json_response
from app.api.specification import operation
from app.guard import needs
from app.services import jobs
from app.services.job_documents import job_document

bp = Blueprint("api_jobs", __name__, url_prefix="/api/funds/<uuid:fund_id>")


@bp.get("/jobs/<uuid:job_id>")
@needs("viewer")
@operation(
    "job",
    "Jobs",
    answers={200: (job_shapes.Job, "the job")},
    refuses={404: "unknown-fund, or unknown-job"},
    example="",
)
def show(fund_id: UUID, job_id: UUID) -> Response:
    """Give a piece of work in the background, and how far it has come."""
    parameters.check_parameters()
    guard.fund()
    return json_response(job_document(jobs.find(database.engine(), fund_id, job_id)))
