"""The terms of a fund as pages: those in force and their history, amended, or copied to a draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from uuid_utils.compat import uuid7
from werkzeug import Response as Answer

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs
from app.domain.currencies import COMMON
from app.domain.errors import RefusedError, StaleHeadError
from app.domain.terms import Terms
from app.domain.viewpoint import Viewpoint
from app.services.funds import drafts, funds
from app.services.funds import terms as fund_terms
from app.services.funds.fund_years import load_fund_years
from app.services.funds.terms import TermsView
from app.store.log.timeline import LoggedEvent
from app.web.charts.files import chart_of_fund
from app.web.setup.answers import AMENDED, STEPS, typed_answers
from app.web.setup.commitments_form import MOST_LPS, TIMINGS
from app.web.setup.previews import Preview
from app.web.setup.responses import change_rows
from app.web.setup.review import Section, terms_in_words
from app.web.shared.flash import flash_message
from app.web.shared.formats import counted
from app.web.shared.responses import wants_partial, whole
from app.web.terms.form import Amendment
from app.web.terms.plan_page import PlanPage

bp = Blueprint("terms", __name__, url_prefix="/funds/<uuid:fund_id>/terms")
_LONGEST_NAME = 190


@dataclass(frozen=True, slots=True)
class Change:
    """An event that set terms, with what it made differ from those recorded before."""

    logged: LoggedEvent
    differences: list[tuple[str, str, str]]  # what, before, after


@bp.get("/")
@needs("viewer")
def index(fund_id: UUID) -> Response:
    """Show the terms in force, and how they came about."""
    view = fund_terms.load_terms(database.engine(), fund_id)
    shown = terms_in_words(view.in_force)
    return whole(
        "terms/index.html",
        fund=route_rules.fund(),
        view=view,
        sections=[Section(each.name, each.title, shown[each.name]) for each in AMENDED],
        changes=_changes(view),
        page=_plan(view, fund_id),
    )


@bp.get("/charts/<name>.csv")
@needs("viewer")
def numbers(fund_id: UUID, name: str) -> Response:
    """Return the numbers of plan and actual as a file, as they stand today."""
    view = fund_terms.load_terms(database.engine(), fund_id)
    today = Viewpoint(datetime.now(UTC).date(), view.head)
    return chart_of_fund(route_rules.fund(), _plan(view, fund_id).charts, name, today)


@bp.get("/amend")
@needs("gp")
def edit(fund_id: UUID) -> Response:
    """Show the terms in force, to be changed."""
    view = fund_terms.load_terms(database.engine(), fund_id)
    return _page(view, Amendment.begun(view))


@bp.post("/amend")
@needs("gp")
def amend(fund_id: UUID) -> Answer:
    """Record other terms; or add a row, take one out, or show what they lead to."""
    view = fund_terms.load_terms(database.engine(), fund_id)
    amendment, done = Amendment.sent(view), request.form.get("do", "")
    if wants_partial() or done not in {"", "next"}:
        return _changed(view, amendment, done)
    engine, key = database.engine(), amendment.key
    if before := fund_terms.amended_as(engine, fund_id, key):
        return _amended(fund_id, before)
    if not amendment.validate():
        return _page(view, amendment, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        author, raw = route_rules.author("form"), amendment.raw()
        made = fund_terms.amend(engine, view, fund_id, raw, author=author, key=key)
    except StaleHeadError:  # somebody may have amended them just now: see once more
        return amend(fund_id)
    except RefusedError as error:
        amendment.refuse(error.faults)
        return _page(view, amendment, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _amended(fund_id, made.last_sequence)


@bp.post("/duplicate")
@needs("viewer")
def duplicate(fund_id: UUID) -> Answer:
    """Begin a draft with a fund's terms and commitments."""
    engine = database.engine()
    name = f"{funds.fund_by_id(engine, fund_id).name[:_LONGEST_NAME]} (copy)"
    promised, notes = fund_terms.commitments(engine, fund_id)
    answers = typed_answers(fund_terms.load_terms(engine, fund_id).in_force, name, promised)
    if any(TIMINGS["upfront"].lower() in note for note in notes):
        answers["commitments"]["gp_timing"] = ["upfront"]
    draft_id = uuid7()
    drafts.save(engine, draft_id, route_rules.reader().id, answers)
    flash_message(
        "This draft begins with the terms and commitments of the fund: give it a name of its own."
    )
    if left_out := [each for each in promised if each.partner == "lp"][MOST_LPS:]:
        flash_message(
            f"It holds {MOST_LPS} limited partners at most. "
            f"{counted(len(left_out), 'commitment')} of the fund, from {left_out[0].investor} on, "
            "are left out: record or import them once the new fund is set up."
        )
    address = url_for("setup.edit", draft_id=draft_id, step=STEPS[0].name)
    return redirect(address, HTTPStatus.SEE_OTHER)


def _plan(view: TermsView, fund_id: UUID) -> PlanPage:
    years = load_fund_years(database.engine(), fund_id)
    return PlanPage(fund_id, years, view.in_force.currency)


def _amended(fund_id: UUID, sequence: int) -> Answer:
    flash_message(f"The terms are amended, as event {sequence}.")
    return redirect(url_for(".index", fund_id=fund_id), HTTPStatus.SEE_OTHER)


def _changed(view: TermsView, amendment: Amendment, done: str) -> Response:
    """Show the form with its rows changed, or what it leads to as it stands."""
    form = amendment.form("reserves")
    if wants_partial() and not done:
        return Response(render_template("terms/_previews.html", previews=_previews(amendment)))
    if done != "preview":
        previews = _previews(amendment)
        for field in form:
            field.errors = []
        change_rows(form, done)
        if wants_partial():
            rows = render_template("setup/_rows.html", form=form, step="reserves", oob=False)
            shown = render_template("terms/_previews.html", previews=previews, oob=True)
            return Response(rows + shown)
    return _page(view, amendment)


def _page(view: TermsView, amendment: Amendment, status: HTTPStatus = HTTPStatus.OK) -> Response:
    locked = ""
    if view.first_cash:
        locked = f"Locked: money has moved since (event {view.first_cash})."
    return whole(
        "terms/edit.html",
        status,
        fund=route_rules.fund(),
        amendment=amendment,
        form=amendment.form("fund"),
        locked=locked,
        previews=_previews(amendment),
        currencies=COMMON,
    )


def _previews(amendment: Amendment) -> list[Preview]:
    return [Preview(amendment.set_up, each.name) for each in AMENDED[1:]]


def _changes(view: TermsView) -> list[Change]:
    """Compare each amendment with what was recorded before it and is in force."""
    changes, before = [], None
    for logged in reversed(view.history):
        terms = Terms.model_validate(logged.event.payload["terms"])
        changes.append(Change(logged, _differences(before, terms) if before else []))
        before = before if logged.voided_by else terms
    return changes[::-1]


def _differences(before: Terms, after: Terms) -> list[tuple[str, str, str]]:
    was, now = (
        {
            (step, label): text
            for step, rows in terms_in_words(terms).items()
            for _, label, text in rows
        }
        for terms in (before, after)
    )
    return [
        (key[1], was.get(key, "None"), now.get(key, "None"))
        for key in {**was, **now}
        if was.get(key) != now.get(key)
    ]
