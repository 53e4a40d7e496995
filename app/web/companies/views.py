"""A portfolio company as a page."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs
from app.services.reads import viewpoints
from app.web.companies.page import load_company_page
from app.web.fund.address import FundAddress
from app.web.shared.responses import render

bp = Blueprint("companies", __name__, url_prefix="/funds/<uuid:fund_id>/companies")


@bp.get("/<uuid:company_id>/")
@needs("viewer")
def show(fund_id: UUID, company_id: UUID) -> Response:
    """Show a company as seen from the viewpoint in the address."""
    engine, address = database.engine(), FundAddress.from_request(fund_id)
    at, head = viewpoints.resolve(engine, fund_id, address.asked, route_rules.head())
    page = load_company_page(engine, address, at, head, company_id)
    return render(
        "companies/show.html",
        partial="companies/_company.html",
        fund=route_rules.fund(),
        page=page,
    )
