"""The log of a fund as a page."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from app import database, guard
from app.guard import needs
from app.web import timeline_view
from app.web.pages import refuse_form, render
from app.web.timeline_address import TimelineAddress

bp = Blueprint("timeline", __name__)


@bp.get("/funds/<uuid:fund_id>/timeline")
@needs("viewer")
def index(fund_id: UUID) -> Response:
    """Show a fund's log, newest first, as far as it passes the filters in the address."""
    fund = guard.fund()
    log = timeline_view.look(database.engine(), TimelineAddress.from_request(fund_id))
    page = render("timeline/index.html", partial="timeline/_log.html", fund=fund, log=log)
    return refuse_form(page, "#log") if log.address.faults else page
