"""What describes the API: its OpenAPI document, and a page to read it on."""

from __future__ import annotations

import orjson
from flask import Blueprint, Response, current_app, make_response, render_template, request

from app import database
from app.api.openapi import guide
from app.api.openapi.examples import FUND_ID
from app.api.openapi.specification import document
from app.auth import route_rules
from app.auth.route_rules import open_to_all
from app.services.funds import funds

bp = Blueprint("api", __name__, url_prefix="/api")


@bp.get("/")
@open_to_all
def index() -> Response:
    """Show what the API takes and answers."""
    described = document(current_app)
    page = render_template(
        "api/index.html",
        topics=guide.operations(described, request.host_url, _fund_id()),
        shapes=guide.shapes(described),
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _fund_id() -> str:
    """Return a fund of the reader's, so that the examples can be tried."""
    visitor = route_rules.visitor()
    found = (
        funds.listed_after(database.engine(), "", None, 1, visitor.person).funds if visitor else []
    )
    return str(found[0].id) if found else FUND_ID


@bp.get("/openapi.json")
@open_to_all
def openapi() -> Response:
    """Return the OpenAPI document."""
    described = orjson.dumps(document(current_app))
    response = Response(described, mimetype="application/json")
    response.headers["Cache-Control"] = "private, no-cache"
    return response
