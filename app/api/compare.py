"""A fund from two viewpoints, over the API."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from app import database
from app.api.openapi.specification import operation
from app.api.shapes.requests import CompareQuery, StateHeaders
from app.api.unchanging import unchanging
from app.auth.route_rules import needs
from app.domain.errors import BeyondKnowledgeError
from app.domain.viewpoint import Viewpoint
from app.services.documents.comparison import Comparison
from app.services.reads import comparisons, viewpoints
from app.services.reads.viewpoints import Head, ViewpointRequest

bp = Blueprint("api_compare", __name__, url_prefix="/api/funds/<uuid:fund_id>")


@bp.get("/compare")
@needs("viewer")
@operation(
    "compare",
    "State",
    answers={
        200: (Comparison, "the comparison"),
        304: (None, "the comparison that you have is this one"),
    },
    query=CompareQuery,
    headers=StateHeaders,
    refuses={404: "unknown-fund"},
    sends={200: ("ETag",), 304: ("ETag",)},
    example="?from_at=2011-12-31&to_at=2012-03-31",
)
def show(fund_id: UUID) -> Response:
    """Compare a fund from two viewpoints: what became known, and what happened between the days.

    Where only the knowledge differs, it says what was restated. A roll-forward from one close to
    the next has the prior-period adjustments apart from the period.
    """
    query, engine = CompareQuery.read(), database.engine()
    first, second = query.viewpoints
    before, _ = _resolve(fund_id, first, "from")
    after, head = _resolve(fund_id, second, "to")

    def make() -> Comparison:
        found = comparisons.load_comparison(engine, fund_id, before, after)
        restated = comparisons.load_restatement(
            engine, fund_id, before, after.through, query.figure
        )
        return Comparison.of(found, restated, head.sequence)

    parts = (fund_id, before.as_of, before.through, after.as_of, after.through, query.figure)
    return unchanging(parts, make)


def _resolve(fund_id: UUID, asked: ViewpointRequest, side: str) -> tuple[Viewpoint, Head]:
    """Settle one of the viewpoints; what is wrong with it is told by its parameter's own name."""
    try:
        return viewpoints.resolve(database.engine(), fund_id, asked)
    except BeyondKnowledgeError as error:
        name = "at" if error.field == "as_of" else error.field
        raise BeyondKnowledgeError(f"{side}_{name}", error.value, error.reason) from error
