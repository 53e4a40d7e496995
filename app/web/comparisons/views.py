"""A fund from two viewpoints, as a page."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, abort

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs
from app.http.downloads import chart_download
from app.services.exports.chart import ChartExport
from app.web.comparisons.page import ComparisonAddress, load_comparison_page
from app.web.shared.responses import render

bp = Blueprint("comparisons", __name__, url_prefix="/funds/<uuid:fund_id>/compare")


@bp.get("/")
@needs("viewer")
def show(fund_id: UUID) -> Response:
    """Compare the fund from the two viewpoints in the address."""
    page = load_comparison_page(database.engine(), ComparisonAddress.from_request(fund_id))
    return render(
        "comparisons/show.html",
        partial="comparisons/_comparison.html",
        fund=route_rules.fund(),
        page=page,
    )


@bp.get("/<name>.csv")
@needs("viewer")
def numbers(fund_id: UUID, name: str) -> Response:
    """Return the numbers behind a chart of the comparison; the second viewpoint is noted."""
    page = load_comparison_page(database.engine(), ComparisonAddress.from_request(fund_id))
    chart = next((each for each in page.charts if each.name == name), None)
    if chart is None:
        abort(404)
    at = page.after
    export = ChartExport(fund_id, at.as_of, at.through, chart.name, chart.sheet())
    return chart_download(route_rules.fund().name, export)
