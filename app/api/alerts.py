"""What is out of bounds in a fund, over the API."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from app import database
from app.api.openapi.specification import operation
from app.api.shapes.requests import StateHeaders, StateQuery
from app.api.unchanging import unchanging
from app.auth.route_rules import needs
from app.domain.alerts.rules import RULES_VERSION
from app.services.documents.alerts import FundAlerts
from app.services.reads import alerts, viewpoints

bp = Blueprint("api_alerts", __name__, url_prefix="/api/funds/<uuid:fund_id>")


@bp.get("/alerts")
@needs("viewer")
@operation(
    "alerts",
    "State",
    answers={200: (FundAlerts, "the alerts"), 304: (None, "the alerts that you have are these")},
    query=StateQuery,
    headers=StateHeaders,
    refuses={404: "unknown-fund"},
    sends={200: ("ETag",), 304: ("ETag",)},
    example="?at=2011-12-31",
)
def show(fund_id: UUID) -> Response:
    """Hold a fund to its rules on a day, as far as it was known: what is out of bounds."""
    query, engine = StateQuery.read(), database.engine()
    at, head = viewpoints.resolve(engine, fund_id, query.viewpoint)

    def make() -> FundAlerts:
        return FundAlerts.of(alerts.load_alerts(engine, fund_id, at), head.sequence)

    return unchanging((fund_id, at.as_of, at.through, head.sequence, RULES_VERSION), make)
