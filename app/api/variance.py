"""Plan against actual of a fund and its companies, over the API."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from app import database
from app.api.openapi.specification import operation
from app.api.shapes.requests import StateHeaders, VarianceQuery
from app.api.unchanging import unchanging
from app.auth.route_rules import needs
from app.services.documents.variance import PlanAgainstActual
from app.services.reads import variance, viewpoints
from app.services.reads.variance import VarianceRequest

bp = Blueprint("api_variance", __name__, url_prefix="/api/funds/<uuid:fund_id>")


@bp.get("/variance")
@needs("viewer")
@operation(
    "variance",
    "State",
    answers={
        200: (PlanAgainstActual, "plan and actual"),
        304: (None, "what you have is this one"),
    },
    query=VarianceQuery,
    headers=StateHeaders,
    refuses={404: "unknown-fund, unknown-company, or unknown-close"},
    sends={200: ("ETag",), 304: ("ETag",)},
    example="?baseline=forecast&metric=revenue",
)
def show(fund_id: UUID) -> Response:
    """Compare a fund with the plan of its terms, and its companies' metrics with a baseline.

    A forecast counts as it was before the first actual of its period, so that it may be revised
    without rewriting what was compared before. Baselines are references into the log.
    """
    query, engine = VarianceQuery.read(), database.engine()
    at, head = viewpoints.resolve(engine, fund_id, query.viewpoint)
    asked = VarianceRequest(
        fund_id, at, query.baseline, query.window, query.close, query.metric, query.company
    )

    def make() -> PlanAgainstActual:
        plan = variance.load_plan(engine, fund_id, at)
        return PlanAgainstActual.of(plan, variance.load_variance(engine, asked), head.sequence)

    parts = (fund_id, at.as_of, at.through, head.sequence, *query.parts)
    return unchanging(parts, make)
