"""The snapshots of a fund as a page: listed, taken, checked."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from uuid_utils.compat import uuid7
from werkzeug import Response as Redirect

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs
from app.domain.errors import BeyondKnowledgeError
from app.services.jobs import overview as job_overview
from app.services.snapshots import overview as snapshot_overview
from app.services.snapshots import requests
from app.services.snapshots import take as snapshot_take
from app.store.funds import Fund
from app.web.shared.responses import refuse_form, render, wants_partial
from app.web.snapshots import page as snapshot_page
from app.web.snapshots.forms import CheckForm, TakeForm

bp = Blueprint("snapshots", __name__, url_prefix="/funds/<uuid:fund_id>/snapshots")


@bp.get("/")
@needs("viewer")
def index(fund_id: UUID) -> Response:  # noqa: ARG001 (the guard reads it)
    """List a fund's snapshots, the newest first, with what is under way."""
    return _page(route_rules.fund(), TakeForm(key=str(uuid7())))


@bp.post("/")
@needs("analyst")
def take(fund_id: UUID) -> Response | Redirect:
    """Ask for a snapshot of a day."""
    fund = route_rules.fund()
    form = TakeForm(request.form)
    as_of, description, me = form.as_of.data, form.description.data, route_rules.reader().id
    try:
        what = snapshot_take.wanted(as_of, description, str(me))
    except BeyondKnowledgeError as error:
        form.refuse(error)
        return refuse_form(_page(fund, form, partial="snapshots/_take.html"), "#take")
    # Sent twice it is one request; with another day or text it is another one.
    key = f"{form.key.data} {what.as_of} {what.description}"
    requests.ask(database.engine(), fund_id, what, key=key)
    return _asked(fund)


@bp.post("/<uuid:job_id>/retry")
@needs("analyst")
def retry(fund_id: UUID, job_id: UUID) -> Response | Redirect:
    """Have work that failed tried anew, as the page of its job does."""
    job_overview.retry(database.engine(), fund_id, job_id, str(route_rules.reader().id))
    return _asked(route_rules.fund())


@bp.post("/check")
@needs("analyst")
def check(fund_id: UUID) -> Response | Redirect:
    """Ask to have every snapshot recalculated and compared."""
    fund = route_rules.fund()
    seen = CheckForm(request.form).seen.data or ""
    snapshot_overview.ask_to_check(database.engine(), fund_id, str(route_rules.reader().id), seen)
    return _asked(fund)


def _asked(fund: Fund) -> Response | Redirect:
    """Show what is under way: in its place on the page, or on the page anew."""
    where = url_for(".index", fund_id=fund.id)
    if not wants_partial():
        return redirect(where, HTTPStatus.SEE_OTHER)
    page = _page(fund, TakeForm(key=str(uuid7())))
    page.headers["HX-Replace-Url"] = where
    return page


def _page(fund: Fund, form: TakeForm, partial: str = "snapshots/_snapshots.html") -> Response:
    view = snapshot_page.load_snapshots_page(database.engine(), fund.id)
    return render("snapshots/index.html", partial=partial, fund=fund, view=view, form=form)
