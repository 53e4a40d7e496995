"""Pages of the steps by which a file becomes a fund: it is judged, mended, and imported."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, redirect, request, send_file, url_for
from werkzeug import Response as Redirect

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs_sign_in
from app.domain.errors import ImportStepError, UnknownImportError
from app.services.imports import uploads, workflow
from app.services.imports.jobs import WRITE
from app.services.jobs import jobs
from app.web import error_pages
from app.web.imports import page as import_page
from app.web.imports.forms import (
    ColumnsForm,
    CommitForm,
    DuplicatesForm,
    FileForm,
    NameForm,
    TermsForm,
)
from app.web.shared.flash import flash_message
from app.web.shared.formats import counted
from app.web.shared.responses import render, wants_partial

bp = Blueprint("imports", __name__, url_prefix="/funds/import")
Answer = Response | Redirect


@bp.get("/<uuid:import_id>/")
@needs_sign_in
def show(import_id: UUID) -> Answer:
    """Show how an import stands."""
    return _page(import_id)


@bp.get("/<uuid:import_id>/faults.csv")
@needs_sign_in
def faults(import_id: UUID) -> Response:
    """Return all faults as a file."""
    file = workflow.faults_of(database.engine(), import_id, route_rules.reader().id)
    return send_file(
        io.BytesIO(file), mimetype="text/csv", download_name="faults.csv", as_attachment=True
    )


@bp.post("/<uuid:import_id>/name")
@needs_sign_in
def rename(import_id: UUID) -> Answer:
    """Return the fund to be another name."""
    workflow.rename(
        database.engine(), import_id, route_rules.reader().id, NameForm(request.form).fund_name
    )
    return back_to_import(import_id)


@bp.post("/<uuid:import_id>/file")
@needs_sign_in
def replace(import_id: UUID) -> Answer:
    """Take a corrected file."""
    form = FileForm.sent()
    if not form.validate():
        return _page(import_id, HTTPStatus.UNPROCESSABLE_ENTITY, form=form)
    try:
        uploads.replace_file(
            database.engine(), import_id, route_rules.reader().id, form.file_name, form.content
        )
    except ImportStepError as error:
        form.refuse(error)
        return _page(import_id, HTTPStatus.UNPROCESSABLE_ENTITY, form=form)
    return back_to_import(import_id)


@bp.post("/<uuid:import_id>/columns")
@needs_sign_in
def map_columns(import_id: UUID) -> Answer:
    """Say what the headings mean."""
    engine, who = database.engine(), route_rules.reader().id
    file = workflow.find_import(engine, import_id, who)
    form = ColumnsForm(file.sample[0], request.form)
    workflow.map_columns(engine, import_id, who, form.mapping)
    return back_to_import(import_id)


@bp.post("/<uuid:import_id>/terms")
@needs_sign_in
def set_terms(import_id: UUID) -> Answer:
    """Return the terms of the fund to be."""
    engine, who, form = database.engine(), route_rules.reader().id, TermsForm.sent()
    before = workflow.find_import(engine, import_id, who).terms
    try:
        terms = form.terms(before)
    except ImportStepError as error:
        form.refuse(error)
        return _page(import_id, HTTPStatus.UNPROCESSABLE_ENTITY, terms_form=form)
    workflow.set_terms(engine, import_id, who, terms)
    return back_to_import(import_id)


@bp.post("/<uuid:import_id>/twins")
@needs_sign_in
def take_duplicates(import_id: UUID) -> Answer:
    """Take rows as second facts of their kind: those marked, or all that are duplicates."""
    rows = DuplicatesForm(request.form).rows
    workflow.accept_duplicates(database.engine(), import_id, route_rules.reader().id, rows)
    return back_to_import(import_id)


@bp.post("/<uuid:import_id>/again")
@needs_sign_in
def judge_again(import_id: UUID) -> Answer:
    """Judge the file once more."""
    workflow.judge_again(database.engine(), import_id, route_rules.reader().id)
    return back_to_import(import_id)


@bp.post("/<uuid:import_id>/commit")
@needs_sign_in
def commit(import_id: UUID) -> Answer:
    """Import a sound file."""
    engine, who = database.engine(), route_rules.reader().id
    if (form := CommitForm(request.form)).name.raw_data:
        workflow.rename(engine, import_id, who, form.fund_name)
    try:
        workflow.commit(engine, import_id, who, form.vintage)
    except ImportStepError as error:
        if error.field in form:
            form.refuse(error)
        # Else the page says itself what it needs.
        return _page(import_id, HTTPStatus.UNPROCESSABLE_ENTITY, commit_form=form)
    return back_to_import(import_id)


@bp.post("/<uuid:import_id>/discard")
@needs_sign_in
def discard(import_id: UUID) -> Answer:
    """Take an import away."""
    file = workflow.discard(database.engine(), import_id, route_rules.reader().id)
    flash_message(f"The import of {file.file_name} was discarded. Nothing of it was kept.")
    return redirect(url_for("funds.index"), HTTPStatus.SEE_OTHER)


@bp.errorhandler(UnknownImportError)
def _gone(error: UnknownImportError) -> Answer:
    """Lead to the fund that an import has become."""
    fund_id: UUID = (request.view_args or {})["import_id"]
    written = jobs.listed(database.engine(), fund_id, kind=WRITE, limit=1)
    result = written[0].result if written else None
    if (
        not result
        or "events" not in result
        or written[0].requested_by != str(route_rules.reader().id)
    ):
        return error_pages.refused(error)
    flash_message(f"{counted(result['events'], 'event')} imported from {result['file']}.")
    there = url_for("funds.show", fund_id=fund_id)
    if not wants_partial():
        return redirect(there, HTTPStatus.SEE_OTHER)
    response = Response()
    response.headers["HX-Redirect"] = there
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.errorhandler(ImportStepError)
def _too_early(_: ImportStepError) -> Answer:
    """Show how an import stands to whoever asks for a step that cannot be taken now."""
    return back_to_import((request.view_args or {})["import_id"])


def _page(import_id: UUID, status: int = HTTPStatus.OK, **forms: object) -> Response:
    engine = database.engine()
    file = workflow.find_import(engine, import_id, route_rules.reader().id)
    view = import_page.load_import_page(engine, file, datetime.now(UTC), **forms)
    page = render("imports/show.html", partial="imports/_import.html", view=view)
    page.status_code = status
    return page


def back_to_import(import_id: UUID) -> Redirect:
    """Return the way to the page of an import."""
    return redirect(url_for("imports.show", import_id=import_id), HTTPStatus.SEE_OTHER)
