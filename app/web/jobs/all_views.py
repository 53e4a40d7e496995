"""The jobs of all funds, for administrators."""

from __future__ import annotations

from flask import Blueprint, Response

from app import database
from app.auth.route_rules import needs_admin
from app.services.verification import overview
from app.web.jobs import page
from app.web.shared.responses import render, wants_partial

bp = Blueprint("all_jobs", __name__, url_prefix="/jobs")


@bp.get("/")
@needs_admin
def index() -> Response:
    """List the jobs of all funds, the newest request first."""
    engine = database.engine()
    return render(
        "jobs/all.html",
        partial="jobs/_jobs.html",
        view=page.load_jobs_page(engine),
        fund=None,
        verified=None if wants_partial() else overview.of_site(engine),
    )
