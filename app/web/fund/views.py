"""Funds as pages: the list, and one fund at any date."""

from __future__ import annotations

from uuid import UUID

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug import Response as Redirect

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs, needs_sign_in, open_to_all
from app.domain.currencies import CODES
from app.domain.errors import BeyondKnowledgeError
from app.domain.figures.series import MOST_DAYS
from app.services.accounts import invitations
from app.services.funds import drafts
from app.services.funds.portfolio import load_portfolio
from app.services.imports import workflow
from app.services.imports.workflow import stage_of
from app.services.reads import period_closes, viewpoints
from app.services.reads.viewpoints import ViewpointRequest
from app.web.charts.files import chart_of_funds
from app.web.fund import page as fund_page
from app.web.fund import partial_cache, tiles
from app.web.fund.address import FundAddress
from app.web.fund.fund_list import FundListAddress, load_fund_list
from app.web.fund.list_charts import FundListCharts
from app.web.setup.answers import SetUp
from app.web.shared.filters import FilterField, FilterForm, read_day, read_sequence
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


@bp.get("/funds/charts/")
@needs_sign_in
def list_charts() -> Response:
    """Show the funds of the list in charts."""
    return render("fund/charts.html", partial="fund/_list_charts.html", page=_list_charts())


@bp.get("/funds/charts/<name>.csv")
@needs_sign_in
def list_numbers(name: str) -> Response:
    """Return the numbers behind a chart of the list as a file."""
    page = _list_charts()
    return chart_of_funds(page.charts, name, page.address.day)


def _list_charts() -> FundListCharts:
    address = FundListAddress.from_request()
    reader, only = route_rules.reader(), route_rules.funds_within_reach()
    return FundListCharts(address, load_portfolio(database.engine(), address.request, reader, only))


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


def _currency(code: str) -> str:
    if code not in CODES:
        raise ValueError("is no currency")
    return code


class TileTextsFilters(FilterForm):
    """Of which days the texts are, as known through which event, and how they are written."""

    through = FilterField(read_sequence)
    first = FilterField(read_day)
    last = FilterField(read_day)
    currency = FilterField(_currency, mend="write the code of a currency, such as USD")
    version = FilterField()


@bp.get("/funds/<uuid:fund_id>/tile-texts")
@needs("viewer")
def tile_texts(fund_id: UUID) -> Response:
    """Return what the tiles say on each of many days, which never changes."""
    asked = TileTextsFilters.from_address().checked()
    first, last, through = asked.first.data, asked.last.data, asked.through.typed
    at, _ = viewpoints.resolve(database.engine(), fund_id, ViewpointRequest(through=through))
    if not first or not last or not asked.currency.data:
        raise BeyondKnowledgeError(
            "first", asked.first.typed, "give `first`, `last` and `currency`"
        )
    of = tiles.TextsOf(at.through, first, last, asked.currency.data)
    if not 1 <= of.days <= MOST_DAYS:
        reason = f"ask for 1 to {MOST_DAYS:,} days from `first` on"
        raise BeyondKnowledgeError("last", asked.last.typed, reason)
    found = tiles.texts(database.engine(), fund_id, of)
    texts = make_response(found)
    texts.mimetype = "application/json"
    # Another release asks at another address. Signing out clears what the browser keeps.
    is_of_release = asked.version.typed == tiles.version()
    kept = "private, max-age=31536000, immutable" if is_of_release else "no-store"
    texts.headers["Cache-Control"] = kept
    return texts
