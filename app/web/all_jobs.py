"""The jobs of all funds, for administrators."""

from __future__ import annotations

from flask import Blueprint, Response

from app import database
from app.guard import needs_admin
from app.services import verification_overview
from app.web import jobs_view
from app.web.pages import render

bp = Blueprint("all_jobs", __name__, url_prefix="/jobs")


@bp.get("/")
@needs_admin
def index() -> Response:
    """List the jobs of all funds, the newest request first."""
    engine = database.engine()
    view, verified = jobs_view.look(engine), verification_overview.OfAll(engine)
    return render(
        "jobs/all.html", partial="jobs/_jobs.html", view=view, fund=None, verified=verified
    )
