"""What describes the API: its OpenAPI document, and a page to read it on."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from app.api.problems import json_response
from app.api.specification import document

bp = Blueprint("api", __name__, url_prefix="/api")


@bp.get("/openapi.json")
def openapi() -> Response:
    """Give the OpenAPI document."""
    return json_response(document(current_app))
