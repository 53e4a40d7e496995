"""Funds as pages: the list, and one fund at any date."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug import Response as Redirect

from app import database, guard
from app.guard import needs, needs_sign_in, open_to_all
from app.services import books, funds
from app.web import fund_view, strip
from app.web.fund_address import FundAddress
from app.web.pages import comes_from_page, render

bp = Blueprint("funds", __name__)


@bp.get("/")
@open_to_all
def home() -> Redirect:
    """Lead to the funds."""
    return redirect(url_for("funds.index"))


@bp.get("/funds/")
@needs_sign_in
def index() -> Response:
    """List the funds that the reader may see, by name."""
    search = request.args.get("search", "").strip()
    number = request.args.get("page", 1, int)
    page = funds.page(database.engine(), search, number, guard.reader())
    return render(
        "funds/index.html",
        partial="funds/_fund_list.html",
        page=page,
        search=search,
        sparkline=partial(strip.sparkline, today=datetime.now(UTC).date()),
    )


@bp.get("/funds/<uuid:fund_id>/")
@needs("viewer")
def show(fund_id: UUID) -> Response | Redirect:
    """Show a fund as seen from the viewpoint in the address."""
    fund = funds.fund_by_id(database.engine(), fund_id)
    address = FundAddress.from_request(fund_id)
    if sequence := request.args.get("reported", 0, int):
        close = books.find(database.engine(), fund_id, sequence)
        address = address.on(close.closed_through).knowing_through(sequence)
    picked = {"reported", "known_time"} & request.args.keys()  # what the address says otherwise
    if picked and not comes_from_page():
        return redirect(address.url)
    at = fund_view.look(database.engine(), address)
    page = render("funds/show.html", partial="funds/_fund_state.html", fund=fund, at=at)
    if picked:
        page.headers["HX-Push-Url"] = address.url
    return page
