"""A fund from two viewpoints, over the API."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from app import database
from app.api.openapi.specification import operation
from app.api.shapes.requests import CompareQuery, StateHeaders
from app.api.unchanging import unchanging
from app.auth.route_rules import needs
from app.services.documents.comparison import Comparison
from app.services.reads import comparisons, viewpoints

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
    before, _ = viewpoints.resolve_side(engine, fund_id, first, "from")
    after, head = viewpoints.resolve_side(engine, fund_id, second, "to")

    def make() -> Comparison:
        found = comparisons.load_comparison(engine, fund_id, before, after)
        restated = comparisons.load_restatement(
            engine, fund_id, before, after.through, query.figure
        )
        return Comparison.of(found, restated, head.sequence)

    parts = (fund_id, before.as_of, before.through, after.as_of, after.through, query.figure)
    return unchanging(parts, make)
