"""The companies of a fund in charts, as a page, and the numbers of each chart as a file."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs
from app.services.reads import viewpoints
from app.web.charts.files import chart_of_fund
from app.web.fund.address import FundAddress
from app.web.portfolio.page import PortfolioPage, load_portfolio_page
from app.web.shared.responses import render

bp = Blueprint("portfolio", __name__, url_prefix="/funds/<uuid:fund_id>/portfolio")


@bp.get("/")
@needs("viewer")
def show(fund_id: UUID) -> Response:
    """Show the companies from the viewpoint in the address."""
    return render(
        "portfolio/show.html",
        partial="portfolio/_portfolio.html",
        fund=route_rules.fund(),
        page=_page(fund_id),
    )


@bp.get("/<name>.csv")
@needs("viewer")
def numbers(fund_id: UUID, name: str) -> Response:
    """Return the numbers behind a chart, seen from the viewpoint in the address."""
    page = _page(fund_id)
    return chart_of_fund(route_rules.fund(), page.all, name, page.view.at)


def _page(fund_id: UUID) -> PortfolioPage:
    engine, address = database.engine(), FundAddress.from_request(fund_id)
    at, head = viewpoints.resolve(engine, fund_id, address.asked, route_rules.head())
    return load_portfolio_page(engine, address, at, head)
