"""Jobs over the API: followed until they end."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from app import database
from app.api.openapi.specification import operation
from app.api.parameters import Query
from app.api.problems import json_response
from app.api.shapes.jobs import Job
from app.auth import route_rules
from app.auth.route_rules import needs
from app.services.jobs import jobs

bp = Blueprint("api_jobs", __name__, url_prefix="/api/funds/<uuid:fund_id>")


@bp.get("/jobs/<uuid:job_id>")
@needs("viewer")
@operation(
    "job",
    "Jobs",
    answers={200: (Job, "the job")},
    refuses={404: "unknown-fund, or unknown-job"},
    example="",
)
def show(fund_id: UUID, job_id: UUID) -> Response:
    """Return a piece of work in the background, and how far it has come."""
    Query.read()
    route_rules.fund()
    job = jobs.find_job(database.engine(), fund_id, job_id)
    return json_response(Job.model_validate(job))
