"""Valuation rounds as pages: listed and started, typed in a grid, and left off."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug import Response as Answer
from werkzeug.exceptions import NotFound

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs
from app.domain.errors import ValuationRoundError
from app.services.funds import funds
from app.services.valuations import drafts
from app.services.valuations import rounds as valuation_rounds
from app.store.valuation_drafts import ValuationDraft
from app.web.shared.flash import flash_message
from app.web.shared.form_fields import SwitchForm
from app.web.shared.formats import short_date
from app.web.shared.responses import refuse_form, render, wants_partial, whole
from app.web.valuations import grid as valuation_grid
from app.web.valuations.cells import cells_of, rest_unchanged
from app.web.valuations.forms import DiscardForm, GridForm, RoundForm, StartForm
from app.web.valuations.grid import Grid, Typed

bp = Blueprint("valuations", __name__, url_prefix="/funds/<uuid:fund_id>/valuations")
ROUND = "/<as_of>/"


@bp.get("/")
@needs("viewer")
def index(fund_id: UUID) -> Response:
    """List a fund's rounds, the latest quarter end first."""
    fund = route_rules.fund()
    rounds = valuation_rounds.rounds(database.engine(), fund_id)
    return whole("valuations/index.html", fund=fund, rounds=rounds)


@bp.post("/")
@needs("analyst")
def start(fund_id: UUID) -> Answer:
    """Start a round of a quarter end, or go on with the open one."""
    as_of = _day(StartForm(request.form).as_of.data)
    valuation_rounds.start(database.engine(), fund_id, as_of, route_rules.reader().id)
    return back_to_round(fund_id, as_of)


@bp.post("/approval")
@needs("gp")
def set_approval(fund_id: UUID) -> Answer:
    """Ask for a GP's approval of valuations, or not any more."""
    form = SwitchForm(request.form)
    needed = form.is_on
    author = route_rules.author("form")
    valuation_rounds.set_approval(database.engine(), fund_id, author, needed=needed)
    undo = url_for(".set_approval", fund_id=fund_id)
    text = (
        "Valuations need the approval of a GP now."
        if needed
        else "Valuations need no approval now."
    )
    flash_message(text, undo, value=form.undo)
    return redirect(url_for(".index", fund_id=fund_id), HTTPStatus.SEE_OTHER)


@bp.get(ROUND)
@needs("viewer")
def show(fund_id: UUID, as_of: str) -> Response:
    """Show a round's grid."""
    return grid_page(valuation_grid.load_grid(database.engine(), round_or_404(fund_id, as_of)))


@bp.post(ROUND)
@needs("analyst")
def save(fund_id: UUID, as_of: str) -> Answer:
    """Keep what is typed, as it is typed; in a part of the page as it goes, or by the button."""
    form = GridForm(request.form)
    draft = sent_round(fund_id, as_of, form)
    opening = valuation_rounds.opening(database.engine(), fund_id, draft.as_of)
    mine = cells_of(request.form, [each.company_id for each in opening.holdings])
    if form.rest.data:
        mine |= rest_unchanged(mine)
    base = form.settled(mine, draft)
    saved = drafts.save(database.engine(), draft, route_rules.reader().id, base, mine)
    typed = Typed(tuple(saved.conflicts), base)
    grid = valuation_grid.load_grid(database.engine(), saved.draft, typed)
    if saved.conflicts:
        return _both_readings(grid)
    if wants_partial():
        return grid_page(grid)
    if form.review.data:
        goal = url_for("valuation_steps.review", fund_id=fund_id, as_of=as_of)
        return redirect(goal, HTTPStatus.SEE_OTHER)
    flash_message("Saved.")
    return back_to_round(fund_id, draft.as_of)


@bp.post(f"{ROUND}discard")
@needs("analyst")
def discard(fund_id: UUID, as_of: str) -> Answer:
    """Put a draft aside, or take it up again."""
    engine, me, form = database.engine(), route_rules.reader().id, DiscardForm(request.form)
    if form.restore.data:
        drafts.restore(engine, fund_id, form.restore.data, me)
        return back_to_round(fund_id, _day(as_of))
    draft = sent_round(fund_id, as_of, form)
    drafts.discard(engine, fund_id, draft.id, me)
    undo = url_for(".discard", fund_id=fund_id, as_of=as_of)
    flash_message(
        f"The round of {short_date(draft.as_of)} is discarded.", undo, restore=str(draft.id)
    )
    return redirect(url_for(".index", fund_id=fund_id), HTTPStatus.SEE_OTHER)


def round_or_404(fund_id: UUID, as_of: str) -> ValuationDraft:
    """Find the round of the quarter end in the address."""
    draft = valuation_rounds.find_round(database.engine(), fund_id, _day(as_of))
    if draft is None:
        raise NotFound("There is no round of this quarter end: start one on the page Valuations.")
    return draft


def sent_round(fund_id: UUID, as_of: str, form: RoundForm) -> ValuationDraft:
    """Find the round that a form is of. Raises ValuationRoundError where another took its place."""
    draft = round_or_404(fund_id, as_of)
    if form.round.data != draft.id:
        raise ValuationRoundError(
            "This page shows another round of the quarter end than there is now: load it again. "
            "Nothing was changed."
        )
    return draft


def back_to_round(fund_id: UUID, as_of: date) -> Answer:
    """Lead to a round's grid."""
    return redirect(url_for("valuations.show", fund_id=fund_id, as_of=as_of), HTTPStatus.SEE_OTHER)


def grid_page(grid: Grid) -> Response:
    """Show a grid: as a page, or the part of it that follows what is typed."""
    fund = funds.fund_by_id(database.engine(), grid.draft.fund_id)
    return render("valuations/show.html", partial="valuations/_round.html", fund=fund, grid=grid)


def _both_readings(grid: Grid) -> Response:
    response = refuse_form(grid_page(grid), "#round")
    response.status_code = HTTPStatus.CONFLICT
    return response


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotFound("There is no round of such a day.") from error
