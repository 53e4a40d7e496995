"""What describes the API: its OpenAPI document, and a page to read it on."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, render_template, request

from app import database
from app.api import guide
from app.api.examples import FUND_ID
from app.api.problems import json_response
from app.api.specification import document
from app.services import funds

bp = Blueprint("api", __name__, url_prefix="/api")


@bp.get("/")
def index() -> Response:
    """Show what the API takes and answers."""
    described = document(current_app)
    first = funds.listed_after(database.engine(), "", None, 1).funds
    fund_id = str(first[0].id) if first else FUND_ID  # so that the examples can be tried
    page = render_template(
        "api/index.html",
        topics=guide.operations(described, request.host_url, fund_id),
        shapes=guide.shapes(described),
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@bp.get("/openapi.json")
def openapi() -> Response:
    """Give the OpenAPI document."""
    return json_response(document(current_app))
