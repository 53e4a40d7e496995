"""Why a figure is what it is, over the API."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from app import database
from app.api.openapi.specification import operation
from app.api.problems import BadRequestError
from app.api.shapes.requests import ExplainQuery, StateHeaders
from app.api.unchanging import unchanging
from app.auth.route_rules import needs
from app.domain.figures.contributions import FUND_AMOUNTS
from app.domain.figures.explanation import EXPLAINED
from app.domain.suggestions import closest
from app.services.documents.explanation import Explanation
from app.services.reads import explanations, viewpoints
from app.services.reads.explanations import Asked

bp = Blueprint("api_explain", __name__, url_prefix="/api/funds/<uuid:fund_id>")


@bp.get("/explain/<figure>")
@needs("viewer")
@operation(
    "explain",
    "State",
    answers={
        200: (Explanation, "where the figure comes from"),
        304: (None, "the explanation that you have is this one"),
    },
    query=ExplainQuery,
    headers=StateHeaders,
    refuses={404: "unknown-fund"},
    sends={200: ("ETag",), 304: ("ETag",)},
    example="?at=2012-03-31&by=type",
)
def show(fund_id: UUID, figure: str) -> Response:
    """Explain one of the figures of a state.

    An amount comes with the events that it sums, the last to take effect first, in whole days; a
    ratio with its two sides, a rate with its flows, carry with its tiers.
    """
    if figure not in EXPLAINED:
        near = closest(figure, EXPLAINED)
        mend = f"did you mean {near[0]}?" if near else f"use one of {', '.join(EXPLAINED)}"
        raise BadRequestError("figure", figure, f"is not a figure: {mend}")
    query, engine = ExplainQuery.read(), database.engine()
    at, head = viewpoints.resolve(engine, fund_id, query.viewpoint)
    asked = Asked(fund_id, at, figure)

    def make() -> Explanation:
        explained = explanations.load_explanation(engine, asked)
        if figure not in FUND_AMOUNTS:
            return Explanation.of(explained, head.sequence)
        found = explanations.load_contributions(engine, asked, query.limit, query.until)
        groups = explanations.load_groups(engine, asked, query.by) if query.by else None
        return Explanation.of(explained, head.sequence, found, groups)

    parts = (fund_id, figure, at.as_of, at.through, query.by, query.until, query.limit)
    return unchanging(parts, make)
