"""Plan against actual as a page, and all of its periods as a file."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs
from app.http.downloads import variance_download
from app.services.reads import viewpoints
from app.services.reads.variance import VarianceRequest
from app.services.sheets import Format
from app.web.fund.address import FundAddress
from app.web.shared.responses import render
from app.web.variance.page import Choice, load_variance_page

bp = Blueprint("variance", __name__, url_prefix="/funds/<uuid:fund_id>/variance")


@bp.get("/")
@needs("viewer")
def show(fund_id: UUID) -> Response:
    """Show plan and actual from the viewpoint in the address."""
    engine, address = database.engine(), FundAddress.from_request(fund_id)
    at, head = viewpoints.resolve(engine, fund_id, address.asked, route_rules.head())
    return render(
        "variance/show.html",
        partial="variance/_variance.html",
        fund=route_rules.fund(),
        page=load_variance_page(engine, address, Choice.from_request(), at, head),
    )


@bp.get("/export.<any(csv, xlsx):to>")
@needs("viewer")
def export(fund_id: UUID, to: Format) -> Response:
    """Return all periods of all companies and metrics as a file."""
    engine, address = database.engine(), FundAddress.from_request(fund_id)
    at, _ = viewpoints.resolve(engine, fund_id, address.asked, route_rules.head())
    choice = Choice.from_request()
    asked = VarianceRequest(
        fund_id, at, choice.baseline, choice.window, choice.close, choice.metric
    )
    return variance_download(route_rules.fund(), asked, to)
