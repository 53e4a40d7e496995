"""The log of a fund as a page."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs
from app.web.shared.responses import refuse_form, render
from app.web.timeline import page as timeline_page
from app.web.timeline.address import TimelineAddress

bp = Blueprint("timeline", __name__)


@bp.get("/funds/<uuid:fund_id>/timeline")
@needs("viewer")
def index(fund_id: UUID) -> Response:
    """Show a fund's log, newest first, as far as it passes the filters in the address."""
    fund = route_rules.fund()
    log = timeline_page.load_timeline_page(database.engine(), TimelineAddress.from_request(fund_id))
    page = render("timeline/index.html", partial="timeline/_log.html", fund=fund, log=log)
    return refuse_form(page, "#log") if log.address.faults else page
