"""Pages on which a file comes in: a person's own, the example, or a template to fill in."""

from __future__ import annotations

import io
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, current_app, send_file

from app import database
from app.auth import route_rules
from app.auth.route_rules import needs_sign_in
from app.domain.errors import ImportStepError, LimitReachedError
from app.services.import_files.template import template_rows
from app.services.imports import uploads
from app.services.sheets import Format, write_rows
from app.web.imports.forms import UploadForm
from app.web.imports.step_views import Answer, back_to_import
from app.web.shared.responses import whole

bp = Blueprint("uploads", __name__, url_prefix="/funds/import")
EXAMPLE, EXAMPLE_NAME = "example-fund.csv", "Larch Street Ventures I"


@bp.get("/")
@needs_sign_in
def new() -> Answer:
    """Ask for a file."""
    return _new(UploadForm())


@bp.post("/")
@needs_sign_in
def upload() -> Answer:
    """Take a file in, or the example."""
    form = UploadForm.sent()
    who, name = route_rules.reader().id, form.fund_name
    try:
        if form.example.data:
            content = (Path(current_app.static_folder or "") / EXAMPLE).read_bytes()
            name = name or EXAMPLE_NAME
            import_id = uploads.upload(database.engine(), who, name, EXAMPLE, content)
        elif form.validate():
            import_id = uploads.upload(database.engine(), who, name, form.file_name, form.content)
        else:
            return _new(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    except ImportStepError as error:
        form.refuse(error)
        return _new(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    except LimitReachedError as error:
        form.put_off(error)
        page = _new(form, HTTPStatus.TOO_MANY_REQUESTS)
        page.headers["Retry-After"] = str(error.seconds)
        return page
    return back_to_import(import_id)


@bp.get("/template.<any(csv, xlsx):to>")
@needs_sign_in
def template(to: Format) -> Response:
    """Return a file to start from."""
    file = io.BytesIO()
    write_rows(template_rows(), file, to)
    file.seek(0)
    return send_file(file, download_name=f"asof-template.{to}", as_attachment=True)


def _new(form: UploadForm, status: int = HTTPStatus.OK) -> Response:
    limit = current_app.config["MAX_CONTENT_LENGTH"] // 1024**2
    return whole("imports/new.html", status, form=form, limit=limit)
