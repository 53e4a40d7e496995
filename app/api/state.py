"""A fund's state over the API."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from app import database
from app.api.openapi.specification import operation
from app.api.shapes.requests import StateHeaders, StateQuery
from app.api.unchanging import unchanging
from app.auth.route_rules import needs
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
    engine = database.engine()
    at, head = viewpoints.resolve(engine, fund_id, StateQuery.read().viewpoint)
    return unchanging(
        (fund_id, at.as_of, at.through),
        lambda: State.model_validate(viewpoints.load_view(engine, fund_id, at, head)),
    )
