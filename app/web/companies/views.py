"""A portfolio company as a page."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs
from app.services.reads import viewpoints
from app.web.charts.files import chart_of_fund
from app.web.companies.page import CompanyPage, load_company_page
from app.web.fund.address import FundAddress
from app.web.shared.responses import render

bp = Blueprint("companies", __name__, url_prefix="/funds/<uuid:fund_id>/companies")


@bp.get("/<uuid:company_id>/")
@needs("viewer")
def show(fund_id: UUID, company_id: UUID) -> Response:
    """Show a company as seen from the viewpoint in the address."""
    return render(
        "companies/show.html",
        partial="companies/_company.html",
        fund=route_rules.fund(),
        page=_page(fund_id, company_id),
    )


@bp.get("/<uuid:company_id>/charts/<name>.csv")
@needs("viewer")
def numbers(fund_id: UUID, company_id: UUID, name: str) -> Response:
    """Return the numbers behind a chart of the company, seen from the viewpoint in the address."""
    page = _page(fund_id, company_id)
    charts = [*page.charts, *page.metric_charts]
    return chart_of_fund(route_rules.fund(), charts, name, page.at)


def _page(fund_id: UUID, company_id: UUID) -> CompanyPage:
    engine, address = database.engine(), FundAddress.from_request(fund_id)
    at, head = viewpoints.resolve(engine, fund_id, address.asked, route_rules.head())
    return load_company_page(engine, address, at, head, company_id)
