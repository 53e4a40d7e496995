"""The jobs of all funds, for administrators."""

from __future__ import annotations

from flask import Blueprint, Response

from app import database
from app.auth.route_rules import needs_admin
from app.services.verification import overview
from app.web.jobs import page
from app.web.shared.responses import render

bp = Blueprint("all_jobs", __name__, url_prefix="/jobs")


@bp.get("/")
@needs_admin
def index() -> Response:
    """List the jobs of all funds, the newest request first."""
    engine = database.engine()
    view, verified = page.load_jobs_page(engine), overview.OfAll(engine)
    return render(
        "jobs/all.html", partial="jobs/_jobs.html", view=view, fund=None, verified=verified
    )
