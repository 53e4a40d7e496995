"""The books of a fund as a page: closed by a GP, opened again, and read by everybody else."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from uuid_utils.compat import uuid7
from werkzeug import Response as Answer

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs
from app.domain.errors import BeyondKnowledgeError, RefusedError, StaleHeadError
from app.domain.viewpoint import parse_day
from app.services.funds import close_books, close_preview
from app.services.reads import period_closes
from app.services.recording.batches import Appended
from app.services.verification import overview
from app.web.books import page as book_page
from app.web.books.forms import CloseForm, ReopenForm
from app.web.shared.flash import flash_message
from app.web.shared.formats import short_date
from app.web.shared.responses import refuse_form, render, whole

bp = Blueprint("books", __name__, url_prefix="/funds/<uuid:fund_id>/books")


@bp.get("/")
@needs("viewer")
def index(fund_id: UUID) -> Response:
    """List the closes of a fund; for a GP, with what the next one would mean."""
    return _page(fund_id, CloseForm(key=str(uuid7())))


@bp.post("/")
@needs("gp")
def close(fund_id: UUID) -> Answer:
    """Close the books through a day."""
    form = CloseForm(request.form)
    valid = form.validate()
    author, key = route_rules.author("form"), form.key.data or str(uuid7())
    try:
        if not valid or not form.validate_skipped(_skipped(fund_id, form)):
            return _refused(fund_id, form)
        appended = close_books.close(
            database.engine(), fund_id, form.fields, author, key, expected_head=form.through.data
        )
    except StaleHeadError as error:
        form.refuse_unseen(error.head)
        return _refused(fund_id, form)
    except RefusedError as error:
        form.refuse(error)
        return _refused(fund_id, form)
    made = period_closes.find_close(database.engine(), fund_id, appended.first_sequence)
    flash_message(
        f"The books are closed through {short_date(made.closed_through)}: {made.name}.",
        url_for(".undo", fund_id=fund_id, sequence=made.sequence),
    )
    return _back(fund_id)


@bp.get("/<int:sequence>/reopen")
@needs("gp")
def ask(fund_id: UUID, sequence: int) -> Response:
    """Ask a GP for the reason before the books are opened again."""
    return _asked(fund_id, sequence, ReopenForm())


@bp.post("/<int:sequence>/reopen")
@needs("gp")
def reopen(fund_id: UUID, sequence: int) -> Answer:
    """Open the books again from a close on."""
    form = ReopenForm(request.form)
    if not form.validate():
        return _asked(fund_id, sequence, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    author, note = route_rules.author("form"), (form.note.data or "").strip()
    try:
        done = close_books.reopen(database.engine(), fund_id, sequence, note, author)
    except RefusedError as error:
        form.refuse(error)
        return _asked(fund_id, sequence, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _opened(fund_id, sequence, done)


@bp.post("/<int:sequence>/undo")
@needs("gp")
def undo(fund_id: UUID, sequence: int) -> Answer:
    """Take a close back that was just made."""
    try:
        done = close_books.undo(database.engine(), fund_id, sequence, route_rules.author("form"))
    except RefusedError as error:
        flash_message(f"{error.faults[0].value} {error.faults[0].reason}. Nothing was changed.")
        return _back(fund_id)
    return _opened(fund_id, sequence, done)


@bp.post("/<int:sequence>/close-again")
@needs("gp")
def close_again(fund_id: UUID, sequence: int) -> Answer:
    """Take a reopening back: close what it opened, each period under its name."""
    done = close_books.close_again(database.engine(), fund_id, sequence, route_rules.author("form"))
    flash_message("The books are closed again." if done else "The books are closed already.")
    return _back(fund_id)


def _skipped(fund_id: UUID, form: CloseForm) -> list[str]:
    """Name the quarters that would be closed on the way; none where the day is no day."""
    try:
        day = parse_day(form.closed_through.data or "", "closed_through")
    except BeyondKnowledgeError:
        return []
    standing = period_closes.load_books(database.engine(), fund_id).standing
    return close_preview.skipped_quarters(next(iter(standing), None), day)


def _opened(fund_id: UUID, sequence: int, done: Appended | None) -> Answer:
    opened = period_closes.find_close(database.engine(), fund_id, sequence)
    if done:
        undoing = url_for(".close_again", fund_id=fund_id, sequence=done.first_sequence)
        flash_message(f"The books of {opened.name} are open again.", undoing)
    else:
        flash_message(f"The books of {opened.name} are open already.")
    return _back(fund_id)


def _back(fund_id: UUID) -> Answer:
    return redirect(url_for(".index", fund_id=fund_id), HTTPStatus.SEE_OTHER)


def _refused(fund_id: UUID, form: CloseForm) -> Response:
    page = _page(fund_id, form, chosen=form.closed_through.data or "")
    return refuse_form(page, "#closing")


def _page(fund_id: UUID, form: CloseForm, chosen: str = "") -> Response:
    fund = route_rules.fund()
    planning = route_rules.may("gp")
    view = book_page.load_books_page(database.engine(), fund_id, planning=planning, chosen=chosen)
    if form.label.data is None and view.plan:
        form.label.data = view.plan.label
    return render(
        "books/index.html",
        partial="books/_closing.html",
        fund=fund,
        view=view,
        form=form,
        verified=overview.of_fund(database.engine(), fund_id),
    )


def _asked(fund_id: UUID, sequence: int, form: ReopenForm, status: int = HTTPStatus.OK) -> Response:
    fund = route_rules.fund()
    view = book_page.load_books_page(database.engine(), fund_id, planning=False)
    chosen = period_closes.find_close(database.engine(), fund_id, sequence)
    opened = period_closes.opened_with(view.books.closes, chosen)
    return whole(
        "books/reopen.html", status, fund=fund, view=view, close=chosen, opened=opened, form=form
    )
