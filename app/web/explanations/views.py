"""Why a figure is what it is, as a page, and as a file."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, abort, request
from pydantic import TypeAdapter

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs
from app.domain.figures.contributions import HOLDING_AMOUNTS
from app.domain.figures.explanation import EXPLAINED
from app.http.downloads import explanation_download
from app.services.reads import viewpoints
from app.services.reads.explanations import BYS, Asked, By
from app.services.sheets import Format
from app.web.explanations.page import Listing, load_explanation_page
from app.web.fund.address import FundAddress
from app.web.shared.filters import FilterField, FilterForm, read_day
from app.web.shared.responses import render

bp = Blueprint("explanations", __name__, url_prefix="/funds/<uuid:fund_id>/explain")


class ListingFilters(FilterForm):
    """How the events are listed."""

    by = FilterField(TypeAdapter(By).validate_python, mend=f"choose one of {', '.join(BYS)}")
    group = FilterField()
    until = FilterField(read_day)
    skip = FilterField(int, mend="give a number of events")
    company = FilterField(UUID, mend="give the id of a company")

    def listing(self, figure: str) -> Listing:
        """Return what the address asks for. Raises BeyondKnowledgeError for what cannot be read."""
        self.checked()
        by: By | None = self.by.data or None
        group = self.group.typed if by and "group" in request.args else None
        company = str(self.company.data) if self.company.data else None
        skip = max(self.skip.data or 0, 0)
        return Listing(figure, by, group, self.until.data or None, skip, company)


@bp.get("/<figure>/")
@needs("viewer")
def show(fund_id: UUID, figure: str) -> Response:
    """Explain a figure as seen from the viewpoint in the address."""
    engine, address = database.engine(), FundAddress.from_request(fund_id)
    at, head = viewpoints.resolve(engine, fund_id, address.asked, route_rules.head())
    listing = ListingFilters.from_address().listing(figure)
    _check(figure, listing.company)
    page = load_explanation_page(engine, address, at, head, listing)
    return render(
        "explanations/show.html",
        partial="explanations/_events.html",
        fund=route_rules.fund(),
        page=page,
    )


@bp.get("/<figure>/export.<any(csv, xlsx):to>")
@needs("viewer")
def export(fund_id: UUID, figure: str, to: Format) -> Response:
    """Return all that the figure comes from, as a file."""
    _check(figure)
    asked = FundAddress.from_request(fund_id).asked
    at, _ = viewpoints.resolve(database.engine(), fund_id, asked, route_rules.head())
    return explanation_download(route_rules.fund(), Asked(fund_id, at, figure), to)


def _check(figure: str, company: str | None = None) -> None:
    if figure not in (HOLDING_AMOUNTS if company else EXPLAINED):
        abort(404)
