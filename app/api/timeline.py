"""A fund's log over the API."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from app import database
from app.api.openapi.specification import operation
from app.api.problems import json_response
from app.api.shapes.answers import Timeline
from app.api.shapes.requests import TimelineQuery
from app.auth.route_rules import needs
from app.services.reads import timeline
from app.store.log.timeline import Filters

bp = Blueprint("api_timeline", __name__, url_prefix="/api/funds/<uuid:fund_id>")


@bp.get("/timeline")
@needs("viewer")
@operation(
    "timeline",
    "Events",
    answers={200: (Timeline, "a page of the log")},
    query=TimelineQuery,
    refuses={404: "unknown-fund"},
    example="?type=CAPITAL_CALLED&limit=10",
)
def show(fund_id: UUID) -> Response:
    """List a fund's events, the newest first.

    Each event says which later one voided it. `next_cursor` leads to older events, and stays where
    it is while new ones arrive.
    """
    query = TimelineQuery.read()
    filters = Filters(
        start=query.start,
        end=query.end,
        recorded_start=query.recorded_start,
        recorded_end=query.recorded_end,
        event_types=(query.type,) if query.type else (),
        company=query.company,
        before=query.cursor,
    )
    page = timeline.timeline_page(database.engine(), fund_id, filters, query.limit)
    if filters.company and not page.entries:
        timeline.check_company(database.engine(), fund_id, filters.company)
    return json_response(Timeline.model_validate(page))
