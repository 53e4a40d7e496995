"""Funds as pages: the list, and one fund at any date."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug import Response as Redirect

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs, needs_sign_in, open_to_all
from app.services.accounts import invitations
from app.services.funds import drafts
from app.services.imports import workflow
from app.services.imports.workflow import stage_of
from app.services.reads import period_closes, viewpoints
from app.web.fund import page as fund_page
from app.web.fund import partial_cache
from app.web.fund.address import FundAddress
from app.web.fund.fund_list import FundListAddress, load_fund_list
from app.web.setup.answers import SetUp
from app.web.shared.responses import answer, comes_from_page, render, wants_partial

bp = Blueprint("funds", __name__)


@bp.get("/")
@open_to_all
def home() -> Redirect:
    """Lead to the funds."""
    return redirect(url_for("funds.index"))


@bp.get("/funds/")
@needs_sign_in
def index() -> Response:
    """List the funds that the reader may see, on the day and in the order of the address."""
    engine, reader = database.engine(), route_rules.reader()
    address = FundListAddress.from_request()
    listed = load_fund_list(engine, address, reader, route_rules.funds_within_reach())
    page = render(
        "fund/index.html",
        partial="fund/_fund_list.html",
        page=listed,
        invitations=invitations.of_person(engine, reader),
        unfinished=[(file, stage_of(file)) for file in workflow.listed(engine, reader.id)],
        drafts=[(each, SetUp(each.answers).name) for each in drafts.open_ones(engine, reader.id)],
    )
    asked = f"{request.path}?{request.query_string.decode()}".removesuffix("?")
    if wants_partial() and asked != listed.address.url:
        page.headers["HX-Replace-Url"] = listed.address.url
    return page


@bp.get("/funds/<uuid:fund_id>/")
@needs("viewer")
def show(fund_id: UUID) -> Response | Redirect:
    """Show a fund as seen from the viewpoint in the address."""
    fund, engine, address = route_rules.fund(), database.engine(), FundAddress.from_request(fund_id)
    if sequence := request.args.get("reported", 0, int):
        close = period_closes.find_close(engine, fund_id, sequence)
        address = address.on(close.closed_through).knowing_through(sequence)
    picked = {"reported", "known_time"} & request.args.keys()  # what the address says otherwise
    if picked and not comes_from_page():
        return redirect(address.url)
    at, head = viewpoints.resolve(engine, fund_id, address.asked, route_rules.head())
    if wants_partial():
        page = answer(partial_cache.partial(engine, fund, address, at, head))
    else:
        seen = fund_page.load_fund_page(engine, address, at, head, whole=True)
        page = answer(render_template("fund/show.html", fund=fund, page=seen))
    if picked:
        page.headers["HX-Push-Url"] = address.url
    return page
