"""Funds as pages: the list, and one fund at any date."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug import Response as Redirect

from app import database, guard
from app.guard import needs, needs_sign_in, open_to_all
from app.services import books, fund_drafts, funds, import_steps, invitations, viewpoints
from app.services.import_changes import stage_of
from app.web import fund_states, fund_view, strip
from app.web.fund_address import FundAddress
from app.web.pages import answer, comes_from_page, render, wants_partial
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
        invitations=invitations.of_person(database.engine(), guard.reader()),
        unfinished=[
            (file, stage_of(file))
            for file in import_steps.listed(database.engine(), guard.reader().id)
        ],
        drafts=[
            (draft, SetUp(draft.answers).name)
            for draft in fund_drafts.open_ones(database.engine(), guard.reader().id)
        ],
        sparkline=partial(strip.sparkline, today=datetime.now(UTC).date()),
    )


@bp.get("/funds/<uuid:fund_id>/")
@needs("viewer")
def show(fund_id: UUID) -> Response | Redirect:
    """Show a fund as seen from the viewpoint in the address."""
    fund, engine, address = guard.fund(), database.engine(), FundAddress.from_request(fund_id)
    if sequence := request.args.get("reported", 0, int):
        close = books.find(engine, fund_id, sequence)
        address = address.on(close.closed_through).knowing_through(sequence)
    picked = {"reported", "known_time"} & request.args.keys()  # what the address says otherwise
    if picked and not comes_from_page():
        return redirect(address.url)
    at, head = viewpoints.resolve(engine, fund_id, address.asked, guard.head())
    if wants_partial():
        page = answer(fund_states.partial(engine, fund, address, at, head))
    else:
        seen = fund_view.look(engine, address, at, head)
        page = answer(render_template("funds/show.html", fund=fund, at=seen))
    if picked:
        page.headers["HX-Push-Url"] = address.url
    return page
