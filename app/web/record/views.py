"""Recording what happened: choosing a type, filling in its form, and taking it back."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug import Response as Answer

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs
from app.domain.errors import RefusedError
from app.domain.events.catalogue import EventType
from app.domain.events.labels import EVENT_NAMES
from app.services.funds import funds
from app.services.reads import approvals
from app.services.recording import corrections
from app.services.recording.corrections import Correctable
from app.store.log.timeline import Filters
from app.web.record import wording
from app.web.record.effects import changes
from app.web.record.entry import Entry
from app.web.record.forms import UndoForm
from app.web.record.void import Voiding
from app.web.record.warnings import cautions
from app.web.shared import event_slugs
from app.web.shared.flash import flash_message
from app.web.shared.responses import refuse_form, render, wants_partial
from app.web.timeline.address import TimelineAddress

bp = Blueprint("record", __name__, url_prefix="/funds/<uuid:fund_id>")


@bp.get("/record/")
@needs("analyst")
def index(fund_id: UUID) -> Response:
    """Ask what happened."""
    fund = route_rules.fund()
    page = "record/index.html"
    return render(
        page,
        partial=page,
        fund=fund,
        groups=wording.recordable(),
        words=wording,
        slug=event_slugs.slug,
        names=EVENT_NAMES,
        needs_approval=approvals.needed_by(database.engine(), fund_id, route_rules.author("form")),
    )


@bp.route("/record/<event_type>", methods=["GET", "POST"])
@needs("analyst")
def new(fund_id: UUID, event_type: str) -> Answer:
    """Show the form of a type, preview what it would change, or record it."""
    kind = event_slugs.type_of(event_type)
    if kind is None:
        abort(HTTPStatus.NOT_FOUND)
    return _go_on(Entry.read(database.engine(), fund_id, kind))


@bp.route("/events/<int:sequence>/correct", methods=["GET", "POST"])
@needs("analyst")
def correct(fund_id: UUID, sequence: int) -> Answer:
    """Show an event's form as it was filled in, and record the event anew in its place."""
    found = _found(fund_id, sequence)
    if event_slugs.type_of(event_slugs.slug(found.event.event_type)) is None:
        abort(HTTPStatus.NOT_FOUND)
    author = route_rules.author("form")
    needs_approval = approvals.needed_by(database.engine(), fund_id, author)
    may = found.void is None and corrections.may_correct(
        found.event, author, needs_approval=needs_approval
    )
    if request.method == "GET" and not may:
        return redirect(url_for(".void", fund_id=fund_id, sequence=sequence), HTTPStatus.SEE_OTHER)
    entry = Entry.read(database.engine(), fund_id, found.event.event_type, found.event)
    return _go_on(entry, found)


@bp.route("/events/<int:sequence>/void", methods=["GET", "POST"])
@needs("analyst")
def void(fund_id: UUID, sequence: int) -> Answer:
    """Say what voiding an event would change, and void it for a reason."""
    voiding = Voiding.read(database.engine(), fund_id, _found(fund_id, sequence))
    if request.method == "POST" and (recorded := voiding.record()):
        first, last = recorded.first_sequence, recorded.last_sequence
        message = f"Voided #{sequence}, by #{last}."
        if voiding.awaits_approval:  # saying it again would be a mark of one's own
            flash_message(message)
            return redirect(_in_timeline(fund_id, last), HTTPStatus.SEE_OTHER)
        return _done(fund_id, last, message, first, last)
    fund = route_rules.fund()
    page = render(
        "record/void.html",
        partial="record/void.html",
        fund=fund,
        voiding=voiding,
        in_timeline=lambda number: _in_timeline(fund_id, number),
    )
    return refuse_form(page, "#main") if voiding.is_refused else page


@bp.post("/record/undo")
@needs("analyst")
def undo(fund_id: UUID) -> Answer:
    """Take back what was just recorded."""
    form = UndoForm(request.form)
    first, last = form.first.data or 0, form.last.data or 0
    if not 0 < first <= last < first + 50:
        abort(HTTPStatus.BAD_REQUEST)
    try:
        done = corrections.undo(database.engine(), fund_id, first, last, route_rules.author("form"))
    except RefusedError as error:
        message = "; ".join(wording.in_words(str(fault)) for fault in error.faults)
        flash_message(f"#{first} could not be undone: {message}.")
        return redirect(_in_timeline(fund_id, first), HTTPStatus.SEE_OTHER)
    flash_message(f"Undone: {_span(first, last)}.")
    return redirect(_in_timeline(fund_id, done.last_sequence), HTTPStatus.SEE_OTHER)


def _go_on(entry: Entry, found: Correctable | None = None) -> Answer:
    """Record what a form says, or show it with what it would change."""
    pressed = request.form.get("do", "")
    if pressed in {"record", "second"}:
        sequence = entry.record(allow_duplicate=pressed == "second")
        if sequence is not None and entry.recorded:
            first, last = entry.recorded.first_sequence, entry.recorded.last_sequence
            message = f"Recorded as #{sequence}"
            message += f", in the place of #{entry.target.sequence}." if entry.target else "."
            return _done(entry.fund_id, sequence, message, first, last)
        return refuse_form(_page(entry, found), "#main")
    if request.method == "POST":
        entry.preview()
    return _page(entry, found)


def _page(entry: Entry, found: Correctable | None) -> Response:
    currency = entry.ground.currency
    return render(
        "record/form.html",
        partial="record/_preview.html",
        fund=funds.fund_by_id(database.engine(), entry.fund_id),
        entry=entry,
        found=found,
        name=EVENT_NAMES[entry.event_type],
        about=wording.ABOUT[entry.event_type],
        approval=_approval(entry),
        changes=[changes(effect, currency) for effect in entry.effects],
        cautions=cautions(entry.effects, currency),
        whole=not wants_partial(),
        in_timeline=lambda sequence: _in_timeline(entry.fund_id, sequence),
    )


def _approval(entry: Entry) -> str:
    """Return whether a mark needs somebody else, or will say that nobody else approved it."""
    engine, fund_id = entry.engine, entry.fund_id
    if entry.event_type is not EventType.VALUATION_UPDATED:
        return ""
    if approvals.needed_by(engine, fund_id, route_rules.author("form")):
        return "needed"
    return "own" if approvals.required(engine, fund_id) else ""


def _done(fund_id: UUID, sequence: int, message: str, first: int, last: int) -> Answer:
    flash_message(
        message, url_for("record.undo", fund_id=fund_id), first=str(first), last=str(last)
    )
    return redirect(_in_timeline(fund_id, sequence), HTTPStatus.SEE_OTHER)


def _found(fund_id: UUID, sequence: int) -> Correctable:
    found = corrections.find_correctable(database.engine(), fund_id, sequence)
    if found is None or found.event.event_type is EventType.EVENT_VOIDED:
        abort(HTTPStatus.NOT_FOUND)
    return found


def _in_timeline(fund_id: UUID, sequence: int) -> str:
    return TimelineAddress(fund_id, {}, Filters(), {}).around(sequence)


def _span(first: int, last: int) -> str:
    return f"#{first}" if first == last else f"#{first} to #{last}"
