"""The charts over time: as a page, as the part of the fund's page, and their numbers as files."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs
from app.services.reads import viewpoints
from app.web.charts.files import chart_of_fund
from app.web.fund.address import FundAddress
from app.web.fund_charts.page import ChartsPage, load_charts
from app.web.shared.responses import render

bp = Blueprint("charts", __name__)


@bp.get("/funds/<uuid:fund_id>/charts/")
@needs("viewer")
def index(fund_id: UUID) -> Response:
    """Show the charts from the viewpoint in the address."""
    return render(
        "fund_charts/index.html",
        partial="fund_charts/_charts.html",
        fund=route_rules.fund(),
        page=_page(fund_id),
    )


@bp.get("/funds/<uuid:fund_id>/charts/<name>.csv")
@needs("viewer")
def numbers(fund_id: UUID, name: str) -> Response:
    """Return the numbers behind a chart, seen from the viewpoint in the address."""
    page = _page(fund_id)
    return chart_of_fund(route_rules.fund(), page.charts, name, page.view.at)


def _page(fund_id: UUID) -> ChartsPage:
    engine, address = database.engine(), FundAddress.from_request(fund_id)
    at, head = viewpoints.resolve(engine, fund_id, address.asked, route_rules.head())
    return load_charts(engine, address, at, head)
