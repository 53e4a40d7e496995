"""What becomes of a valuation round: reviewed, recorded or approved, returned, undone."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug import Response as Answer

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs
from app.domain.errors import ForbiddenError, RefusedError
from app.services.funds import funds
from app.services.valuations import drafts, rounds
from app.services.valuations import record as valuation_record
from app.services.valuations.record import RecordRequest, UndoRequest
from app.web.shared.flash import flash_message
from app.web.shared.formats import counted, short_date
from app.web.shared.responses import whole
from app.web.valuations import grid as valuation_grid
from app.web.valuations import review as valuation_review
from app.web.valuations.forms import MISTAKE, ReturnForm, RoundForm, UndoForm
from app.web.valuations.grid import Grid
from app.web.valuations.review import AnswersForm
from app.web.valuations.views import back_to_round, round_or_404, sent_round

bp = Blueprint("valuation_steps", __name__, url_prefix="/funds/<uuid:fund_id>/valuations/<as_of>")


@bp.get("/review")
@needs("viewer")
def review(fund_id: UUID, as_of: str) -> Answer:
    """Show what would be recorded, company by company, and what to look at before."""
    draft = round_or_404(fund_id, as_of)
    if not draft.is_open:
        return back_to_round(fund_id, draft.as_of)
    return _review(valuation_grid.load_grid(database.engine(), draft))


@bp.post("/record")
@needs("analyst")
def record(fund_id: UUID, as_of: str) -> Answer:
    """Record a round, or approve it; sent twice it records once."""
    engine = database.engine()
    answers = AnswersForm(request.form)
    draft = sent_round(fund_id, as_of, answers)
    if draft.status == "recorded":
        return _recorded(fund_id, as_of)
    grid = valuation_grid.load_grid(engine, draft)
    if not grid.standing.may_record:
        raise ForbiddenError(grid.standing.hindrance)
    if answers.missing(grid):
        return _review(grid, answers)
    again, author = answers.again.data, route_rules.author("form")
    what = RecordRequest(grid.opening, grid.marks, again, author, _me())
    try:
        valuation_record.record(engine, fund_id, draft.id, answers.version.data or 0, what)
    except RefusedError as error:
        return _review(grid, answers, valuation_review.refusals(error, what.recorded))
    return _recorded(fund_id, as_of)


@bp.post("/submit")
@needs("analyst")
def submit(fund_id: UUID, as_of: str) -> Answer:
    """Hand a round to a GP."""
    answers = AnswersForm(request.form)
    draft = sent_round(fund_id, as_of, answers)
    grid = valuation_grid.load_grid(database.engine(), draft)
    if draft.is_editable and answers.missing(grid):
        return _review(grid, answers)
    drafts.submit(database.engine(), fund_id, draft.id, answers.version.data or 0, _me())
    flash_message("Submitted: a GP sees it on this page, and approves or returns it.")
    return _to_review(fund_id, as_of)


@bp.post("/return")
@needs("gp")
def give_back(fund_id: UUID, as_of: str) -> Answer:
    """Return a submitted round to who prepared it, with what needs to change."""
    form = ReturnForm(request.form)
    draft = sent_round(fund_id, as_of, form)
    if not form.validate():
        return _review(valuation_grid.load_grid(database.engine(), draft), returning=form)
    drafts.hand_back(database.engine(), fund_id, draft.id, _me(), form.comment.data)
    flash_message(f"Returned to {_name(draft.prepared_by)} with your comment.")
    return back_to_round(fund_id, draft.as_of)


@bp.post("/take-back")
@needs("analyst")
def take_back(fund_id: UUID, as_of: str) -> Answer:
    """Take a submitted round back, to go on with it."""
    draft = sent_round(fund_id, as_of, RoundForm(request.form))
    drafts.hand_back(database.engine(), fund_id, draft.id, _me())
    flash_message("Withdrawn: it can be changed again.")
    return back_to_round(fund_id, draft.as_of)


@bp.post("/undo")
@needs("analyst")
def undo(fund_id: UUID, as_of: str) -> Answer:
    """Void all marks of a recorded round, and open it again as it was typed."""
    engine, form = database.engine(), UndoForm(request.form)
    draft = sent_round(fund_id, as_of, form)
    closed = rounds.opening(engine, fund_id, draft.as_of).is_closed
    what = UndoRequest(form.reason.data, closed, route_rules.author("form"), _me())
    try:
        undone = valuation_record.undo(engine, fund_id, draft.id, what)
    except RefusedError as error:
        raise ForbiddenError(valuation_review.sentence(error.faults[0])) from error
    then = "and it is a draft again" if undone.is_open else "and the open revision stays"
    flash_message(f"Undone: the marks of the round are voided, {then}.")
    return back_to_round(fund_id, draft.as_of)


def _recorded(fund_id: UUID, as_of: str) -> Answer:
    draft = round_or_404(fund_id, as_of)
    assert draft.first_sequence
    assert draft.last_sequence
    marks = counted(draft.last_sequence - draft.first_sequence + 1, "mark")
    undo_at = url_for(".undo", fund_id=fund_id, as_of=as_of)
    text = f"{marks} recorded for {short_date(draft.as_of)}."
    flash_message(text, undo_at, round=str(draft.id), reason=MISTAKE)
    return back_to_round(fund_id, draft.as_of)


def _to_review(fund_id: UUID, as_of: str) -> Answer:
    return redirect(url_for(".review", fund_id=fund_id, as_of=as_of), HTTPStatus.SEE_OTHER)


def _review(
    grid: Grid,
    answers: AnswersForm | None = None,
    refused: list[str] | None = None,
    returning: ReturnForm | None = None,
) -> Response:
    wrong = answers or refused or returning
    missing = answers.missing(grid) if answers else ""
    return whole(
        "valuations/review.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        fund=funds.fund_by_id(database.engine(), grid.draft.fund_id),
        grid=grid,
        answers=answers,
        refused=[*filter(None, [missing]), *(refused or [])],
        returning=(returning or ReturnForm()).address(grid.preparer),
        since=valuation_review.changed_since(database.engine(), grid),
    )


def _name(person: UUID) -> str:
    return rounds.names(database.engine(), {str(person)}).get(str(person), "unknown")


def _me() -> UUID:
    return route_rules.reader().id
