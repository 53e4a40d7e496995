"""A fund from two viewpoints, as a page."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs
from app.web.charts.files import chart_of_fund
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
    return chart_of_fund(route_rules.fund(), page.charts, name, page.after)
