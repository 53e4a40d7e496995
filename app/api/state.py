"""A fund's state over the API."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request

from app import database
from app.api.openapi.specification import operation
from app.api.problems import json_response
from app.api.shapes.requests import StateHeaders, StateQuery
from app.auth.route_rules import needs
from app.domain.state.fold import PROJECTOR_VERSION
from app.domain.viewpoint import Viewpoint
from app.services.documents.state import State
from app.services.reads import viewpoints

bp = Blueprint("api_state", __name__, url_prefix="/api/funds/<uuid:fund_id>")


@bp.get("/state")
@needs("viewer")
@operation(
    "state",
    "State",
    answers={200: (State, "the state"), 304: (None, "the state that you have is this one")},
    query=StateQuery,
    headers=StateHeaders,
    refuses={404: "unknown-fund"},
    sends={200: ("ETag",), 304: ("ETag",)},
    example="?at=2012-03-31",
)
def show(fund_id: UUID) -> Response:
    """Return a fund's state and figures from a viewpoint.

    The viewpoint is settled once: what it answers never changes, and `through` asks for the same
    again. Its ETag answers 304 without a fold.
    """
    at, head = viewpoints.resolve(database.engine(), fund_id, StateQuery.read().viewpoint)
    etag = _etag(fund_id, at)
    if request.if_none_match.contains_weak(etag):
        response = Response(status=304)
        response.headers["Cache-Control"] = "private, no-cache"
    else:
        view = viewpoints.load_view(database.engine(), fund_id, at, head)
        response = json_response(State.model_validate(view))
    response.set_etag(etag, weak=True)
    return response


def _etag(fund_id: UUID, at: Viewpoint) -> str:
    return f"{fund_id}:{at.as_of}:{at.through}:{PROJECTOR_VERSION}"
