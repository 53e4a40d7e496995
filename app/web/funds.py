"""Funds as pages: the list, and one fund at any date."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug import Response as Redirect

from app import database, guard
from app.guard import needs, needs_sign_in, open_to_all
from app.services import fund_drafts, funds
from app.web import fund_view, strip
from app.web.fund_address import FundAddress
from app.web.pages import render
from app.web.setup.answers import SetUp

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
        drafts=[
            (draft, SetUp(draft.answers).name)
            for draft in fund_drafts.open_ones(database.engine(), guard.reader().id)
        ],
        sparkline=partial(strip.sparkline, today=datetime.now(UTC).date()),
    )


@bp.get("/funds/<uuid:fund_id>/")
@needs("viewer")
def show(fund_id: UUID) -> Response:
    """Show a fund as seen from the viewpoint in the address."""
    fund = funds.fund_by_id(database.engine(), fund_id)
    at = fund_view.look(database.engine(), FundAddress.from_request(fund_id))
    return render("funds/show.html", partial="funds/_fund_state.html", fund=fund, at=at)
